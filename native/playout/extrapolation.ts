import { bestLag, longestPitch, shortestPitch } from './pitch.ts'

/**
 * Goes on where sound ends, after ITU-T G.711 Appendix I: the last pitch period is repeated; from 10 ms on the last two,
 * from 20 ms on the last three, so that it does not buzz. The joins are blended over a quarter period. Unlike in the
 * Appendix nothing is delayed by 3.75 ms for that: the step at the first join is taken back instead.
 */
export class Extrapolation {
  /** Samples. */
  readonly pitch: number
  readonly #past: Float32Array
  readonly #rate: number
  #given = 0
  #periods = 0
  /** The repeated stretch, whose end runs into its beginning. */
  #stretch = new Float32Array(0)
  #at = 0
  /** From the last sample to the first repeated one. */
  readonly #step: number

  /** `past`: the sound so far, oldest first; `historyOf(rate)` samples of it are looked at, at most. */
  constructor(past: Float32Array, rate: number) {
    this.#rate = rate
    const wanted = historyOf(rate)
    const known = past.length >= wanted ? past.slice(past.length - wanted) : padded(past, wanted)
    this.#past = known
    const window = Math.floor(rate / 50)
    const longest = Math.min(longestPitch(rate), Math.max(shortestPitch(rate), past.length - window))
    this.pitch = bestLag(known, known.length - window, window, shortestPitch(rate), longest, rate).lag
    this.#step = (known[known.length - 1] as number) - (known[known.length - 1 - this.pitch] as number)
  }

  /** Fills `out` with what might follow, at full level. */
  read(out: Float32Array): void {
    const quarter = this.pitch >> 2
    for (let i = 0; i < out.length; i++) {
      const periods = Math.min(3, 1 + Math.floor((this.#given * 100) / this.#rate))
      if (periods !== this.#periods && this.#at === 0) this.#grow(periods)
      const taken = this.#given < quarter ? this.#step * (1 - this.#given / quarter) : 0
      out[i] = (this.#stretch[this.#at] as number) + taken
      this.#at = (this.#at + 1) % this.#stretch.length
      this.#given++
    }
  }

  /** Where the stretch begins again, so that the phase goes on. */
  #grow(periods: number): void {
    const { pitch } = this
    const quarter = pitch >> 2
    const length = Math.min(periods, Math.floor((this.#past.length - quarter) / pitch)) * pitch
    const start = this.#past.length - length
    const stretch = this.#past.slice(start)
    for (let i = 0; i < quarter; i++) {
      const weight = (i + 1) / (quarter + 1)
      const at = length - quarter + i
      stretch[at] = (stretch[at] as number) * (1 - weight) + (this.#past[start - quarter + i] as number) * weight
    }
    this.#periods = periods
    this.#stretch = stretch
    this.#at = 0
  }
}

/** How much of the past an extrapolation looks at, samples: three of the longest periods and a quarter. */
export const historyOf = (rate: number): number => Math.ceil(3.3 * longestPitch(rate))

function padded(past: Float32Array, length: number): Float32Array {
  const whole = new Float32Array(length)
  whole.set(past, length - past.length)
  return whole
}

/** Level of a concealed sample `ms` after the last good one: full for 10 ms, then 20 % less every 10 ms (Appendix I). */
export const lossGain = (ms: number): number => Math.min(1, Math.max(0, 1 - (ms - 10) / 50))

/**
 * The same where nothing is known to be lost and sound is only drawn out until it comes: fades by 1 dB every 10 ms, so that
 * a stall of the network is heard as a held sound, and is silent after 400 ms.
 */
export function waitGain(ms: number): number {
  if (ms <= 10) return 1
  return 10 ** (-(ms - 10) / 200) * Math.min(1, Math.max(0, (400 - ms) / 100))
}
