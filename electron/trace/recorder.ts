import type { Trace } from '../phone/ports.ts'
import type { TraceMessage, TraceQuery, TraceSummary } from '../phone/trace-message.ts'
import type { Endpoint, WireMessage, WireTap } from '../sip/transaction-user.ts'
import { type MessageSummary, summarise } from './summary.ts'

export interface RecorderLimits {
  /** Messages kept, and the bytes they may have together. */
  readonly messages: number
  readonly bytes: number
}

export interface RecorderClock {
  /** Monotonic milliseconds. */
  now(): number
  /** Milliseconds since 1970 UTC. */
  wallTime(): number
}

interface Recorded {
  readonly id: number
  readonly wallTime: number
  readonly monotonicMs: number
  readonly wire: WireMessage
  /** Read when somebody asks: recording must cost the engine next to nothing. */
  summary: MessageSummary | undefined
  notes: readonly string[]
}

const mostNotes = 4

/** The last messages that passed the wire, in a ring bounded by number and by bytes. */
export class TraceRecorder implements WireTap, Trace {
  readonly #clock: RecorderClock
  readonly #limits: RecorderLimits
  readonly #kept = new Map<number, Recorded>()
  #bytes = 0
  #lastId = 0

  constructor(clock: RecorderClock, limits: RecorderLimits = { messages: 5000, bytes: 8 * 1_048_576 }) {
    this.#clock = clock
    this.#limits = limits
  }

  onMessage(message: WireMessage): void {
    const id = ++this.#lastId
    // A copy: the socket's buffer may be much larger than the message, or be used again.
    const wire = { ...message, bytes: new Uint8Array(message.bytes) }
    this.#kept.set(id, {
      id,
      wallTime: this.#clock.wallTime(),
      monotonicMs: this.#clock.now(),
      wire,
      summary: undefined,
      notes: message.note === undefined ? [] : [message.note],
    })
    this.#bytes += wire.bytes.byteLength
    this.#forget()
  }

  list(query: TraceQuery = {}): readonly TraceSummary[] {
    const found: TraceSummary[] = []
    for (const recorded of this.#kept.values()) {
      if (query.sipCallId === undefined || summaryOf(recorded).sipCallId === query.sipCallId) {
        found.push(described(recorded))
      }
    }
    return query.limit === undefined ? found : found.slice(-query.limit)
  }

  get(id: number): TraceMessage | undefined {
    const recorded = this.#kept.get(id)
    return recorded && { ...described(recorded), text: textOf(recorded) }
  }

  annotate(sipCallId: string, note: string): void {
    const recorded = [...this.#kept.values()].findLast(
      (candidate) => candidate.wire.direction === 'in' && summaryOf(candidate).sipCallId === sipCallId,
    )
    if (recorded === undefined || recorded.notes.includes(note) || recorded.notes.length >= mostNotes) return
    recorded.notes = [...recorded.notes, note]
  }

  #forget(): void {
    // A Map keeps the order of insertion: the first is the oldest. The newest stays, however large.
    for (const [id, { wire }] of this.#kept) {
      const tooMany = this.#kept.size > this.#limits.messages || this.#bytes > this.#limits.bytes
      if (!tooMany || this.#kept.size === 1) return
      this.#kept.delete(id)
      this.#bytes -= wire.bytes.byteLength
    }
  }
}

function textOf({ wire }: Recorded): string {
  return new TextDecoder().decode(wire.bytes)
}

function summaryOf(recorded: Recorded): MessageSummary {
  recorded.summary ??= summarise(textOf(recorded))
  return recorded.summary
}

function described(recorded: Recorded): TraceSummary {
  const { id, wallTime, monotonicMs, wire, notes } = recorded
  return {
    id,
    at: new Date(wallTime).toISOString(),
    monotonicMs,
    direction: wire.direction,
    transport: wire.remote.transport,
    local: written(wire.local),
    remote: written(wire.remote),
    ...summaryOf(recorded),
    retransmission: wire.retransmission,
    ...(notes.length > 0 && { note: notes.join('; ') }),
  }
}

function written({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
