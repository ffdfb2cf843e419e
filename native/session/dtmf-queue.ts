import { eventOfDigit } from '../rtp/telephone-event.ts'
import { beginEvent, stepEvent, type EventInProgress, type EventPacket } from '../rtp/telephone-event-sender.ts'

/** Digits waiting to be sent as telephone events, one after another, with the pauses between them. Units of 8 kHz. */

type Step =
  | { readonly kind: 'digit'; readonly event: number; readonly samples: number }
  | { readonly kind: 'pause'; readonly samples: number }
  | { readonly kind: 'done'; readonly tell: (ok: boolean) => void }

const RATE = 8
/** ITU-T Q.24 asks for 40 ms; the two repeated ends count in. */
const BETWEEN = 60 * RATE
const COMMA = 2000 * RATE
const SHORTEST_MS = 40
const LONGEST_MS = 60_000
const MOST_WAITING = 512

export class DtmfQueue {
  #steps: Step[] = []
  #event: EventInProgress | undefined
  #pause = 0

  /** `tell` hears when the last digit has ended, or at once that these cannot be sent. */
  add(digits: string, durationMs: number, tell: (ok: boolean) => void): void {
    const samples = Math.round(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, durationMs || 0))) * RATE
    const steps = [...digits].map((digit): Step | undefined => {
      if (digit === ',') return { kind: 'pause', samples: COMMA }
      const event = eventOfDigit(digit)
      return event === undefined ? undefined : { kind: 'digit', event, samples }
    })
    if (steps.includes(undefined) || this.#steps.length + steps.length > MOST_WAITING) return tell(false)
    this.#steps.push(...(steps as Step[]), { kind: 'done', tell })
  }

  /** The event packet that takes the place of the audio packet at `timestamp`, if one does; `samples` a packet. */
  step(timestamp: number, samples: number): EventPacket | undefined {
    if (!this.#event) this.#next(timestamp, samples)
    if (!this.#event) return undefined
    const [next, packet] = stepEvent(this.#event, samples)
    this.#event = next
    if (!next) {
      this.#pause = BETWEEN
      this.#tellDone()
    }
    return packet
  }

  /** Nothing more is sent. */
  abort(): void {
    const steps = this.#steps
    this.#steps = []
    this.#event = undefined
    this.#pause = 0
    for (const step of steps) if (step.kind === 'done') step.tell(false)
  }

  #next(timestamp: number, samples: number): void {
    if (this.#pause > 0) {
      this.#pause -= samples
      return
    }
    const step = this.#steps.shift()
    if (step?.kind === 'pause') {
      this.#pause = step.samples - samples
      this.#tellDone()
    } else if (step?.kind === 'digit') this.#event = beginEvent(step.event, timestamp, step.samples)
    else if (step?.kind === 'done') step.tell(true)
  }

  #tellDone(): void {
    while (this.#steps[0]?.kind === 'done') {
      const done = this.#steps.shift()
      if (done?.kind === 'done') done.tell(true)
    }
  }
}
