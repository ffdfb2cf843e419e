/** Adds frames of one size, saturating once at the end, so that two loud ones and their opposite still cancel. */
export class Mixer {
  readonly #sum: Int32Array
  readonly #mixed: Int16Array
  #parts = 0

  constructor(samples: number) {
    this.#sum = new Int32Array(samples)
    this.#mixed = new Int16Array(samples)
  }

  add(frame: Int16Array): void {
    const length = Math.min(frame.length, this.#sum.length)
    for (let i = 0; i < length; i++) this.#sum[i] = (this.#sum[i] as number) + (frame[i] as number)
    this.#parts++
  }

  /** The mix of what was added since the last time, null of nothing; valid until the next call. */
  mix(): Int16Array | null {
    if (this.#parts === 0) return null
    for (let i = 0; i < this.#sum.length; i++) {
      this.#mixed[i] = Math.max(-32768, Math.min(32767, this.#sum[i] as number))
    }
    this.#sum.fill(0)
    this.#parts = 0
    return this.#mixed
  }
}
