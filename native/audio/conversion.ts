/**
 * Sound of 8 kHz as sound of 16 kHz and the other way, a filter of half the band: flat to 3.4 kHz, 60 dB down from 4.6 kHz
 * on, 2 ms late. Of one stream; it has nothing to close, so it may be wherever two rates meet. The sound card, whose rate may
 * be any, has resample.ts.
 */

/** Either side of the middle; every second tap of such a filter is 0. */
const PAIRS = 16
const REACH = 2 * PAIRS - 1
const taps = halfBand()

export class Conversion {
  /** The newest samples of what came, then the frame that comes. */
  #line = new Float64Array(0)
  #out = new Int16Array(0)
  #from = 0
  #to = 0

  /**
   * `frame` of `from` Hz (8000 or 16000, an even number of samples) in `to` Hz, valid until the next call. Where both are the
   * same it is the frame itself.
   */
  convert(frame: Int16Array, from: number, to: number): Int16Array {
    if (from === to) return frame
    const kept = from < to ? 2 * PAIRS : 2 * REACH
    if (from !== this.#from || to !== this.#to || this.#line.length !== kept + frame.length) {
      const past = from === this.#from && to === this.#to ? this.#line.slice(this.#line.length - kept) : []
      this.#line = new Float64Array(kept + frame.length)
      this.#line.set(past)
      this.#out = new Int16Array(from < to ? frame.length * 2 : frame.length >> 1)
      this.#from = from
      this.#to = to
    } else this.#line.copyWithin(0, this.#line.length - kept)
    this.#line.set(frame, kept)
    if (from < to) this.#up()
    else this.#down(kept)
    return this.#out
  }

  /** Every sample as it is, and between each two the filter's. */
  #up(): void {
    const [line, out] = [this.#line, this.#out]
    for (let i = 0; i < out.length; i += 2) {
      const left = (i >> 1) + PAIRS
      let sum = 0
      for (let k = 0; k < PAIRS; k++)
        sum += (taps[k] as number) * ((line[left - k] as number) + (line[left + 1 + k] as number))
      out[i] = line[left] as number
      out[i + 1] = rounded(2 * sum)
    }
  }

  #down(kept: number): void {
    const [line, out] = [this.#line, this.#out]
    for (let i = 0; i < out.length; i++) {
      const middle = 2 * i + kept - REACH
      let sum = (line[middle] as number) / 2
      for (let k = 0; k < PAIRS; k++)
        sum += (taps[k] as number) * ((line[middle - 1 - 2 * k] as number) + (line[middle + 1 + 2 * k] as number))
      out[i] = rounded(sum)
    }
  }
}

const rounded = (sample: number) => Math.max(-32_768, Math.min(32_767, Math.round(sample)))

/** The odd taps from the middle on, their sum a quarter: a sinc under a Kaiser window (beta 6). */
function halfBand(): Float64Array {
  const found = Float64Array.from({ length: PAIRS }, (_, k) => {
    const at = 2 * k + 1
    const sinc = Math.sin((Math.PI * at) / 2) / (Math.PI * at)
    return sinc * bessel(6 * Math.sqrt(1 - (at / (REACH + 1)) ** 2))
  })
  const sum = found.reduce((all, tap) => all + tap, 0)
  return found.map((tap) => tap / (4 * sum))
}

/** I0, not normalised: the sum is made right anyway. */
function bessel(x: number): number {
  let [term, sum] = [1, 1]
  for (let k = 1; k < 25; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}
