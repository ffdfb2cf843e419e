import { dualTone, frequenciesOf } from '../audio/dtmf-tones.ts'

/** Digits waiting to be sent as dual tones in the sound itself (ITU-T Q.23), one after another. */

type Step =
  | { readonly kind: 'tone'; readonly frequencies: readonly [number, number]; readonly ms: number }
  | { readonly kind: 'pause'; readonly ms: number }
  | { readonly kind: 'done'; readonly tell: (ok: boolean) => void }

/** ETSI ES 201 235-2 4.2.4 asks for 65 ms of each. */
const SHORTEST_MS = 65
const LONGEST_MS = 60_000
const BETWEEN_MS = 80
const COMMA_MS = 2000
const MOST_WAITING = 1024

export class ToneQueue {
  #steps: Step[] = []
  /** How much of the first step has passed, milliseconds. */
  #at = 0

  /** `tell` hears when the pause after the last digit has ended, or at once that these cannot be sent. */
  add(digits: string, durationMs: number, tell: (ok: boolean) => void): void {
    const ms = Math.round(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, durationMs || 0)))
    const steps: Step[] = []
    for (const digit of digits) {
      const frequencies = frequenciesOf(digit)
      if (digit === ',') steps.push({ kind: 'pause', ms: COMMA_MS })
      else if (frequencies) steps.push({ kind: 'tone', frequencies, ms }, { kind: 'pause', ms: BETWEEN_MS })
      else return tell(false)
    }
    if (this.#steps.length + steps.length > MOST_WAITING) return tell(false)
    this.#steps.push(...steps, { kind: 'done', tell })
  }

  /** Puts tones and the pauses between them in the place of what is in `frame`, as long as there are any. */
  fill(frame: Int16Array, rate: number): void {
    for (let i = 0; i < frame.length; i++) {
      const step = this.#present()
      if (!step) return
      frame[i] = step.kind === 'tone' ? dualTone(step.frequencies, this.#at, step.ms) : 0
      this.#at += 1000 / rate
    }
    this.#present()
  }

  /** Nothing more is sent. */
  abort(): void {
    const steps = this.#steps
    this.#steps = []
    this.#at = 0
    for (const step of steps) if (step.kind === 'done') step.tell(false)
  }

  #present(): Exclude<Step, { kind: 'done' }> | undefined {
    for (;;) {
      const [step] = this.#steps
      if (!step) return undefined
      if (step.kind !== 'done' && this.#at < step.ms) return step
      this.#steps.shift()
      this.#at = 0
      if (step.kind === 'done') step.tell(true)
    }
  }
}
