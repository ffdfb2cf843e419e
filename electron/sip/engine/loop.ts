/**
 * The one thread of control: whatever comes from sockets, timers and the user runs here, one task after another, never
 * one inside another. A task that throws costs itself only.
 */
export class Loop {
  readonly #onFault: (error: unknown, where: string) => void
  #tasks: (() => void)[] = []
  #running = false
  #scheduled = false
  #closed = false

  constructor(onFault: (error: unknown, where: string) => void) {
    this.#onFault = onFault
  }

  /** From sockets and timers: now, or after what is running. */
  run(task: () => void): void {
    this.#tasks.push(task)
    if (!this.#running) this.#drain()
  }

  /** From the user's calls: in its turn, but never before the call has returned. */
  defer(task: () => void): void {
    this.#tasks.push(task)
    if (this.#running || this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      if (!this.#running) this.#drain()
    })
  }

  /** What is waiting, and what comes later, is not run any more. */
  close(): void {
    this.#closed = true
    this.#tasks = []
  }

  /** Calls foreign code; its throw is reported and goes no further. */
  guard(where: string, call: () => void): void {
    try {
      call()
    } catch (error) {
      this.#onFault(error, where)
    }
  }

  #drain(): void {
    this.#running = true
    while (this.#tasks.length > 0) {
      const batch = this.#tasks
      this.#tasks = []
      for (const task of batch) if (!this.#closed) this.guard('engine', task)
    }
    this.#running = false
  }
}
