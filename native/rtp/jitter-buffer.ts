import { sequenceDistance, timestampDistance } from './serial.ts'

/**
 * Puts packets back in order and in time. Packets go in when they arrive, sound comes out when it is due; the two meet
 * nowhere else. Positions are RTP timestamps: a packet is played when its sample is due, whatever its number.
 *
 * An empty buffer holds its position for up to 60 ms: a packet that is only late is then still played, and the delay has
 * grown by the wait; a packet that is really lost has by then been covered. After 60 ms the stream counts as paused and
 * the buffer fills anew. A delay that stayed too large for two seconds is taken back one packet at a time.
 */

export interface Arrival<T> {
  readonly sequence: number
  readonly timestamp: number
  readonly marker: boolean
  /** Duration in samples, at least 1. */
  readonly samples: number
  readonly content: T
}

export type Taken<T> =
  /** `lostBefore`: packets missing between this and the one played before. `trimmed`: one was left out just now. */
  | {
      readonly kind: 'packet'
      readonly content: T
      readonly samples: number
      readonly lostBefore: number
      readonly trimmed: boolean
    }
  | { readonly kind: 'lost'; readonly samples: number }
  /** The sender was silent here. */
  | { readonly kind: 'silence'; readonly samples: number }
  /** Nothing is playing: before the first packet, or filling. */
  | { readonly kind: 'idle' }

interface Entry<T> extends Arrival<T> {
  readonly arrivedAt: number
}

const RATE = 8 // samples a millisecond
const HOLD = 60 * RATE
const REALIGN = 120 * RATE
const RESTART = 1000 * RATE
const MOST_SAMPLES = 1000 * RATE
const MOST_PACKETS = 128
const TRIM_AFTER = 2000 * RATE
const TRIM_ABOVE = 20 * RATE
const REMEMBERED = 256

export class JitterBuffer<T> {
  /** How much is buffered before sound begins, milliseconds. May be changed at any time; holds from the next filling. */
  targetMs: number
  /** Packets so far: too late to be played, seen before, overtaken, thrown out because too many waited. */
  late = 0
  duplicates = 0
  reordered = 0
  discarded = 0
  /** How long packets waited here, milliseconds, smoothed. */
  delayMs = 0

  #entries: Entry<T>[] = []
  readonly #seen = new Int32Array(REMEMBERED).fill(-1)
  #highest: { sequence: number; timestamp: number } | undefined
  /** The next sample to play, once something was played. */
  #position: number | undefined
  #lastPlayed = 0
  #playing = false
  #held = 0
  #packetSamples = 20 * RATE
  #least = Infinity
  #watched = 0

  constructor(targetMs = 40) {
    this.targetMs = targetMs
  }

  /** Samples waiting. */
  get buffered(): number {
    return this.#entries.reduce((sum, entry) => sum + entry.samples, 0)
  }

  get size(): number {
    return this.#entries.length
  }

