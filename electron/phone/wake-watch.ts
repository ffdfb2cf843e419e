import type { Clock } from './ports.ts'

/** How often it looks, ms. */
const lookIntervalMs = 5000
/** So much later than it should be means that the computer slept, ms. */
const sleepMs = 10_000

/**
 * Notices that the computer slept (the wall clock ran on) or has other addresses than before, whatever the system: what
 * the servers know of us may be wrong then.
 */
export class WakeWatch {
  readonly #clock: Clock
  readonly #addresses: () => string
  readonly #onWake: () => void
  #seen: { readonly wallTime: number; readonly addresses: string } | undefined
  #stop: () => void = () => {}

  /** `addresses`: the machine's, as a text that changes with them. */
  constructor(clock: Clock, addresses: () => string, onWake: () => void) {
    this.#clock = clock
    this.#addresses = addresses
    this.#onWake = onWake
  }

  /** Does nothing when it watches already. */
  start(): void {
    if (this.#seen === undefined) this.#look()
  }

  close(): void {
    this.#stop()
  }

  #look(): void {
    const now = { wallTime: this.#clock.wallTime(), addresses: this.#addresses() }
    const before = this.#seen
    this.#seen = now
    this.#stop = this.#clock.after(lookIntervalMs, () => this.#look())
    if (before === undefined) return
    const slept = now.wallTime - before.wallTime > lookIntervalMs + sleepMs
    if (slept || now.addresses !== before.addresses) this.#onWake()
  }
}
