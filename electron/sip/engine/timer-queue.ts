import type { Clock } from '../clock.ts'

/** One pending timer. */
export interface Timer {
  readonly at: number
  readonly order: number
  readonly fire: () => void
  /** Its place in the heap, -1 once it has fired or was cancelled. */
  index: number
}

/**
 * All timers of the engine over a single one of the clock: a binary heap. The clock is asked again only when a timer
 * comes first that is earlier than what it is set to, so that setting and cancelling costs no system call.
 */
export class TimerQueue {
  readonly #clock: Clock
  readonly #heap: Timer[] = []
  #order = 0
  #armedFor = Infinity
  #disarm: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#heap.length
  }

  set(ms: number, fire: () => void): Timer {
    const timer: Timer = { at: this.#clock.now() + Math.max(0, ms), order: this.#order++, fire, index: -1 }
    this.#heap.push(timer)
    this.#rise(this.#heap.length - 1, timer)
    this.#arm()
    return timer
  }

  /** Does nothing for one that has fired. */
  cancel(timer: Timer): void {
    const { index } = timer
    if (index < 0) return
    timer.index = -1
    const last = this.#heap.pop()
    if (last && last !== timer) this.#place(index, last)
    if (this.#heap.length === 0) this.#release()
  }

  close(): void {
    for (const timer of this.#heap) timer.index = -1
    this.#heap.length = 0
    this.#release()
  }

  #arm(): void {
    const first = this.#heap[0]
    if (!first || first.at >= this.#armedFor) return
    this.#disarm?.()
    this.#armedFor = first.at
    this.#disarm = this.#clock.after(Math.max(0, first.at - this.#clock.now()), () => this.#due())
  }

  #release(): void {
    this.#disarm?.()
    this.#disarm = undefined
    this.#armedFor = Infinity
  }

  #due(): void {
    this.#disarm = undefined
    this.#armedFor = Infinity
    const now = this.#clock.now()
    for (let first = this.#heap[0]; first && first.at <= now; first = this.#heap[0]) {
      this.cancel(first)
      first.fire()
    }
    this.#arm()
  }

  #place(index: number, timer: Timer): void {
    const parent = this.#heap[(index - 1) >> 1]
    if (index > 0 && parent && isBefore(timer, parent)) this.#rise(index, timer)
    else this.#sink(index, timer)
  }

  #rise(start: number, timer: Timer): void {
    let index = start
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = this.#heap[above]
      if (!parent || !isBefore(timer, parent)) break
      this.#put(index, parent)
      index = above
    }
    this.#put(index, timer)
  }

  #sink(start: number, timer: Timer): void {
    let index = start
    for (;;) {
      const left = this.#heap[2 * index + 1]
      const right = this.#heap[2 * index + 2]
      const child = left && right && isBefore(right, left) ? right : left
      if (!child || !isBefore(child, timer)) break
      const below = child.index
      this.#put(index, child)
      index = below
    }
    this.#put(index, timer)
  }

  #put(index: number, timer: Timer): void {
    this.#heap[index] = timer
    timer.index = index
  }
}

/** Timers of the same instant fire in the order they were set. */
function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}
