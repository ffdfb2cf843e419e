import type { CallMedia } from './call-media.ts'
import type { OfferDecision } from './ports.ts'

/** Our answer to an offer after the first; a refused one leaves the session as it was (RFC 3261 14.2, RFC 3311 5.2). */
export function decideOn(offer: string, media: CallMedia, hold: boolean): OfferDecision {
  const answer = media.answer(offer, hold)
  if (answer.ok) return { sdp: answer.sdp }
  return { status: answer.status, reason: answer.status === 400 ? answer.reason : 'Not Acceptable Here' }
}
