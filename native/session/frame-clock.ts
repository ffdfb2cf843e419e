/**
 * Which frames of a stream are due, by absolute deadlines. Normally the pacer asks; while a sound card gives the pace it
 * reports each of its frames here, and the clock stands in for it as soon as it stalls. Milliseconds.
 */

interface Due {
  /** To be handled now. */
  readonly frames: number
  /** Too far behind for that: their time has passed. */
  readonly skipped: number
}

/** After a stall no more than this many frames go out at once. */
const MOST_AT_ONCE = 3
/** A tick may be a hair early. */
const TOLERANCE = 0.5

export class FrameClock {
  readonly #frameMs: number
  readonly #cardPatience: number
  #next: number
  #card = false

  /** `start`: the first deadline. The card counts as stalled when its next frame is later than `cardPatience`. */
  constructor(frameMs: number, start: number, cardPatience: number) {
    this.#frameMs = frameMs
    this.#next = start
    this.#cardPatience = cardPatience
  }

  /** The pacer asks. */
  due(now: number): Due {
    const patience = this.#card ? this.#cardPatience : -TOLERANCE
    if (now < this.#next + patience) return { frames: 0, skipped: 0 }
    this.#card = false
    const behind = Math.floor((now + TOLERANCE - this.#next) / this.#frameMs) + 1
    this.#next += behind * this.#frameMs
    const frames = Math.min(behind, MOST_AT_ONCE)
    return { frames, skipped: behind - frames }
  }

  /** The card has a frame; false: the clock has just stood in for it, so that this one would be too many. */
  card(now: number): boolean {
    const surplus = !this.#card && now < this.#next - this.#frameMs / 2
    this.#card = true
    if (!surplus) this.#next = now + this.#frameMs
    return !surplus
  }
}
