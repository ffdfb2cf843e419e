/**
 * By how much the delay is to change, and how urgently. Pure; all in milliseconds.
 *
 * A packet is needed whole when the frame that holds its first sample is taken. Frames and packets meet on a grain (the
 * greatest common divisor of their lengths), so only whole grains change what must have arrived when; what lies over a whole
 * grain costs delay and buys nothing.
 */

export interface Situation {
  /** From the nominal arrival of the next sample to now. */
  readonly delay: number
  readonly target: number
  readonly grain: number
  readonly frame: number
  /** What is ahead, over whole grains. */
  readonly over: number
  readonly now: number
}

interface Plan {
  /** Above 0: repeat so much, below: leave out. */
  readonly by: number
  /** How well a period must repeat; undefined: only in silence. */
  readonly correlation: number | undefined
}

const WATCHED = 8
/** More than what is needed, before any is left out: a delay on the edge must not swing. */
const SLACK = 4
const MUCH = 25
const VERY_MUCH = 60
const PATIENCE = 3000

export class Steering {
  #delays: number[] = []
  /** Since when there is too much. */
  #since: number | undefined

  plan({ delay, target, grain, frame, over, now }: Situation): Plan | undefined {
    this.#delays.push(delay)
    if (this.#delays.length > WATCHED) this.#delays.shift()
    if (this.#delays.length < WATCHED / 2) return undefined
    const slackOf = (some: number) => some - over - (frame - grain)
    const short = target - slackOf(this.#delays.reduce((sum, one) => sum + one, 0) / this.#delays.length)
    if (short > 0) {
      this.#since = undefined
      const by = Math.ceil(short / grain) * grain - over
      return by > 0 ? { by, correlation: short > MUCH ? 0.4 : 0.6 } : undefined
    }
    const spare = slackOf(Math.min(...this.#delays)) - target - SLACK
    const surplus = spare < 0 ? 0 : Math.floor(spare / grain) * grain + over
    if (surplus <= 0) {
      this.#since = undefined
      return undefined
    }
    this.#since ??= now
    return { by: -surplus, correlation: this.#correlation(surplus, now - this.#since) }
  }

  /** The delay was changed by so much. */
  changed(by: number): void {
    this.#delays = this.#delays.map((delay) => delay + by)
  }

  reset(): void {
    this.#delays = []
    this.#since = undefined
  }

  #correlation(surplus: number, waited: number): number | undefined {
    if (surplus > VERY_MUCH) return 0.3
    if (surplus > MUCH) return 0.7
    return waited > PATIENCE ? 0.85 : undefined
  }
}
