import type { Trace } from '../phone/ports.ts'
import type {
  TraceDepth,
  TracedPacket,
  TracedStream,
  TraceExport,
  MachineInput,
  NotedInput,
  TraceMessage,
  TraceQuery,
  TraceSound,
  TraceSummary,
} from '../phone/trace-message.ts'
import type { Endpoint, WireMessage, WireTap } from '../sip/transaction-user.ts'
import type { DigestSteps } from '../dissect/digest.ts'
import { formatHostPort } from '../sip/message/host.ts'
import { digestsIn } from './digests.ts'
import { ByteRing } from './byte-ring.ts'
import { type Found, found, parseSearch } from '../dissect/search.ts'
import { runPatterns } from './pattern-worker.ts'
import { spanOf } from '../dissect/call-span.ts'
import { conversationOf } from '../dissect/conversation.ts'
import { hostOf } from '../dissect/read-message.ts'
import { InputRing } from './input-ring.ts'
import { exportTrace } from './export.ts'
import { saveTrace } from './file.ts'
import type { Datagram } from './frames.ts'
import { listenTo, streamsOf } from './listen.ts'
import { ownMedia } from './own-media.ts'
import { type PacketLimits, PacketRing } from './packet-ring.ts'
import { type MessageSummary, summarise } from '../dissect/summary.ts'

interface RecorderLimits {
  /** Messages kept, and the bytes they may have together. */
  readonly messages: number
  readonly bytes: number
}

interface RecorderClock {
  /** Monotonic milliseconds. */
  now(): number
  /** Milliseconds since 1970 UTC. */
  wallTime(): number
}

interface Recorded {
  readonly id: number
  readonly wallTime: number
  readonly monotonicMs: number
  readonly direction: WireMessage['direction']
  readonly local: Endpoint
  readonly remote: Endpoint
  readonly retransmission: boolean
  /** Where its bytes are in the ring. */
  readonly position: number
  readonly length: number
  /** Read when somebody asks: recording must cost the engine next to nothing. */
  summary: MessageSummary | undefined
  notes: readonly string[]
}

const mostNotes = 4
const noNotes: readonly string[] = []

/** The last messages that passed the wire, in a ring bounded by number and by bytes. A longer one is cut off. */
export class TraceRecorder implements WireTap, Trace {
  readonly #clock: RecorderClock
  readonly #limits: RecorderLimits
  /** In the order they came. */
  readonly #kept = new Map<number, Recorded>()
  readonly #ring: ByteRing
  readonly #packets: PacketRing
  readonly #inputs = new InputRing()
  #depth: TraceDepth = 'off'
  onDepthChanged: (() => void) | undefined
  #lastId = 0
  #watcher: ((message: TraceMessage) => void) | undefined

  constructor(
    clock: RecorderClock,
    limits: RecorderLimits = { messages: 4000, bytes: 2 * 1_048_576 },
    packetLimits?: PacketLimits,
  ) {
    this.#clock = clock
    this.#limits = limits
    this.#packets = new PacketRing(packetLimits)
    this.#ring = new ByteRing(limits.bytes)
  }

  onMessage(message: WireMessage): void {
    const id = ++this.#lastId
    const { direction, local, remote, retransmission, note } = message
    const bytes = message.bytes.subarray(0, this.#limits.bytes)
    this.#kept.set(id, {
      id,
      wallTime: this.#clock.wallTime(),
      monotonicMs: this.#clock.now(),
      direction,
      local,
      remote,
      retransmission,
      position: this.#ring.put(bytes),
      length: bytes.byteLength,
      summary: undefined,
      notes: note === undefined ? noNotes : [note],
    })
    this.#forget()
    if (this.#watcher !== undefined) this.#tell(id)
  }

  watch(listener: ((message: TraceMessage) => void) | undefined): void {
    this.#watcher = listener
  }

  get depth(): TraceDepth {
    return this.#depth
  }

  packets(depth: TraceDepth): void {
    this.#depth = depth
    this.onDepthChanged?.()
  }

  onPackets(packets: readonly TracedPacket[]): void {
    for (const packet of packets) this.#packets.put(packet)
  }

  export({ sipCallId, format, redact = false }: TraceExport): Uint8Array {
    const { messages, packets } = this.#of(sipCallId)
    return exportTrace(messages, format, redact, redact ? [] : packets)
  }

  streams(sipCallId: string): readonly TracedStream[] {
    const { messages, packets } = this.#of(sipCallId)
    return streamsOf(packets, messages)
  }

