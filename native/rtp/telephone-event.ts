/** The payload of a telephone event (RFC 4733 2.3) and the names of the DTMF events (3.2). */

export interface TelephoneEvent {
  readonly event: number
  readonly end: boolean
  /** Power below 0 dBm0, 0 to 63 dB. */
  readonly volume: number
  /** Since the event's timestamp, 16 bit, timestamp units. */
  readonly duration: number
}

const DIGITS = '0123456789*#ABCD!'

/** `!` is the hook flash. Undefined for anything that is no digit. */
export function eventOfDigit(digit: string): number | undefined {
  const event = DIGITS.indexOf(digit.toUpperCase())
  return digit.length === 1 && event >= 0 ? event : undefined
}

export const digitOfEvent = (event: number): string | undefined => DIGITS[event]

/** Undefined when it is too short. Several events in one payload (2.5.1.5) are not expected: the first counts. */
export function parseTelephoneEvent(payload: Uint8Array): TelephoneEvent | undefined {
  const [event, flags, high, low] = payload
  if (event === undefined || flags === undefined || high === undefined || low === undefined) return undefined
  return { event, end: flags >= 0x80, volume: flags & 0x3f, duration: (high << 8) | low }
}

export function writeTelephoneEvent({ event, end, volume, duration }: TelephoneEvent): Uint8Array {
  return Uint8Array.of(event, (end ? 0x80 : 0) | (volume & 0x3f), duration >> 8, duration)
}
