import { dtmfRelay, writeDtmfRelay } from './dtmf-info.ts'
import { PhoneError } from './phone-error.ts'
import type { CallMedia } from './call-media.ts'
import type { Clock, Dialog } from './ports.ts'
import type { DtmfMode } from './shapes.ts'

const mostDigits = 64
/** What a `,` waits. */
const pauseMs = 2000

/** `digits` in upper case. Throws PhoneError `invalid-params` or `too-long`. */
export function checkDigits(digits: string): string {
  if (digits.length > mostDigits) throw new PhoneError('too-long', `At most ${mostDigits} digits can be sent at once`)
  if (!/^[\d*#A-D!,]+$/i.test(digits)) {
    const message = 'digits may hold 0-9, *, #, A-D, ! for flash and , for a pause'
    throw new PhoneError('invalid-params', message, { field: 'digits' })
  }
  return digits.toUpperCase()
}

/** Sends checked digits the way that was asked for, or that the peer offered. Rejects with a PhoneError or MediaError. */
export async function sendDtmf(
  digits: string,
  asked: DtmfMode | undefined,
  { media, dialog, clock }: { media: CallMedia; dialog: Dialog; clock: Clock },
): Promise<DtmfMode> {
  const negotiated = media.config?.telephoneEvent !== undefined
  // SPEC 4: INFO when the peer offers no telephone-event.
  const mode = asked ?? (negotiated ? 'rfc4733' : 'info')
  if (mode === 'info') {
    await sendInfo(digits, dialog, clock)
    return mode
  }
  if (mode === 'inband') throw new PhoneError('bad-state', 'In-band tones cannot be sent yet')
  if (!negotiated) throw new PhoneError('bad-state', 'The peer does not take digits as RFC 4733 events')
  if (media.config?.sending !== true)
    throw new PhoneError('bad-state', 'No digits can be sent while the call is on hold')
  await media.sendDigits(digits)
  return mode
}

async function sendInfo(digits: string, dialog: Dialog, clock: Clock): Promise<void> {
  for (const digit of digits) {
    if (digit === ',') {
      await new Promise<void>((resolve) => void clock.after(pauseMs, resolve))
      continue
    }
    const { status, reason, source } = await dialog.info(dtmfRelay, writeDtmfRelay(digit))
    if (status < 300) continue
    if (source === 'timeout') throw new PhoneError('timeout', 'The peer did not answer the digit')
    throw new PhoneError('rejected', `The peer refused the digit: ${status} ${reason}`, { sipCode: status, reason })
  }
}