  listen(sipCallId: string, ssrc: string): Promise<TraceSound> {
    const { messages, packets } = this.#of(sipCallId)
    return listenTo(packets, messages, ssrc)
  }

  /** The messages of a Call-ID and the packets of the ports they speak of, while it lasted; everything when undefined. */
  #of(sipCallId: string | undefined): { readonly messages: TraceMessage[]; readonly packets: Datagram[] } {
    const messages = this.list({ sipCallId }).flatMap(({ id }) => this.get(id) ?? [])
    const media = ownMedia(messages)
    const ports = sipCallId === undefined ? undefined : new Set(media.keys())
    const somewhere = hostOf(messages[0]?.local ?? '')
    const packets = this.#packets.datagrams(ports, (port) => media.get(port) ?? somewhere)
    if (sipCallId === undefined) return { messages, packets }
    const { from, until } = spanOf(conversationOf(messages, false), ({ at }) => Date.parse(at))
    const wanted = packets.filter(({ atMicros }) => {
      const atMs = Number(atMicros) / 1000
      return atMs >= from && atMs <= until
    })
    return { messages, packets: wanted }
  }

  save(path: string, bytes: Uint8Array): Promise<void> {
    return saveTrace(path, bytes)
  }

  list(query: TraceQuery = {}): readonly TraceSummary[] {
    const found: TraceSummary[] = []
    for (const recorded of this.#kept.values()) {
      if (query.sipCallId === undefined || this.#summaryOf(recorded).sipCallId === query.sipCallId) {
        const described = this.#described(recorded)
        found.push(query.text === true ? { ...described, text: this.#textOf(recorded) } : described)
      }
    }
    return query.limit === undefined ? found : found.slice(-query.limit)
  }

  async find({ limit, ...query }: TraceQuery, search: string): Promise<Found<TraceSummary>> {
    const { text, ...which } = query
    const listed = this.list(which)
    const messages = listed.flatMap(({ id }) => this.get(id) ?? [])
    const all = await found(parseSearch(search), messages, runPatterns)
    if ('refused' in all) return all
    const newest = limit === undefined ? all.messages : all.messages.slice(-limit)
    if (text === true) return { messages: newest }
    const met = new Set(newest.map(({ id }) => id))
    return { messages: listed.filter(({ id }) => met.has(id)) }
  }

  get(id: number): TraceMessage | undefined {
    const recorded = this.#kept.get(id)
    return recorded && { ...this.#described(recorded), text: this.#textOf(recorded) }
  }

  digest(text: string, password?: string): readonly DigestSteps[] {
    return digestsIn(text, password)
  }

  annotate(sipCallId: string, note: string): void {
    const recorded = [...this.#kept.values()].findLast(
      (candidate) => candidate.direction === 'in' && this.#summaryOf(candidate).sipCallId === sipCallId,
    )
    if (recorded === undefined || recorded.notes.includes(note) || recorded.notes.length >= mostNotes) return
    recorded.notes = [...recorded.notes, note]
  }

  noteInput(machine: string, of: string, input: MachineInput): void {
    this.#inputs.put(this.#clock.now(), machine, of, input)
  }

  lastInputs(): readonly NotedInput[] {
    return this.#inputs.all
  }

  #forget(): void {
    // A Map keeps the order of insertion: the first is the oldest.
    for (const [id, { position }] of this.#kept) {
      if (this.#kept.size <= this.#limits.messages && this.#ring.holds(position)) return
      this.#kept.delete(id)
    }
  }

  #tell(id: number): void {
    const message = this.get(id)
    try {
      if (message !== undefined) this.#watcher?.(message)
    } catch {
      // A fault of who looks on must not cost the call a message
      this.#watcher = undefined
    }
  }

  #textOf({ position, length }: Recorded): string {
    return this.#ring.text(position, length)
  }

  #summaryOf(recorded: Recorded): MessageSummary {
    recorded.summary ??= summarise(this.#textOf(recorded))
    return recorded.summary
  }

  #described(recorded: Recorded): TraceSummary {
    const { id, wallTime, monotonicMs, direction, local, remote, retransmission, notes } = recorded
    return {
      id,
      at: new Date(wallTime).toISOString(),
      monotonicMs,
      direction,
      transport: remote.transport,
      local: formatHostPort({ host: local.address, port: local.port }),
      remote: formatHostPort({ host: remote.address, port: remote.port }),
      ...this.#summaryOf(recorded),
      retransmission,
      ...(notes.length > 0 && { note: notes.join('; ') }),
    }
  }
}
