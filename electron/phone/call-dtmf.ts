import type { AccountSettings } from './account.ts'
import type { CallMedia } from './call-media.ts'
import { dtmfRelay, plainDtmf, writeDtmfInfo, type DtmfInfoType } from './dtmf-info.ts'
import { PhoneError } from './phone-error.ts'
import type { Clock, Dialog } from './ports.ts'
import type { DtmfMode } from './shapes.ts'

const mostDigits = 64
/** What a `,` waits. */
const pauseMs = 2000
/** The peer knows no INFO, none with digits, or not in this form (RFC 3261 21.4.6, 21.4.13, 21.5.2). */
const notUnderstood: ReadonlySet<number> = new Set([405, 415, 501])
/** SPEC 4: the next one where the peer does not take the one before. Tones reach whoever hears us. */
const preference = ['rfc4733', 'info', 'inband'] as const satisfies readonly DtmfMode[]

/** `digits` in upper case. Throws PhoneError `invalid-params` or `too-long`. */
export function checkDigits(digits: string): string {
  if (digits.length > mostDigits) throw new PhoneError('too-long', `At most ${mostDigits} digits can be sent at once`)
  if (!/^[\d*#A-D!,]+$/i.test(digits)) {
    const message = 'digits may hold 0-9, *, #, A-D, ! for flash and , for a pause'
    throw new PhoneError('invalid-params', message, { field: 'digits' })
  }
  return digits.toUpperCase()
}

interface Surroundings {
  readonly clock: Clock
  /** The account's way; where the peer does not take it, the others are tried. */
  readonly dtmf: AccountSettings['dtmf']
}

/** Sends a call's digits, and remembers what its peer did not take. One row at a time. */
export class CallDtmf {
  readonly #media: CallMedia
  readonly #around: Surroundings
  /** Bodies that the peer may still take, best first. */
  #infoTypes: readonly DtmfInfoType[] = [dtmfRelay, plainDtmf]
  #refusal: PhoneError | undefined

  constructor(media: CallMedia, around: Surroundings) {
    this.#media = media
    this.#around = around
  }

  /**
   * Sends checked digits the way that was asked for, and no other; else the account's way or the best that the peer
   * takes. Resolves with the way that the last ones went. Rejects with a PhoneError or MediaError.
   */
  async send(digits: string, asked: DtmfMode | undefined, dialog: Dialog): Promise<DtmfMode> {
    const mode = asked ?? this.#choose()
    if (mode !== 'info') {
      await this.#sendSound(digits, mode)
      return mode
    }
    // A peer that refused INFO before may be asked again, by whoever insists.
    if (asked !== undefined && this.#infoTypes.length === 0) this.#infoTypes = [dtmfRelay, plainDtmf]
    const unsent = await this.#sendInfo(digits, dialog)
    if (unsent === '') return mode
    if (asked !== undefined) throw this.#refusal ?? new PhoneError('bad-state', 'The peer takes no digits by INFO')
    return this.send(unsent, undefined, dialog)
  }

  #choose(): DtmfMode {
    const { dtmf } = this.#around
    const order = dtmf === 'auto' ? preference : [dtmf, ...preference.filter((mode) => mode !== dtmf)]
    return order.find((mode) => this.#takes(mode)) ?? 'inband'
  }

  #takes(mode: DtmfMode): boolean {
    if (mode === 'rfc4733') return this.#media.config?.telephoneEvent !== undefined
    return mode === 'inband' || this.#infoTypes.length > 0
  }

  async #sendSound(digits: string, mode: 'rfc4733' | 'inband'): Promise<void> {
    if (!this.#takes(mode)) throw new PhoneError('bad-state', 'The peer does not take digits as RFC 4733 events')
    if (mode === 'inband' && digits.includes('!')) throw new PhoneError('bad-state', 'A flash has no tone to send')
    if (this.#media.config?.sending !== true) {
      throw new PhoneError('bad-state', 'No digits can be sent while the call is on hold')
    }
    await this.#media.sendDigits(digits, mode)
  }

  /** The digits from the first that the peer takes in no form of INFO; '' when all are sent. */
  async #sendInfo(digits: string, dialog: Dialog): Promise<string> {
    for (let at = 0; at < digits.length; at++) {
      const digit = digits.charAt(at)
      if (digit === ',') await new Promise<void>((resolve) => void this.#around.clock.after(pauseMs, resolve))
      else if (!(await this.#info(digit, dialog))) return digits.slice(at)
    }
    return ''
  }

  async #info(digit: string, dialog: Dialog): Promise<boolean> {
    for (let [type] = this.#infoTypes; type !== undefined; [type] = this.#infoTypes) {
      const { status, reason, source } = await dialog.info(type, writeDtmfInfo(type, digit))
      if (status < 300) return true
      if (source === 'timeout') throw new PhoneError('timeout', 'The peer did not answer the digit')
      this.#refusal = new PhoneError('rejected', `The peer refused the digit: ${status} ${reason}`, {
        sipCode: status,
        reason,
      })
      if (!notUnderstood.has(status)) throw this.#refusal
      // RFC 3261 21.4.13: only 415 is about the form of the body.
      this.#infoTypes = status === 415 ? this.#infoTypes.slice(1) : []
    }
    return false
  }
}
