import type { Clock } from '../phone/ports.ts'

/** No answer for so long, while we ourselves are awake, means hung, milliseconds. */
const limitMs = 1500
/** A timer that comes so much too late tells that it was us who slept. */
const sleepMs = 200

/** Asks a child again and again whether it is alive. */
export class Heartbeat {
  readonly #clock: Clock
  readonly #ask: () => void
  readonly #onHung: () => void
  #answered = true
  #cancel: () => void = () => {}

  constructor(clock: Clock, ask: () => void, onHung: () => void) {
    this.#clock = clock
    this.#ask = ask
    this.#onHung = onHung
  }

  start(): void {
    this.stop()
    this.#answered = false
    this.#ask()
    this.#wait()
  }

  answered(): void {
    this.#answered = true
  }

  stop(): void {
    this.#cancel()
  }

  #wait(): void {
    const due = this.#clock.now() + limitMs
    this.#cancel = this.#clock.after(limitMs, () => {
      if (this.#answered) this.start()
      // Its answer may lie unread behind this very timer, so it gets its time once more.
      else if (this.#clock.now() - due > sleepMs) this.#wait()
      else this.#onHung()
    })
  }
}
