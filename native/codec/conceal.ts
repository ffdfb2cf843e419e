/**
 * Hides lost frames (8 kHz): the last pitch period goes on, at full level for 20 ms, fading to silence at 60 ms.
 * The way of G.711 Appendix I without its delay of 3.75 ms; the joins on both sides are blended, so that none clicks.
 */

const SHORTEST_PITCH = 40 // 200 Hz
const LONGEST_PITCH = 120 // 66 Hz
const WINDOW = 160
const HISTORY = LONGEST_PITCH + WINDOW
const FULL = 160
const SILENT = 480
const REJOIN = 40

export class Concealer {
  /** The last samples heard, oldest first. */
  readonly #history = new Float32Array(HISTORY)
  /** One period, whose end runs into its beginning. */
  readonly #period = new Float32Array(LONGEST_PITCH)
  #length = 0
  /** Samples since the last good one; 0: nothing is being concealed. */
  #missing = 0
  /** The step between the last sample and the period's first, taken back over a quarter period. */
  #step = 0

  /** A frame arrived: remembered, and after a loss its first 5 ms are blended with what went on in its place. In place. */
  heard(frame: Int16Array): void {
    if (this.#missing > 0) {
      const join = Math.min(REJOIN, frame.length)
      for (let i = 0; i < join; i++) {
        const weight = (i + 1) / (join + 1)
        frame[i] = Math.round((frame[i] as number) * weight + this.#next() * (1 - weight))
      }
      this.#missing = 0
    }
    this.#remember(frame)
  }

  /** Fills `frame` with what might have been there. */
  conceal(frame: Int16Array): void {
    if (this.#missing === 0) this.#begin()
    for (let i = 0; i < frame.length; i++) frame[i] = Math.round(this.#next())
  }

  /** Sound was left out on purpose: the next frame is blended with what would have followed the last one. */
  bridge(): void {
    if (this.#missing > 0) return
    this.#begin()
    this.#missing = 1
  }

  /** The stream starts anew: nothing of the past may sound. */
  reset(): void {
    this.#history.fill(0)
    this.#missing = 0
  }

  #next(): number {
    const at = this.#missing++
    if (at >= SILENT) return 0
    const gain = at < FULL ? 1 : (SILENT - at) / (SILENT - FULL)
    const quarter = this.#length >> 2
    const step = at < quarter ? this.#step * (1 - at / quarter) : 0
    return clamp(((this.#period[at % this.#length] as number) + step) * gain)
  }

  #begin(): void {
    const history = this.#history
    const length = (this.#length = pitch(history))
    const start = HISTORY - length
    const quarter = length >> 2
    for (let i = 0; i < length; i++) {
      // Towards its end the period turns into what came before its beginning, so that it can be repeated.
      const into = i - (length - quarter)
      const weight = into < 0 ? 0 : (into + 1) / (quarter + 1)
      this.#period[i] = (history[start + i] as number) * (1 - weight) + (history[start + i - length] as number) * weight
    }
    this.#step = (history[HISTORY - 1] as number) - (history[start - 1] as number)
  }

  #remember(frame: Int16Array): void {
    const keep = Math.max(0, HISTORY - frame.length)
    this.#history.copyWithin(0, HISTORY - keep)
    for (let i = keep; i < HISTORY; i++) this.#history[i] = frame[frame.length - HISTORY + i] as number
  }
}

const clamp = (sample: number) => Math.max(-32768, Math.min(32767, sample))

/** The lag, in samples, at which the last 20 ms resemble most what came before (normalised correlation). */
function pitch(history: Float32Array): number {
  let best = 0
  let bestLag = SHORTEST_PITCH
  for (let lag = SHORTEST_PITCH; lag <= LONGEST_PITCH; lag++) {
    let product = 0
    let energy = 1
    for (let i = HISTORY - WINDOW; i < HISTORY; i++) {
      const before = history[i - lag] as number
      product += (history[i] as number) * before
      energy += before * before
    }
    const likeness = product > 0 ? (product * product) / energy : 0
    if (likeness > best * 1.001) {
      best = likeness
      bestLag = lag
    }
  }
  return bestLag
}
