import { sequenceDistance } from './serial.ts'

/** What timestamps of every clock are brought to, units a second: a multiple of each. */
export const LINE_RATE = 48_000

/**
 * The timestamps of one source, whatever clock its payload types count by, on one line. Multiplied modulo 2^32 they wrap as
 * before. Where the clock changes, nobody knows what the new count means (RFC 7160 3): the packet follows those before it.
 */
export class Timeline {
  /** By clock rate: what is added. */
  readonly #shifts = new Map<number, number>()
  #newest: { readonly sequence: number; readonly clockRate: number; readonly end: number } | undefined

  /** Where the packet of `units` (of `clockRate`) lies. */
  place(sequence: number, timestamp: number, clockRate: number, units: number): number {
    const factor = LINE_RATE / clockRate
    const newest = this.#newest
    const ahead = newest ? sequenceDistance(sequence, newest.sequence) : 1
    const known = this.#shifts.get(clockRate)
    const changes = newest !== undefined && newest.clockRate !== clockRate && (ahead > 0 || known === undefined)
    const shift = changes ? newest.end + (ahead - 1) * units * factor - Math.imul(timestamp, factor) : (known ?? 0)
    const at = (Math.imul(timestamp, factor) + shift) >>> 0
    this.#shifts.set(clockRate, shift >>> 0)
    if (ahead > 0) this.#newest = { sequence, clockRate, end: at + units * factor }
    return at
  }
}
