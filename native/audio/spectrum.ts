/** Fourier transform of a fixed length, a power of 2, in place; tables are made once. */
export class Fourier {
  readonly size: number
  readonly #cos: Float64Array
  readonly #sin: Float64Array
  readonly #order: Uint16Array

  constructor(size: number) {
    this.size = size
    const bits = Math.log2(size)
    this.#cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size))
    this.#sin = Float64Array.from({ length: size / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / size))
    this.#order = Uint16Array.from({ length: size }, (_, i) => {
      let turned = 0
      for (let bit = 0; bit < bits; bit++) turned |= ((i >> bit) & 1) << (bits - 1 - bit)
      return turned
    })
  }

  forward(re: Float64Array, im: Float64Array): void {
    const { size } = this
    const cos = this.#cos
    const sin = this.#sin
    for (let i = 0; i < size; i++) {
      const j = this.#order[i] as number
      if (j <= i) continue
      const r = re[i] as number
      const m = im[i] as number
      re[i] = re[j] as number
      im[i] = im[j] as number
      re[j] = r
      im[j] = m
    }
    for (let half = 1; half < size; half *= 2) {
      const step = size / (2 * half)
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          // No destructuring here: an array for each would cost more than the sums.
          const wr = cos[k * step] as number
          const wi = -(sin[k * step] as number)
          const a = start + k
          const b = a + half
          const br = re[b] as number
          const bi = im[b] as number
          const xr = br * wr - bi * wi
          const xi = br * wi + bi * wr
          const ar = re[a] as number
          const ai = im[a] as number
          re[b] = ar - xr
          im[b] = ai - xi
          re[a] = ar + xr
          im[a] = ai + xi
        }
      }
    }
  }

  /** The inverse, divided by the length. */
  backward(re: Float64Array, im: Float64Array): void {
    this.forward(im, re)
    for (let i = 0; i < this.size; i++) {
      re[i] = (re[i] as number) / this.size
      im[i] = (im[i] as number) / this.size
    }
  }
}
