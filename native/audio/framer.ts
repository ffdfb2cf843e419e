/** Enough for packets of 20 ms; most sessions never need more. */
const USUAL = 480

/** Chunks of one size in, frames of another out. Holds `capacity` samples; when more come the oldest go. */
export class Framer {
  readonly #capacity: number
  #ring: Int16Array
  #read = 0
  #count = 0

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#ring = new Int16Array(Math.min(capacity, USUAL))
  }

  get buffered(): number {
    return this.#count
  }

  push(chunk: Int16Array): void {
    if (this.#count + chunk.length > this.#ring.length && this.#ring.length < this.#capacity) this.#grow()
    const { length } = this.#ring
    for (let i = 0; i < chunk.length; i++) {
      this.#ring[(this.#read + this.#count) % length] = chunk[i] as number
      if (this.#count < length) this.#count++
      else this.#read = (this.#read + 1) % length
    }
  }

  /** Fills `frame`, or leaves everything as it is and returns false when there is not enough. */
  pull(frame: Int16Array): boolean {
    if (this.#count < frame.length) return false
    for (let i = 0; i < frame.length; i++) frame[i] = this.#ring[(this.#read + i) % this.#ring.length] as number
    this.#read = (this.#read + frame.length) % this.#ring.length
    this.#count -= frame.length
    return true
  }

  clear(): void {
    this.#count = 0
  }

  #grow(): void {
    const ring = new Int16Array(this.#capacity)
    for (let i = 0; i < this.#count; i++) ring[i] = this.#ring[(this.#read + i) % this.#ring.length] as number
    this.#ring = ring
    this.#read = 0
  }
}
