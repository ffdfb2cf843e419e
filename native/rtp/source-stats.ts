/** What a receiver knows of one synchronization source (RFC 3550 6.4.1 and appendices A.1, A.3, A.8). */

const MAX_DROPOUT = 3000
const MAX_MISORDER = 100
const SEQUENCES = 0x10000

interface ReceptionReport {
  /** Lost since the last report, 1/256 (RFC 3550 A.3). */
  readonly fractionLost: number
  /** Signed 24 bit; negative with duplicates. */
  readonly cumulativeLost: number
  readonly highestSequence: number
  /** Timestamp units. */
  readonly jitter: number
}

export class SourceStats {
  readonly ssrc: number
  #clockRate: number
  #base = 0
  #highest = 0
  #cycles = 0
  #badSequence = SEQUENCES + 1
  #received = 0
  readonly #sequential: number
  #probation: number
  #expectedBefore = 0
  #receivedBefore = 0
  #transit: number | undefined
  /** Scaled by 16 (RFC 3550 A.8). */
  #jitter = 0
  #started = false
  #lostEver = 0

  /** `probation`: how many packets in sequence make the source valid; 0 where the signalling vouches for it. */
  constructor(ssrc: number, clockRate: number, probation = 0) {
    this.ssrc = ssrc
    this.#clockRate = clockRate
    this.#sequential = probation
    this.#probation = probation
  }

  /** RFC 3550 A.1, update_seq: false while the source is on probation, and for a jump not yet confirmed. */
  update(sequence: number): boolean {
    if (!this.#started) {
      this.#started = true
      this.#restart(sequence)
      if (this.#probation > 0) this.#highest = (sequence - 1) & 0xffff
    }
    const delta = (sequence - this.#highest) & 0xffff
    if (this.#probation > 0) {
      this.#probation = delta === 1 ? this.#probation - 1 : this.#sequential - 1
      this.#highest = sequence
      if (this.#probation > 0) return false
      this.#restart(sequence)
      this.#received = 1
      return true
    }
    if (delta < MAX_DROPOUT) {
      if (sequence < this.#highest) this.#cycles += SEQUENCES
      this.#highest = sequence
    } else if (delta <= SEQUENCES - MAX_MISORDER) {
      // A very large jump: two in sequence mean that the other side restarted without telling.
      if (sequence !== this.#badSequence) {
        this.#badSequence = (sequence + 1) & 0xffff
        return false
      }
      this.#restart(sequence)
    }
    this.#received++
    return true
  }

  /** From now on the timestamps count by this clock: what was measured stays as long as it was. */
  retime(clockRate: number): void {
    if (clockRate === this.#clockRate) return
    this.#jitter = Math.round((this.#jitter * clockRate) / this.#clockRate)
    this.#clockRate = clockRate
    this.#transit = undefined
  }

  /** RFC 3550 A.8; `now` in milliseconds. */
  arrived(timestamp: number, now: number): void {
    const transit = Math.trunc((now * this.#clockRate) / 1000) - timestamp
    if (this.#transit !== undefined) {
      const difference = Math.abs((transit - this.#transit) | 0)
      // A silence that the sender's clock did not count is no jitter.
      if (difference < 10 * this.#clockRate) this.#jitter += difference - ((this.#jitter + 8) >> 4)
    }
    this.#transit = transit
  }

  get received(): number {
    return this.#received
  }

  get highestSequence(): number {
    return (this.#cycles + this.#highest) >>> 0
  }

  get expected(): number {
    return this.#started && this.#received > 0 ? this.#cycles + this.#highest - this.#base + 1 : 0
  }

  get lost(): number {
    return this.expected - this.#received
  }

  /** Lost in the source's whole life, whatever it restarted meanwhile; duplicates do not count against it. */
  get lostEver(): number {
    return this.#lostEver + Math.max(0, this.lost)
  }

  /** Timestamp units. */
  get jitter(): number {
    return this.#jitter >> 4
  }

  get jitterMs(): number {
    return (this.#jitter / 16 / this.#clockRate) * 1000
  }

  /** The figures of a report block; the next interval begins (RFC 3550 A.3). */
  report(): ReceptionReport {
    const expected = this.expected - this.#expectedBefore
    const lost = expected - (this.#received - this.#receivedBefore)
    this.#expectedBefore = this.expected
    this.#receivedBefore = this.#received
    return {
      fractionLost: expected <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected)),
      cumulativeLost: Math.max(-0x800000, Math.min(0x7fffff, this.lost)),
      highestSequence: this.highestSequence,
      jitter: this.jitter,
    }
  }

  /** RFC 3550 A.1, init_seq. */
  #restart(sequence: number): void {
    this.#lostEver = this.lostEver
    this.#base = sequence
    this.#highest = sequence
    this.#badSequence = SEQUENCES + 1
    this.#cycles = 0
    this.#received = 0
    this.#expectedBefore = 0
    this.#receivedBefore = 0
  }
}
