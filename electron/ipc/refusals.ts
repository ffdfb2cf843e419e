import type { Log } from '../phone/ports.ts'

const everyMs = 1000

/** Writes down what was refused: each kind at most once a second, with the number of those in between. */
export class Refusals {
  readonly #log: Log
  readonly #now: () => number
  readonly #kinds = new Map<string, { at: number; unsaid: number }>()

  constructor(log: Log, now: () => number) {
    this.#log = log
    this.#now = now
  }

  /** `what` is one of our own few words; `said` comes from outside and is never a secret. */
  tell(what: string, said?: string): void {
    const now = this.#now()
    const kind = this.#kinds.get(what) ?? { at: -Infinity, unsaid: 0 }
    this.#kinds.set(what, kind)
    if (now - kind.at < everyMs) {
      kind.unsaid += 1
      return
    }
    const more = kind.unsaid === 0 ? {} : { more: kind.unsaid }
    this.#log.warn(`page: refused: ${what}`, { ...more, ...(said === undefined ? {} : { said: harmless(said) }) })
    kind.at = now
    kind.unsaid = 0
  }
}

function harmless(text: string): string {
  return JSON.stringify(text.slice(0, 100))
}
