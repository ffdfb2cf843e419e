import {
  reliableProvisional,
  stepReliable,
  type ReliableInput,
  type ReliableTimer,
} from '../dialog/reliable-provisional.ts'
import type { Header, SipMessage } from '../message/message.ts'
import { parseRAck, parseRSeq } from '../message/rack.ts'
import type { TimerValues } from '../transaction/timer-values.ts'
import { valueOf, type InboundResponse } from './inbound.ts'
import type { Network, Path } from './network.ts'
import type { Timer, TimerQueue } from './timer-queue.ts'

/** Reliable provisional responses (RFC 3262), as both sides see them. */

const tag = '100rel'

const lists = (headers: readonly Header[], name: string): boolean =>
  headers.some((header) => header.name === name && header.value.split(',').some((each) => each.trim() === tag))

export const demandsReliability = (headers: readonly Header[]): boolean => lists(headers, 'Require')

/** Whether the sender of a request can acknowledge provisional responses. */
export const canAcknowledge = ({ headers }: SipMessage): boolean =>
  lists(headers, 'Supported') || lists(headers, 'Require')

/** What comes in, at the UAC: each once, and in order. */
export class ReliableArrivals {
  /** The last RSeq by the tag of who sent it. */
  readonly #last = new Map<string, number>()

  /**
   * `plain`: nothing to acknowledge. `take`: the next one. `drop`: a repeated one, or one that has overtaken another
   * (RFC 3262 4: it comes again).
   */
  judge({ message, toTag }: InboundResponse, limit: number): 'plain' | 'take' | 'drop' {
    const rseq = parseRSeq(valueOf(message.headers, 'RSeq') ?? '')
    if (rseq === null || toTag === '' || !demandsReliability(message.headers)) return 'plain'
    const last = this.#last.get(toTag)
    if (last === undefined ? this.#last.size >= limit : rseq !== last + 1) return 'drop'
    this.#last.set(toTag, rseq)
    return 'take'
  }
}

interface ReliableContext {
  readonly network: Network
  readonly timers: TimerQueue
  readonly values: TimerValues
  readonly run: (task: () => void) => void
}

/** One that went out, at the UAS, with its timers. */
export class ReliableRun {
  readonly #context: ReliableContext
  readonly #path: Path
  readonly #bytes: Uint8Array
  readonly #rseq: number
  readonly #cseq: number
  readonly #onGivenUp: () => void
  /** It describes a session: the user has to hear of the PRACK (RFC 3262 5). */
  readonly session: boolean
  readonly #timers = new Map<ReliableTimer, Timer>()
  #state: ReturnType<typeof reliableProvisional>

  constructor(
    context: ReliableContext,
    path: Path,
    bytes: Uint8Array,
    number: { readonly rseq: number; readonly cseq: number; readonly session: boolean },
    onGivenUp: () => void,
  ) {
    this.#context = context
    this.#path = path
    this.#bytes = bytes
    this.#rseq = number.rseq
    this.#cseq = number.cseq
    this.session = number.session
    this.#onGivenUp = onGivenUp
    this.#state = reliableProvisional(context.values)
    this.#step({ kind: 'start' })
  }

  get waits(): boolean {
    return this.#state.state === 'unacknowledged'
  }

  /** False: that is not what is to be acknowledged (any more). */
  acknowledge(rackValue: string): boolean {
    const rack = parseRAck(rackValue)
    if (rack?.rseq !== this.#rseq || rack.cseq !== this.#cseq || rack.method !== 'INVITE') return false
    const open = this.#state.state === 'unacknowledged' || this.#state.state === 'stopped'
    this.#step({ kind: 'prack' })
    return open
  }

  /** A final response is out, or nothing is sent any more. */
  stop(): void {
    this.#step({ kind: 'final' })
  }

  #step(input: ReliableInput): void {
    const { network, timers, values, run } = this.#context
    const [next, outputs] = stepReliable(this.#state, input, values)
    this.#state = next
    for (const output of outputs) {
      switch (output.kind) {
        case 'repeat':
          network.send(this.#path, this.#bytes, true)
          break
        case 'set-timer': {
          const { timer, ms } = output
          const fire = () => run(() => this.#timers.delete(timer) && this.#step({ kind: 'timer', timer }))
          this.#timers.set(timer, timers.set(ms, fire))
          break
        }
        case 'clear-timers':
          for (const timer of this.#timers.values()) timers.cancel(timer)
          this.#timers.clear()
          break
        case 'given-up':
          this.#onGivenUp()
      }
    }
  }
}
