import { answer, stepAnswer, type AnswerInput } from '../dialog/answer.ts'
import type { TimerValues } from '../transaction/timer-values.ts'
import type { OpenAnswer } from './dialogs.ts'
import type { InboundRequest } from './inbound.ts'
import type { Network, Path } from './network.ts'
import type { Timer, TimerQueue } from './timer-queue.ts'

interface AnswerContext {
  readonly network: Network
  readonly timers: TimerQueue
  readonly values: TimerValues
  readonly run: (task: () => void) => void
}

/** One 2xx on its way to its ACK: the machine of dialog/answer.ts with its timers. */
export class AnswerRun implements OpenAnswer {
  readonly #context: AnswerContext
  readonly #path: Path
  readonly #bytes: Uint8Array
  readonly #onAcknowledged: (ack: InboundRequest) => void
  readonly #onGivenUp: () => void
  readonly #timers = new Map<string, Timer>()
  #state: ReturnType<typeof answer>

  constructor(
    context: AnswerContext,
    path: Path,
    bytes: Uint8Array,
    onAcknowledged: (ack: InboundRequest) => void,
    onGivenUp: () => void,
  ) {
    this.#context = context
    this.#path = path
    this.#bytes = bytes
    this.#onAcknowledged = onAcknowledged
    this.#onGivenUp = onGivenUp
    this.#state = answer(context.values)
    this.#step({ kind: 'start' })
  }

  acknowledge(ack: InboundRequest): void {
    this.#step({ kind: 'ack' }, ack)
  }

  stop(): void {
    for (const timer of this.#timers.values()) this.#context.timers.cancel(timer)
    this.#timers.clear()
  }

  #step(input: AnswerInput, ack?: InboundRequest): void {
    const { network, timers, values, run } = this.#context
    const [next, outputs] = stepAnswer(this.#state, input, values)
    this.#state = next
    for (const output of outputs) {
      switch (output.kind) {
        case 'repeat':
          network.send(this.#path, this.#bytes, true)
          break
        case 'set-timer': {
          const { timer, ms } = output
          const set = timers.set(ms, () => run(() => this.#timers.has(timer) && this.#step({ kind: 'timer', timer })))
          this.#timers.set(timer, set)
          break
        }
        case 'clear-timer': {
          const set = this.#timers.get(output.timer)
          if (set) timers.cancel(set)
          this.#timers.delete(output.timer)
          break
        }
        case 'acknowledged':
          if (ack) this.#onAcknowledged(ack)
          break
        case 'given-up':
          this.#onGivenUp()
      }
    }
  }
}
