import type { CallMedia } from './call-media.ts'
import { PhoneError } from './phone-error.ts'
import type { Dialog, FinalResponse } from './ports.ts'

/**
 * Asks the peer for hold, or for its end, by a re-INVITE or an UPDATE (RFC 3264 8.4). Resolves when it has agreed and the media
 * follow; rejects with a PhoneError. `onLost` is called before, when the answer means that there is no dialog any more.
 */
export async function changeHold(
  hold: boolean,
  { dialog, media, onLost }: { dialog: Pick<Dialog, 'reinvite'>; media: CallMedia; onLost: () => void },
): Promise<void> {
  const response = await dialog.reinvite(() => media.offer(hold))
  if (response.status >= 300) {
    // RFC 3261 12.2.1.2: after a 481 or 408 there is no dialog any more.
    if (response.status === 481 || response.status === 408 || response.source !== 'peer') onLost()
    throw refusal(response)
  }
  const agreement = media.take(response.answer ?? '', hold)
  if (agreement.ok) return
  throw new PhoneError('rejected', agreement.reason, { sipCode: response.status, reason: response.reason })
}

function refusal({ status, reason, source }: FinalResponse): PhoneError {
  if (source === 'timeout') return new PhoneError('timeout', 'The peer did not answer; the call is lost')
  if (source === 'unreachable') return new PhoneError('unreachable', 'The peer cannot be reached; the call is lost')
  return new PhoneError('rejected', `The peer refused: ${status} ${reason}`, { sipCode: status, reason })
}
