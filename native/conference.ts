import { Conversion } from './audio/conversion.ts'
import { Framer } from './audio/framer.ts'
import { Mixer } from './audio/mixer.ts'

/** The longest frame that is mixed at once. */
const FRAME_MS = 20
/** What waits of one member for another, at most: a beat that differs, not a delay that grows. */
const MOST_WAITING_MS = 60

/** Who hears: at which rate, and what waits of each of the others, at that rate. */
interface Listener {
  readonly rate: number
  readonly lanes: ReadonlyMap<string, Framer>
  readonly mixer: Mixer
  readonly part: Int16Array
}

/** Who is said what: each member hears what the others said and never itself, at its own rate (8000 or 16000 Hz). */
export class Conference {
  readonly #listeners = new Map<string, Listener>()
  /** Of each speaker, for listeners of another rate. */
  readonly #conversions = new Map<string, Conversion>()

  /** Those that are in it from now on; one alone, or none, is no conference. What waits between two that stay remains. */
  meet(members: readonly string[]): void {
    const together = members.length > 1 ? new Set(members) : new Set<string>()
    for (const member of this.#listeners.keys()) if (!together.has(member)) this.#leave(member)
    for (const member of together) {
      const before = this.#listeners.get(member)
      this.#listen(member, before?.rate ?? 8000, [...together], before?.lanes)
    }
  }

  has(member: string): boolean {
    return this.#listeners.has(member)
  }

  /** What was heard of `speaker`, for all the others. */
  heard(speaker: string, frame: Int16Array, rate: number): void {
    if (!this.#listeners.has(speaker)) return
    let other: Int16Array | undefined
    for (const listener of this.#listeners.values()) {
      const lane = listener.lanes.get(speaker)
      if (listener.rate === rate) lane?.push(frame)
      else lane?.push((other ??= this.#convert(speaker, frame, rate, listener.rate)))
    }
  }

  /** `frame` (20 ms at most) and what the others said meanwhile; valid until the next call. Outside it is `frame` itself. */
  mixFor(member: string, frame: Int16Array, rate: number): Int16Array {
    const listener = this.#listeners.get(member)
    if (!listener) return frame
    const { lanes, mixer, part } =
      listener.rate === rate ? listener : this.#listen(member, rate, [...this.#listeners.keys()])
    mixer.add(frame)
    const some = part.subarray(0, frame.length)
    // Of somebody who has not a whole frame yet nothing is taken: what is there comes with the next one.
    for (const lane of lanes.values()) if (lane.pull(some)) mixer.add(some)
    return mixer.mix()?.subarray(0, frame.length) ?? frame
  }

  #listen(member: string, rate: number, members: readonly string[], before?: Listener['lanes']): Listener {
    const others = members.filter((speaker) => speaker !== member)
    const lane = (speaker: string) => before?.get(speaker) ?? new Framer((MOST_WAITING_MS * rate) / 1000)
    const lanes = new Map(others.map((speaker) => [speaker, lane(speaker)]))
    const samples = (FRAME_MS * rate) / 1000
    const listener = { rate, lanes, mixer: new Mixer(samples), part: new Int16Array(samples) }
    this.#listeners.set(member, listener)
    return listener
  }

  #leave(member: string): void {
    this.#listeners.delete(member)
    this.#conversions.delete(member)
  }

  #convert(speaker: string, frame: Int16Array, from: number, to: number): Int16Array {
    const conversion = this.#conversions.get(speaker) ?? new Conversion()
    this.#conversions.set(speaker, conversion)
    return conversion.convert(frame, from, to)
  }
}
