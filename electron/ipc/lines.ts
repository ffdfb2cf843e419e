/** A line that came in, or the mark of one that was longer than allowed and has been dropped. */
export type Line = { readonly text: string } | { readonly fault: 'too-long' | 'not-utf-8' }

/**
 * Bytes to lines. A line ends with LF or CR LF; blank lines are skipped. One longer than `longest` bytes is dropped
 * while it arrives, so that memory stays bounded, and reported once.
 */
export class LineSplitter {
  #parts: Uint8Array[] = []
  #length = 0
  #dropping = false
  readonly #longest: number
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })

  constructor(longest: number) {
    this.#longest = longest
  }

  push(chunk: Uint8Array): readonly Line[] {
    const lines: Line[] = []
    let from = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      this.#take(chunk.subarray(from, end), lines)
      this.#finish(lines)
      from = end + 1
    }
    this.#take(chunk.subarray(from), lines)
    return lines
  }

  /** No more bytes come: the last line counts even without its line end. */
  end(): readonly Line[] {
    const lines: Line[] = []
    this.#finish(lines)
    return lines
  }

  #take(part: Uint8Array, lines: Line[]): void {
    if (this.#dropping || part.length === 0) return
    if (this.#length + part.length > this.#longest) {
      this.#parts = []
      this.#length = 0
      this.#dropping = true
      lines.push({ fault: 'too-long' })
      return
    }
    // A copy: the chunk's memory may be a large pool that a short rest would keep alive.
    this.#parts.push(Uint8Array.from(part))
    this.#length += part.length
  }

  #finish(lines: Line[]): void {
    if (this.#length > 0) {
      try {
        const text = this.#decoder.decode(Buffer.concat(this.#parts)).trim()
        if (text !== '') lines.push({ text })
      } catch {
        lines.push({ fault: 'not-utf-8' })
      }
    }
    this.#parts = []
    this.#length = 0
    this.#dropping = false
  }
}
