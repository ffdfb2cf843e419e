import type { Clock } from './ports.ts'

/** Runs `act` soon after `touch`, but not more often than every `intervalMs`; many touches between are one. */
export class Coalesced {
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #act: () => void
  #last = -Infinity
  #stop: (() => void) | undefined

  constructor(clock: Clock, intervalMs: number, act: () => void) {
    this.#clock = clock
    this.#intervalMs = intervalMs
    this.#act = act
  }

  touch(): void {
    this.#stop ??= this.#clock.after(Math.max(0, this.#last + this.#intervalMs - this.#clock.now()), () => {
      this.#stop = undefined
      this.#last = this.#clock.now()
      this.#act()
    })
  }

  close(): void {
    this.#stop?.()
    this.#stop = undefined
  }
}
