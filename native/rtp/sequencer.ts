import type { StreamPosition } from '../protocol.ts'

/** Numbers the packets of one outgoing stream: SSRC, sequence, timestamp (RFC 3550 5.1). */
export class Sequencer {
  readonly ssrc: number
  #sequence: number
  #timestamp: number

  /** `random` gives 32 random bits; the three start values must not be guessable (RFC 3550 5.1, 8.1). */
  static fresh(random: () => number): Sequencer {
    // The sequence starts in the lower half: RFC 3711 3.3.1 counts roll-overs, a wrap in the first packets confuses.
    return new Sequencer({ ssrc: random() >>> 0, sequence: random() & 0x7fff, timestamp: random() >>> 0 })
  }

  /** `position`: what the first packet gets; of a stream that another process began, past all that it can have sent. */
  constructor(position: StreamPosition) {
    this.ssrc = position.ssrc >>> 0
    this.#sequence = position.sequence & 0xffff
    this.#timestamp = position.timestamp >>> 0
  }

  /** What the next packet gets. */
  get position(): StreamPosition {
    return { ssrc: this.ssrc, sequence: this.#sequence, timestamp: this.#timestamp }
  }

  get timestamp(): number {
    return this.#timestamp
  }

  nextSequence(): number {
    const sequence = this.#sequence
    this.#sequence = (sequence + 1) & 0xffff
    return sequence
  }

  /** Time passes, in timestamp units, whether or not a packet was sent. */
  advance(units: number): void {
    this.#timestamp = (this.#timestamp + units) >>> 0
  }
}
