/** A page that is loaded again is away for a moment, milliseconds. */
const absenceMs = 3000

/** Notices that the last page has been closed, once there was one. */
export class LastWindow {
  readonly #closed = Promise.withResolvers<void>()
  #timer: NodeJS.Timeout | undefined

  get closed(): Promise<void> {
    return this.#closed.promise
  }

  /** So many pages are open now. */
  see(count: number): void {
    clearTimeout(this.#timer)
    if (count === 0) this.#timer = setTimeout(() => this.#closed.resolve(), absenceMs)
  }
}
