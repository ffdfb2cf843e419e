/** Dual tones of the push-button telephone (ITU-T Q.23). */

/** Hz: rows of the keypad, then its columns. */
export const LOW_GROUP = [697, 770, 852, 941] as const
export const HIGH_GROUP = [1209, 1336, 1477, 1633] as const

const KEYPAD = ['123A', '456B', '789C', '*0#D']

/** A full-scale sine is 3.14 dBm0 in A-law, 3.17 in mu-law (ITU-T G.711 table 1). */
const FULL_SCALE_DBM0 = 3.14
/** The high group a little louder, as lines weaken it more (ETSI ES 201 235-2 4.2.1). */
const LOW_DBM0 = -9
const HIGH_DBM0 = -7
/** Comes and goes within 2 ms: no click that a detector would take for noise. */
const RAMP_MS = 2

const peak = (dbm0: number) => 32767 * 10 ** ((dbm0 - FULL_SCALE_DBM0) / 20)

/** The digit of a row and a column, each 0 to 3. */
export const digitAt = (row: number, column: number): string => KEYPAD[row]?.[column] ?? ''

/** The two frequencies of `0`-`9`, `*`, `#`, `A`-`D`; undefined for what is no key (the flash has no tone). */
export function frequenciesOf(digit: string): readonly [low: number, high: number] | undefined {
  const row = digit.length === 1 ? KEYPAD.findIndex((keys) => keys.includes(digit)) : -1
  const low = LOW_GROUP[row]
  const high = HIGH_GROUP[KEYPAD[row]?.indexOf(digit) ?? -1]
  return low === undefined || high === undefined ? undefined : [low, high]
}

/** The sample `atMs` after the beginning of a digit that sounds for `lengthMs`, 16 bit. */
export function dualTone([low, high]: readonly [number, number], atMs: number, lengthMs: number): number {
  const turn = (2 * Math.PI * atMs) / 1000
  const gain = Math.min(1, atMs / RAMP_MS, (lengthMs - atMs) / RAMP_MS)
  return Math.round(gain * (peak(LOW_DBM0) * Math.sin(low * turn) + peak(HIGH_DBM0) * Math.sin(high * turn)))
}
