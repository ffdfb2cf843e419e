import { dualTone, frequenciesOf } from '../audio/dtmf-tones.ts'

/** Digits waiting to be sent as dual tones in the sound itself (ITU-T Q.23), one after another. */

type Step =
  | { readonly kind: 'tone'; readonly frequencies: readonly [number, number]; readonly samples: number }
  | { readonly kind: 'pause'; readonly samples: number }
  | { readonly kind: 'done'; readonly tell: (ok: boolean) => void }

const RATE = 8
/** ETSI ES 201 235-2 4.2.4 asks for 65 ms of each. */
const SHORTEST_MS = 65
const LONGEST_MS = 60_000
const BETWEEN = 80 * RATE
const COMMA = 2000 * RATE
const MOST_WAITING = 1024

export class ToneQueue {
  #steps: Step[] = []
  /** Samples of the first step that have passed. */
  #at = 0

  /** `tell` hears when the pause after the last digit has ended, or at once that these cannot be sent. */
  add(digits: string, durationMs: number, tell: (ok: boolean) => void): void {
    const samples = Math.round(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, durationMs || 0)) * RATE)
    const steps: Step[] = []
    for (const digit of digits) {
      const frequencies = frequenciesOf(digit)
      if (digit === ',') steps.push({ kind: 'pause', samples: COMMA })
      else if (frequencies) steps.push({ kind: 'tone', frequencies, samples }, { kind: 'pause', samples: BETWEEN })
      else return tell(false)
    }
    if (this.#steps.length + steps.length > MOST_WAITING) return tell(false)
    this.#steps.push(...steps, { kind: 'done', tell })
  }

  /** Puts tones and the pauses between them in the place of what is in `frame`, as long as there are any. */
  fill(frame: Int16Array): void {
    for (let i = 0; i < frame.length; i++) {
      const step = this.#present()
      if (!step) return
      frame[i] = step.kind === 'tone' ? dualTone(step.frequencies, this.#at, step.samples) : 0
      this.#at++
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
      if (step.kind !== 'done' && this.#at < step.samples) return step
      this.#steps.shift()
      this.#at = 0
      if (step.kind === 'done') step.tell(true)
    }
  }
}
