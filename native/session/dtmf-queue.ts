import type { EventClocks } from '../rtp/telephone-event-receiver.ts'
import { eventOfDigit } from '../rtp/telephone-event.ts'
import { beginEvent, stepEvent, type EventInProgress, type EventPacket } from '../rtp/telephone-event-sender.ts'

/** Digits waiting to be sent as telephone events, one after another, with the pauses between them. Milliseconds. */

type Step =
  | { readonly kind: 'digit'; readonly event: number; readonly ms: number }
  | { readonly kind: 'pause'; readonly ms: number }
  | { readonly kind: 'done'; readonly tell: (ok: boolean) => void }

/** ITU-T Q.24 asks for 40 ms; the two repeated ends count in. */
const BETWEEN = 60
const COMMA = 2000
const SHORTEST_MS = 40
const LONGEST_MS = 60_000
const MOST_WAITING = 512

export class DtmfQueue {
  #steps: Step[] = []
  #event: EventInProgress | undefined
  #pause = 0

  /** `tell` hears when the last digit has ended, or at once that these cannot be sent. */
  add(digits: string, durationMs: number, tell: (ok: boolean) => void): void {
    const ms = Math.round(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, durationMs || 0)))
    const steps = [...digits].map((digit): Step | undefined => {
      if (digit === ',') return { kind: 'pause', ms: COMMA }
      const event = eventOfDigit(digit)
      return event === undefined ? undefined : { kind: 'digit', event, ms }
    })
    if (steps.includes(undefined) || this.#steps.length + steps.length > MOST_WAITING) return tell(false)
    this.#steps.push(...(steps as Step[]), { kind: 'done', tell })
  }

  /** The event packet that takes the place of the audio packet of `ms` at `timestamp`, if one does. */
  step(timestamp: number, ms: number, clocks: EventClocks): EventPacket | undefined {
    if (!this.#event) this.#next(timestamp, ms, clocks)
    if (!this.#event) return undefined
    const [next, packet] = stepEvent(this.#event, (ms * clocks.eventRate) / 1000)
    this.#event = next
    if (!next) {
      this.#pause = BETWEEN
      this.#tellDone()
    }
    return packet
  }

  /** The stream in which a digit has begun ends: whoever heard it begin takes it for sent. Those that wait follow in the next. */
  cut(): void {
    if (!this.#event) return
    this.#event = undefined
    this.#pause = BETWEEN
    this.#tellDone()
  }

  /** Nothing more is sent. */
  abort(): void {
    const steps = this.#steps
    this.#steps = []
    this.#event = undefined
    this.#pause = 0
    for (const step of steps) if (step.kind === 'done') step.tell(false)
  }

  #next(timestamp: number, ms: number, { clockRate, eventRate }: EventClocks): void {
    if (this.#pause > 0) {
      this.#pause -= ms
      return
    }
    const step = this.#steps.shift()
    if (step?.kind === 'pause') {
      this.#pause = step.ms - ms
      this.#tellDone()
    } else if (step?.kind === 'digit')
      this.#event = beginEvent(step.event, timestamp, (step.ms * eventRate) / 1000, clockRate / eventRate)
    else if (step?.kind === 'done') step.tell(true)
  }

  #tellDone(): void {
    while (this.#steps[0]?.kind === 'done') {
      const done = this.#steps.shift()
      if (done?.kind === 'done') done.tell(true)
    }
  }
}
