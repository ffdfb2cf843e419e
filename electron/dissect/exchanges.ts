import { connectionOf } from '../sdp/attributes.ts'
import { type Format, formatsOf } from '../sdp/format.ts'
import type { MediaSection, SessionDescription } from '../sdp/sdp.ts'
import { isRequest, sdpOf } from './read-message.ts'
import type { Step } from './steps.ts'

/** An offer and what was answered to it (RFC 3264). */
export interface Exchange {
  readonly offer: Described
  readonly answer: Described | undefined
}

export interface Described {
  readonly step: Step
  readonly session: SessionDescription
}

/** The offers of a conversation with their answers, in order. */
export function exchangesOf(steps: readonly Step[]): Exchange[] {
  const found: { offer: Described; answer: Described | undefined }[] = []
  for (const step of steps) {
    const session = sdpOf(step.read)
    if (session === undefined) continue
    const here = { step, session }
    const { method } = step.read.message
    const open = found.findLast(({ answer, offer }) => answer === undefined && offer.step.read.from === step.read.to)
    if (isRequest(step.read) && method !== 'ACK' && method !== 'PRACK') found.push({ offer: here, answer: undefined })
    else if (isRequest(step.read)) {
      if (open !== undefined && !isRequest(open.offer.step.read)) open.answer = here
    } else if (open !== undefined && open.offer.step.transaction === step.transaction) open.answer = here
    else if (!found.some(({ offer }) => offer.step.transaction === step.transaction)) {
      // RFC 3261 13.2.1: the INVITE had none, so the answer to it is the offer.
      found.push({ offer: here, answer: undefined })
    }
  }
  return found
}

export function audioIn({ media }: SessionDescription): MediaSection | undefined {
  return media.find(({ kind }) => kind === 'audio')
}

/** Where it wants its audio. */
export function audioAddress({ session }: Described): { readonly address: string; readonly port: number } | undefined {
  const audio = audioIn(session)
  const connection = audio && connectionOf(session, audio)
  return audio && connection && { address: connection.address, port: audio.port }
}

/** What speech can be coded in: without tones and comfort noise. */
export function codecsIn({ session }: Described): Format[] {
  const audio = audioIn(session)
  return audio === undefined
    ? []
    : formatsOf(audio).filter(({ encoding }) => !/^(?:telephone-event|CN)$/i.test(encoding))
}

export function sameCodec(one: Format, other: Format): boolean {
  return one.encoding.toLowerCase() === other.encoding.toLowerCase() && one.clockRate === other.clockRate
}
