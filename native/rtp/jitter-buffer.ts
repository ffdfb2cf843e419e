import { sequenceDistance, timestampDistance } from './serial.ts'

/**
 * Puts packets back in order. What is due, and what to do when it is not there, the playout decides; positions are RTP
 * timestamps: a packet is played when its sample is due, whatever its number.
 */

export interface Arrival<T> {
  readonly sequence: number
  readonly timestamp: number
  readonly marker: boolean
  /** Duration in units of the timestamp, at least 1. */
  readonly samples: number
  readonly content: T
}

interface Entry<T> extends Arrival<T> {
  readonly arrivedAt: number
}

const MOST_PACKETS = 128
const REMEMBERED = 256

export class JitterBuffer<T> {
  /** Packets so far: too late to be played, seen before, overtaken, thrown out because too many waited. */
  late = 0
  duplicates = 0
  reordered = 0
  discarded = 0
  /** Whether packets are being played: then one that is far back in time is late, else a new stream. */
  playing = false

  readonly #second: number
  #entries: Entry<T>[] = []
  readonly #seen = new Int32Array(REMEMBERED).fill(-1)
  #highest: { sequence: number; timestamp: number } | undefined
  #position: number | undefined
  #lastPlayed = 0

  /** `clockRate`: units of the timestamp a second. */
  constructor(clockRate = 8000) {
    this.#second = clockRate
  }

  get size(): number {
    return this.#entries.length
  }

  get first(): Entry<T> | undefined {
    return this.#entries[0]
  }

  /** The timestamp of the next sample to play, once something was played. */
  get position(): number | undefined {
    return this.#position
  }

  /** How far the first packet is ahead of the position; negative when its beginning was covered already. */
  get gap(): number {
    const [first] = this.#entries
    return first && this.#position !== undefined ? timestampDistance(first.timestamp, this.#position) : 0
  }

  /** Whether it is kept; `now` in milliseconds. */
  put(packet: Arrival<T>, now: number): boolean {
    const { sequence, timestamp } = packet
    if (this.#seen[sequence % REMEMBERED] === sequence) {
      this.duplicates++
      return false
    }
    this.#seen[sequence % REMEMBERED] = sequence
    if (this.#highest) {
      const ahead = sequenceDistance(sequence, this.#highest.sequence)
      const jump = timestampDistance(timestamp, this.#highest.timestamp)
      if (this.#restarts(ahead, jump)) this.#forget()
      else if (ahead < 0) this.reordered++
    }
    if (this.#position !== undefined && timestampDistance(timestamp + packet.samples, this.#position) <= 0) {
      this.late++
      return false
    }
    if (!this.#highest || timestampDistance(timestamp, this.#highest.timestamp) > 0) {
      this.#highest = { sequence, timestamp }
    }
    this.#insert({ ...packet, arrivedAt: now })
    return true
  }

  /** The first packet is played now. */
  take(): Entry<T> | undefined {
    const entry = this.#entries.shift()
    if (!entry) return undefined
    this.#position = (entry.timestamp + entry.samples) >>> 0
    this.#lastPlayed = entry.sequence
    return entry
  }

  /** Time passes without a packet, or what was covered meanwhile is left out: packets that lie before it are late. */
  skip(units: number): void {
    if (this.#position === undefined) return
    this.#position = (this.#position + units) >>> 0
    for (let first = this.first; first; first = this.first) {
      if (timestampDistance(first.timestamp + first.samples, this.#position) > 0) return
      this.#entries.shift()
      this.#lastPlayed = first.sequence
      this.late++
    }
  }

  /** Playing begins with the first packet, whatever was played before. */
  align(): void {
    if (this.first) this.#position = this.first.timestamp
  }

  /** Packets missing between the first and the one played last. */
  get missing(): number {
    const [first] = this.#entries
    return first ? Math.max(0, sequenceDistance(first.sequence, this.#lastPlayed) - 1) : 0
  }

  /** Another stream begins: nothing of the old one is left, the counts go on. */
  reset(): void {
    this.#forget()
    this.#seen.fill(-1)
  }

  /** The sender began a new count of time or packets without telling. */
  #restarts(ahead: number, jump: number): boolean {
    if (ahead > 0 && jump < -this.#second) return true
    // Both counts went far back: a late packet while the old ones still play, a new stream once they ended.
    return jump < -this.#second && !this.playing
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
    while (this.#entries.length > MOST_PACKETS || this.#waiting() > this.#second) {
      this.#entries.shift()
      this.discarded++
      this.playing = false
    }
  }

  #waiting(): number {
    return this.#entries.reduce((sum, { samples }) => sum + samples, 0)
  }

  #forget(): void {
    this.#entries = []
    this.#highest = undefined
    this.#position = undefined
    this.playing = false
  }
}
