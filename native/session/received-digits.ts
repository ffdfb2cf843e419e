import type { DtmfWay } from '../protocol.ts'

/**
 * Tells each digit once, although it may come both ways: a gateway that turns tones into events lets their beginning
 * through before it knows them (RFC 4733 2.6.1.2). Milliseconds.
 */

/** So long after a tone its event is the same digit. */
const SAME = 1000
/** So long after an event tones are what leaked through. */
const EVENTS_RULE = 5000

export class ReceivedDigits {
  readonly #tell: (digit: string, way: DtmfWay) => void
  #eventAt = -Infinity
  /** Tones told that no event has confirmed. */
  #tones: readonly { readonly digit: string; readonly at: number }[] = []

  constructor(tell: (digit: string, way: DtmfWay) => void) {
    this.#tell = tell
  }

  /** A packet of an event came; `digit` when it is a new one. */
  event(digit: string | undefined, now: number): void {
    this.#eventAt = now
    if (digit === undefined) return
    this.#tones = this.#tones.filter(({ at }) => now - at < SAME)
    const told = this.#tones.find((tone) => tone.digit === digit)
    if (told) this.#tones = this.#tones.filter((tone) => tone !== told)
    else this.#tell(digit, 'rfc4733')
  }

  tone(digit: string, now: number): void {
    if (now - this.#eventAt < EVENTS_RULE) return
    this.#tones = [...this.#tones.filter(({ at }) => now - at < SAME), { digit, at: now }]
    this.#tell(digit, 'inband')
  }
}
