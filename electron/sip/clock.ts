/** Time as the engine sees it: the only source of `now` and of timers, so that tests can run years in a second. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number
  /** Calls `fire` once, `ms` milliseconds from now, unless the returned function is called before. */
  after(ms: number, fire: () => void): () => void
}
