import type { Clock } from '../../electron/phone/ports.ts'

interface Entry {
  readonly at: number
  readonly order: number
  readonly fire: () => void
}

/**
 * A clock that stands still until it is told to go on. Between two timers all promises and immediates get their turn,
 * so that code which awaits runs as it would in real time.
 */
export class VirtualTime implements Clock {
  #now: number
  #order = 0
  /** Sorted, the next one last. */
  readonly #entries: Entry[] = []

  /** `start` is not 0, so that code which takes 0 for "never" shows. */
  constructor(start = 1_000) {
    this.#now = start
  }

  get pending(): number {
    return this.#entries.length
  }

  now(): number {
    return this.#now
  }

  wallTime(): number {
    return Date.UTC(2026, 0, 1) + this.#now
  }

  after(ms: number, fire: () => void): () => void {
    const entry: Entry = { at: this.#now + Math.max(0, ms), order: this.#order++, fire }
    this.#entries.splice(this.#placeOf(entry), 0, entry)
    return () => {
      // An entry that has fired would be found nowhere; one that is there is exactly at its place
      const place = this.#placeOf(entry)
      if (this.#entries[place] === entry) this.#entries.splice(place, 1)
    }
  }

  /** Runs everything that is due up to `ms` from now, what comes due on the way included. */
  async advance(ms: number): Promise<void> {
    await this.runUntil(() => false, ms)
  }

  /** The same. */
  async pass(ms: number): Promise<void> {
    await this.advance(ms)
  }

  /** The whole process slept: what came due meanwhile comes late, all at once. */
  async sleep(ms: number): Promise<void> {
    this.#now += ms
    await this.advance(0)
  }

  /** Goes on until `done` says so. False: `ms` are over and it has not. */
  async runUntil(done: () => boolean, ms = 3_600_000): Promise<boolean> {
    const end = this.#now + ms
    await settle()
    for (;;) {
      if (done()) return true
      const next = this.#entries.at(-1)
      if (!next || next.at > end) break
      this.#entries.pop()
      this.#now = Math.max(this.#now, next.at)
      next.fire()
      await settle()
    }
    this.#now = end
    return done()
  }

  /** Where the entry is or belongs: the number of entries that come later. */
  #placeOf({ at, order }: Entry): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#entries[middle]
      if (other && (other.at > at || (other.at === at && other.order > order))) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** All promises that can settle without time passing have settled. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
