/** What waits for drachtio-srf. When the control link breaks, drachtio-srf forgets it all; then it is ended from here. */
export class UnderWay {
  readonly #aborts = new Set<() => void>()

  /** The returned function says that it is over. */
  add(abort: () => void): () => void {
    this.#aborts.add(abort)
    return () => this.#aborts.delete(abort)
  }

  abortAll(): void {
    const aborts = [...this.#aborts]
    this.#aborts.clear()
    for (const abort of aborts) abort()
  }

  get count(): number {
    return this.#aborts.size
  }
}
