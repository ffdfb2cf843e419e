import type { DigestSteps } from '../dissect/digest.ts'
import { asPhoneError } from './as-phone-error.ts'
import { PhoneError } from './phone-error.ts'
import type { Trace } from './ports.ts'
import type { TraceDepth, TraceExport, TraceMessage, TraceQuery, TraceSummary } from './trace-message.ts'

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

  export(what: TraceExport): Uint8Array {
    if (what.sipCallId !== undefined && this.#trace.list({ sipCallId: what.sipCallId, limit: 1 }).length === 0) {
      throw new PhoneError('not-found', `There is no message of ${what.sipCallId} in the trace any more`)
    }
    return this.#trace.export(what)
  }

  /** The same into a file. Rejects with a PhoneError. */
  async save(path: string, what: TraceExport): Promise<void> {
    const bytes = this.export(what)
    try {
      await this.#trace.save(path, bytes)
    } catch (error) {
      if (error instanceof Error && 'code' in error) {
        throw new PhoneError('invalid-params', `The trace cannot be written to ${path}: ${error.message}`, {
          field: 'path',
        })
      }
      throw asPhoneError(error)
    }
  }
}
