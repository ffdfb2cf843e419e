/**
 * The bytes of the last messages, one behind the other in a block that is taken once: a block of its own for each
 * message would be scattered over the heap, and what is freed of such does not come back to the system.
 *
 * Positions grow for ever; the block holds what lies within its size before the last of them.
 */
export class ByteRing {
  readonly #block: Buffer
  #end = 0

  /** `size` in bytes. */
  constructor(size: number) {
    // Filled, so that all of it is the process's from the start: the system gives memory out when it is first touched.
    this.#block = Buffer.allocUnsafeSlow(size).fill(0)
  }

  /** The position of `bytes`, which may be no longer than the ring; the oldest are written over. */
  put(bytes: Uint8Array): number {
    const size = this.#block.byteLength
    const at = this.#end % size
    // In one piece: what is left before the end of the block is passed over.
    const position = at + bytes.byteLength > size ? this.#end + size - at : this.#end
    this.#block.set(bytes, position % size)
    this.#end = position + bytes.byteLength
    return position
  }

  /** Whether what was put there has not been written over. */
  holds(position: number): boolean {
    return position >= this.#end - this.#block.byteLength
  }

  /** A copy. */
  bytes(position: number, length: number): Uint8Array {
    const start = position % this.#block.byteLength
    return Uint8Array.from(this.#block.subarray(start, start + length))
  }

  text(position: number, length: number): string {
    const start = position % this.#block.byteLength
    return this.#block.toString('utf8', start, start + length)
  }
}
