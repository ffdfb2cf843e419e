import type { Core } from './core.ts'
import { eventsOf, type SessionEvent, type SessionTerms } from './session-timer.ts'

/** Longer than this no timer runs (2^31 ms). */
const longestMs = 2_147_483_647

interface SessionWatchDelegate {
  refresh(): void
  expire(): void
}

/** The clock of one session (RFC 4028): each agreement starts it anew. */
export class SessionWatch {
  readonly #core: Core
  readonly #delegate: SessionWatchDelegate
  #terms: SessionTerms | undefined
  #stop: () => void = () => {}

  constructor(core: Core, delegate: SessionWatchDelegate) {
    this.#core = core
    this.#delegate = delegate
  }

  /** What holds now; undefined: the session lasts until its BYE. */
  get terms(): SessionTerms | undefined {
    return this.#terms
  }

  agree(terms: SessionTerms | undefined): void {
    this.stop()
    this.#terms = terms
    if (terms) this.#await(eventsOf(terms), 0)
  }

  stop(): void {
    this.#stop()
  }

  #await([next, ...later]: readonly SessionEvent[], passed: number): void {
    if (!next) return
    const fire = this.#core.wrap.callback('session timer', () => {
      this.#await(later, next.at)
      this.#delegate[next.what]()
    })
    this.#stop = this.#core.clock.after(Math.min(next.at - passed, longestMs), fire)
  }
}
