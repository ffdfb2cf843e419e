import type { DigestSteps } from '../dissect/digest.ts'
import type { Found } from '../dissect/search.ts'
import { asPhoneError } from './as-phone-error.ts'
import { PhoneError } from './phone-error.ts'
import type { Trace } from './ports.ts'
import type {
  NotedInput,
  TraceDepth,
  TracedStream,
  TraceExport,
  TraceMessage,
  TraceQuery,
  TraceSound,
  TraceSummary,
} from './trace-message.ts'

const unheard: Readonly<Record<Extract<TraceSound, { missing: unknown }>['missing'], string>> = {
  stream: 'No packets of that source were recorded',
  headers: 'Only the headers of the packets were recorded: trace.packets with depth "whole" records what is said',
  encrypted: 'The packets are encrypted (SRTP)',
  codec: 'Only sound in G.711 (PCMU, PCMA) and G.722 can be listened to; Opus is decoded in calls alone',
}

/** What a search came to. Throws a PhoneError: `invalid-params` for an expression that is none, `timeout` for one too slow. */
export function metBy<T>(found: Found<T>): readonly T[] {
  if ('messages' in found) return found.messages
  if (found.refused === 'time') throw new PhoneError('timeout', found.why)
  throw new PhoneError('invalid-params', found.why, { field: 'search' })
}

/** What passed the wire, for those who want to see it. */
export class PhoneTrace {
  readonly #trace: Trace
  readonly #tell: (message: TraceMessage) => void

  constructor(trace: Trace, tell: (message: TraceMessage) => void) {
    this.#trace = trace
    this.#tell = tell
  }

  list(query: TraceQuery = {}): readonly TraceSummary[] {
    return this.#trace.list(query)
  }

  /**
   * Those of them that meet the search. Rejects with PhoneError `invalid-params` for a regular expression that is none,
   * and with `timeout` for one that takes too long.
   */
  async find(query: TraceQuery, search: string): Promise<readonly TraceSummary[]> {
    return metBy(await this.#trace.find(query, search))
  }

  /** Throws PhoneError `not-found`. */
  get(id: number): TraceMessage {
    const message = this.#trace.get(id)
    if (message === undefined) throw new PhoneError('not-found', `There is no message ${id} in the trace any more`)
    return message
  }

  /** The digests of a request step by step (RFC 7616 3.4); with a password, whether it is the right one. */
  digest(text: string, password?: string): readonly DigestSteps[] {
    return this.#trace.digest(text, password)
  }

  /** Whether each message is announced as it passes. */
  subscribe(on: boolean): void {
    this.#trace.watch(on ? this.#tell : undefined)
  }

  /** Whether RTP and RTCP of the calls are recorded too, for `export`. */
  packets(depth: TraceDepth): void {
    this.#trace.packets(depth)
  }

  /** The recorded RTP of a call. Throws PhoneError `not-found` for a call that is not in the trace. */
  streams(sipCallId: string): readonly TracedStream[] {
    this.#check(sipCallId)
    return this.#trace.streams(sipCallId)
  }

  /**
   * One of them as it was heard, a WAV file. Rejects with PhoneError `not-found`, and `bad-state` where packets were
   * recorded without what was said, or cannot be read.
   */
  async listen(sipCallId: string, ssrc: string): Promise<Uint8Array> {
    this.#check(sipCallId)
    const sound = await this.#trace.listen(sipCallId, ssrc)
    if ('wav' in sound) return sound.wav
    const { missing } = sound
    throw new PhoneError(missing === 'stream' ? 'not-found' : 'bad-state', unheard[missing], { reason: missing })
  }

  export(what: TraceExport): Uint8Array {
    if (what.sipCallId !== undefined) this.#check(what.sipCallId)
    return this.#trace.export(what)
  }

  /** What went into calls, registrations and transactions last, oldest first. */
  lastInputs(): readonly NotedInput[] {
    return this.#trace.lastInputs()
  }

  #check(sipCallId: string): void {
    if (this.#trace.list({ sipCallId, limit: 1 }).length > 0) return
    throw new PhoneError('not-found', `There is no message of ${sipCallId} in the trace any more`)
  }

  /** Rejects with PhoneError `invalid-params` when it cannot be written. */
  async save(path: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#trace.save(path, bytes)
    } catch (error) {
      if (error instanceof Error && 'code' in error) {
        throw new PhoneError('invalid-params', `Nothing can be written to ${path}: ${error.message}`, {
          field: 'path',
        })
      }
      throw asPhoneError(error)
    }
  }
}
