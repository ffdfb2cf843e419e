import type { Timer, TimerQueue } from './timer-queue.ts'

/** How many INVITEs the user is told of at once, and how fast more of them follow although nobody seems to be there. */
interface Turns {
  /** Of one source, and of all together, that are neither acknowledged nor refused. */
  readonly ofOne: number
  readonly ofAll: number
  /** Beyond, one after another, the sources in turn, ms. */
  readonly everyMs: number
}

/** Enough for every honest caller; a burst of what is left hanging costs the sound of the call that goes on nothing. */
const defaultTurns: Turns = { ofOne: 10, ofAll: 60, everyMs: 40 }

interface Waiting {
  readonly id: string
  readonly tell: () => void
}

/**
 * Lets INVITEs through to the user in an order and at a rate it can stand: each one makes it open sockets and streams,
 * which two hundred at once would do at the cost of everything else. Whoever waits has its 100 already. Nothing waits
 * as long as callers acknowledge what they are answered.
 */
export class InviteTurns {
  readonly #timers: TimerQueue
  readonly #run: (task: () => void) => void
  readonly #turns: Turns
  /** The source of each that the user was told of. */
  readonly #open = new Map<string, string>()
  readonly #openOf = new Map<string, number>()
  /** By source; the first is the next to have its turn. */
  readonly #waiting = new Map<string, Waiting[]>()
  #timer: Timer | undefined

  constructor(timers: TimerQueue, run: (task: () => void) => void, turns: Turns = defaultTurns) {
    this.#timers = timers
    this.#run = run
    this.#turns = turns
  }

  /** Calls `tell` when it is the turn of `id`, at once if there is room; whether it did. A `proven` source needs room of its own only. */
  take(id: string, source: string, proven: boolean, tell: () => void): boolean {
    const { ofOne, ofAll } = this.#turns
    if ((proven || this.#open.size < ofAll) && (this.#openOf.get(source) ?? 0) < ofOne && !this.#waiting.has(source)) {
      this.#tell(source, { id, tell })
      return true
    }
    const line = this.#waiting.get(source)
    if (line) line.push({ id, tell })
    else this.#waiting.set(source, [{ id, tell }])
    this.#arm()
    return false
  }

  /** It needs no turn (any more): acknowledged, refused, cancelled. False when its turn never came. */
  over(id: string): boolean {
    const source = this.#open.get(id)
    if (source === undefined) return !this.#leave(id)
    this.#open.delete(id)
    const left = (this.#openOf.get(source) ?? 1) - 1
    if (left > 0) this.#openOf.set(source, left)
    else this.#openOf.delete(source)
    // In the next task: whoever says that one is over is in the middle of it
    if (this.#waiting.has(source)) this.#run(() => this.#next(source))
    return true
  }

  #tell(source: string, { id, tell }: Waiting): void {
    this.#open.set(id, source)
    this.#openOf.set(source, (this.#openOf.get(source) ?? 0) + 1)
    tell()
  }

  #next(source: string): void {
    const line = this.#waiting.get(source)
    const next = line?.shift()
    this.#waiting.delete(source)
    // To the end of the line of sources
    if (line && line.length > 0) this.#waiting.set(source, line)
    else this.#disarm()
    if (next) this.#tell(source, next)
  }

  #leave(id: string): boolean {
    for (const [source, line] of this.#waiting) {
      const index = line.findIndex((waiting) => waiting.id === id)
      if (index < 0) continue
      line.splice(index, 1)
      if (line.length === 0) this.#waiting.delete(source)
      this.#disarm()
      return true
    }
    return false
  }

  #arm(): void {
    this.#timer ??= this.#timers.set(this.#turns.everyMs, () =>
      this.#run(() => {
        this.#timer = undefined
        const [source] = this.#waiting.keys()
        if (source !== undefined) this.#next(source)
        if (this.#waiting.size > 0) this.#arm()
      }),
    )
  }

  #disarm(): void {
    if (this.#waiting.size > 0 || !this.#timer) return
    this.#timers.cancel(this.#timer)
    this.#timer = undefined
  }
}