  put(packet: Arrival<T>, now: number): void {
    const { sequence, timestamp } = packet
    if (this.#seen[sequence % REMEMBERED] === sequence) {
      this.duplicates++
      return
    }
    this.#seen[sequence % REMEMBERED] = sequence
    if (this.#highest) {
      const ahead = sequenceDistance(sequence, this.#highest.sequence)
      const jump = timestampDistance(timestamp, this.#highest.timestamp)
      if (this.#restarts(ahead, jump)) this.#forget()
      else if (ahead < 0) this.reordered++
    }
    if (this.#position !== undefined && timestampDistance(timestamp, this.#position) < 0) {
      this.late++
      return
    }
    if (!this.#highest || timestampDistance(timestamp, this.#highest.timestamp) > 0) {
      this.#highest = { sequence, timestamp }
    }
    this.#insert({ ...packet, arrivedAt: now })
  }

  take(now: number): Taken<T> {
    if (!this.#playing && !this.#begin(now)) return { kind: 'idle' }
    const next = this.#entries[0]
    if (!next) return this.#hold()
    let gap = timestampDistance(next.timestamp, this.#position as number)
    // What was covered while the buffer was empty need not be covered again; what was not lost has become delay.
    this.#move(Math.min(Math.max(gap, 0), this.#held))
    this.#held = 0
    gap = timestampDistance(next.timestamp, this.#position as number)
    if (gap <= 0) return this.#play(now)
    const contiguous = this.#missingBefore(next) === 0
    if (gap > REALIGN || (contiguous && next.marker)) {
      // A new talkspurt, or the sender's clock jumped: the right moment to set the delay anew.
      this.#playing = false
      return this.take(now)
    }
    const samples = Math.min(gap, this.#packetSamples)
    this.#move(samples)
    return { kind: contiguous ? 'silence' : 'lost', samples }
  }

  /** Another stream begins: nothing of the old one is left, the counts go on. */
  reset(): void {
    this.#forget()
    this.#seen.fill(-1)
  }

  /** The sender began a new count of time or packets without telling. */
  #restarts(ahead: number, jump: number): boolean {
    if (ahead > 0 && jump < -RESTART) return true
    // Both counts went far back: a late packet while the old ones still play, a new stream once they ended.
    return jump < -RESTART && !this.#playing
  }

  #insert(entry: Entry<T>): void {
    let at = this.#entries.length
    while (at > 0 && timestampDistance((this.#entries[at - 1] as Entry<T>).timestamp, entry.timestamp) > 0) at--
    const twin = this.#entries[at - 1]
    if (twin?.timestamp === entry.timestamp) {
      // Two claim the same moment (an event and the sound below it): the later word counts.
      this.#entries[at - 1] = entry
      return
    }
    this.#entries.splice(at, 0, entry)
    while (this.#entries.length > MOST_PACKETS || this.buffered > MOST_SAMPLES) {
      this.#entries.shift()
      this.discarded++
      this.#playing = false
    }
  }

  /** Whether enough is there to begin with; two packets, unless the wait itself has been long enough. */
  #begin(now: number): boolean {
    const [first] = this.#entries
    if (!first) return false
    const target = this.targetMs * RATE
    const waited = (now - this.#entries.reduce((least, { arrivedAt }) => Math.min(least, arrivedAt), now)) * RATE
    if (waited < target && (this.#entries.length < 2 || this.buffered < target)) return false
    this.#playing = true
    this.#position = first.timestamp
    this.#held = 0
    this.#watchAnew()
    return true
  }

  #hold(): Taken<T> {
    if (this.#held >= HOLD) {
      this.#playing = false
      return { kind: 'idle' }
    }
    this.#held += this.#packetSamples
    this.#watchAnew()
    return { kind: 'lost', samples: this.#packetSamples }
  }

  #play(now: number): Taken<T> {
    const trimmed = this.#trim()
    const entry = this.#entries.shift() as Entry<T>
    const lostBefore = this.#missingBefore(entry)
    this.#position = (entry.timestamp + entry.samples) >>> 0
    this.#lastPlayed = entry.sequence
    this.#packetSamples = entry.samples
    this.delayMs += (Math.max(0, now - entry.arrivedAt) - this.delayMs) / 16
    this.#least = Math.min(this.#least, this.buffered)
    this.#watched += entry.samples
    return { kind: 'packet', content: entry.content, samples: entry.samples, lostBefore, trimmed }
  }

  /** Leaves one packet out when for two seconds always more than needed waited. */
  #trim(): boolean {
    if (this.#watched < TRIM_AFTER) return false
    const tooMuch = this.#least >= this.targetMs * RATE + TRIM_ABOVE && this.#entries.length > 1
    this.#watchAnew()
    if (!tooMuch) return false
    this.#lastPlayed = (this.#entries.shift() as Entry<T>).sequence
    return true
  }

  #watchAnew(): void {
    this.#least = Infinity
    this.#watched = 0
  }

  #missingBefore(entry: Entry<T>): number {
    return Math.max(0, sequenceDistance(entry.sequence, this.#lastPlayed) - 1)
  }

  #move(samples: number): void {
    this.#position = ((this.#position as number) + samples) >>> 0
  }

  #forget(): void {
    this.#entries = []
    this.#highest = undefined
    this.#position = undefined
    this.#playing = false
    this.#held = 0
  }
}
