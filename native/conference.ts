import { Framer } from './audio/framer.ts'
import { Mixer } from './audio/mixer.ts'

/** A frame of 20 ms at 8 kHz, the longest that is mixed at once. */
const FRAME = 160
/** What waits of one member for another, at most: a beat that differs, not a delay that grows. 60 ms. */
const MOST_WAITING = 480

/** Who is said what: each member hears what the others said and never itself. Frames are of 8 kHz. */
export class Conference {
  /** Of each listener: what waits of each of the others. */
  readonly #waiting = new Map<string, Map<string, Framer>>()
  readonly #mixer = new Mixer(FRAME)
  readonly #part = new Int16Array(FRAME)

  /** Those that are in it from now on; one alone, or none, is no conference. What waits between two that stay remains. */
  meet(members: readonly string[]): void {
    const together = members.length > 1 ? new Set(members) : new Set<string>()
    for (const member of this.#waiting.keys()) if (!together.has(member)) this.#waiting.delete(member)
    for (const listener of together) {
      const before = this.#waiting.get(listener)
      const others = [...together].filter((speaker) => speaker !== listener)
      const lanes = others.map((speaker) => [speaker, before?.get(speaker) ?? new Framer(MOST_WAITING)] as const)
      this.#waiting.set(listener, new Map(lanes))
    }
  }

  has(member: string): boolean {
    return this.#waiting.has(member)
  }

  /** What was heard of `speaker`, for all the others. */
  heard(speaker: string, frame: Int16Array): void {
    if (!this.#waiting.has(speaker)) return
    for (const lanes of this.#waiting.values()) lanes.get(speaker)?.push(frame)
  }

  /** `frame` (20 ms at most) and what the others said meanwhile; valid until the next call. Outside it is `frame` itself. */
  mixFor(listener: string, frame: Int16Array): Int16Array {
    const lanes = this.#waiting.get(listener)
    if (!lanes) return frame
    this.#mixer.add(frame)
    const part = this.#part.subarray(0, frame.length)
    // Of somebody who has not a whole frame yet nothing is taken: what is there comes with the next one.
    for (const lane of lanes.values()) if (lane.pull(part)) this.#mixer.add(part)
    return this.#mixer.mix()?.subarray(0, frame.length) ?? frame
  }
}
