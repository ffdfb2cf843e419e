/**
 * One sub-band of ITU-T G.722: adaptive predictor and adaptive step, the same in encoder and decoder, so that both know what
 * the other does. Names in capitals are those of the Recommendation's clause 6, for the lower band and the upper; all is 16 bit.
 */

/** Mantissas of the step by its logarithm (ILB). */
const ILB = Int32Array.from([
  2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896, 2960, 3025,
  3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
])
const ZEROS = 6
const LEAK_ZEROS = 32_640
const LEAK_POLE_1 = 32_640
const LEAK_POLE_2 = 32_512

/** By the code of the sub-band: what the step is changed by (W), and the value it stands for (Q). */
export interface BandTables {
  readonly steps: Int32Array
  readonly levels: Int32Array
  /** The largest logarithm of the step (LOGSCL, LOGSCH), and the shift of that logarithm 0. */
  readonly most: number
  readonly shift: number
  /** The first step. */
  readonly first: number
}

export class Band {
  /** The step (DETL, DETH). */
  step: number
  /** What is predicted (SL, SH). */
  predicted = 0
  readonly #tables: BandTables
  /** The step's logarithm (NBL, NBH). */
  #logarithm = 0
  /** The last differences, the newest first, and their weights (DLT, BL). */
  readonly #differences = new Int32Array(ZEROS)
  readonly #weights = new Int32Array(ZEROS)
  /** The part of the prediction that comes of them (SZL). */
  #ofZeros = 0
  /** The last two reconstructed samples (RLT), partial ones (PLT) and weights (AL). */
  #r1 = 0
  #p1 = 0
  #p2 = 0
  #a1 = 0
  #a2 = 0

  constructor(tables: BandTables) {
    this.#tables = tables
    this.step = tables.first
  }

  /** Goes on by one sample, of which `code` is known on both sides. Returns its difference from the prediction. */
  adapt(code: number): number {
    const { levels, steps, most, shift } = this.#tables
    const difference = (this.step * (levels[code] as number)) >> 15
    // LOGSCL, SCALEL
    this.#logarithm = Math.max(0, Math.min(most, ((this.#logarithm * 127) >> 7) + (steps[code] as number)))
    const mantissa = ILB[(this.#logarithm >> 6) & 31] as number
    const exponent = shift - (this.#logarithm >> 11)
    this.step = (exponent < 0 ? mantissa << -exponent : mantissa >> exponent) << 2
    this.#predict(difference)
    return difference
  }

  /** PARREC, RECONS, UPPOL2, UPPOL1, UPZERO, DELAYA, FILTEP, FILTEZ, PREDIC. */
  #predict(difference: number): void {
    const reconstructed = limited(this.predicted + difference)
    const partial = limited(this.#ofZeros + difference)
    const same1 = partial < 0 === this.#p1 < 0
    const same2 = partial < 0 === this.#p2 < 0
    const slope = limited(this.#a1 << 2)
    const turned = Math.min(32_767, same1 ? -slope : slope) >> 7
    const wanted2 = turned + (same2 ? 128 : -128) + ((this.#a2 * LEAK_POLE_2) >> 15)
    const a2 = Math.max(-12_288, Math.min(12_288, wanted2))
    const bound = 15_360 - a2
    const wanted1 = (same1 ? 192 : -192) + ((this.#a1 * LEAK_POLE_1) >> 15)
    const a1 = Math.max(-bound, Math.min(bound, wanted1))
    const [differences, weights] = [this.#differences, this.#weights]
    const change = difference === 0 ? 0 : 128
    let ofZeros = 0
    for (let i = ZEROS - 1; i >= 0; i--) {
      const before = differences[i] as number
      const towards = before < 0 === difference < 0 ? change : -change
      const weight = (weights[i] = limited(towards + (((weights[i] as number) * LEAK_ZEROS) >> 15)))
      const moved = (differences[i] = i === 0 ? difference : (differences[i - 1] as number))
      ofZeros += (weight * limited(moved + moved)) >> 15
    }
    const ofPoles = ((a1 * limited(2 * reconstructed)) >> 15) + ((a2 * limited(2 * this.#r1)) >> 15)
    this.#p2 = this.#p1
    this.#p1 = partial
    this.#a1 = a1
    this.#a2 = a2
    this.#r1 = reconstructed
    this.#ofZeros = limited(ofZeros)
    this.predicted = limited(limited(ofPoles) + this.#ofZeros)
  }
}

/** What fits 16 bits. */
export function limited(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value
}
