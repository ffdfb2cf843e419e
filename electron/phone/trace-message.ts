import type { StreamReports } from '../dissect/rtcp-reports.ts'
import type { RtpSound, RtpStream } from '../dissect/rtp-streams.ts'

/** One SIP message that passed a socket, as the trace keeps and shows it. */
export interface TraceMessage {
  readonly id: number
  /** ISO 8601, UTC. */
  readonly at: string
  /** Monotonic milliseconds, for differences. */
  readonly monotonicMs: number
  readonly direction: 'in' | 'out'
  readonly transport: 'udp' | 'tcp' | 'tls'
  /** `address:port`, IPv6 in brackets. */
  readonly local: string
  readonly remote: string
  /** Empty when the message has no readable Call-ID. */
  readonly sipCallId: string
  /** Of a response: the method of its CSeq. Empty when unreadable. */
  readonly method: string
  /** Status of a response, absent in requests. */
  readonly code?: number
  /** The number of the CSeq header field, 0 when unreadable. */
  readonly cseq: number
  /** Branch of the topmost Via. */
  readonly branch: string
  readonly retransmission: boolean
  readonly accountId?: string
  readonly callId?: string
  /** Why the parser refused it, what it mended, or what else deserves an explanation. */
  readonly note?: string
  readonly text: string
}

/** A trace list carries everything, the text only where it was asked for. */
export type TraceSummary = Omit<TraceMessage, 'text'> & { readonly text?: string }

/** One direction of a call's sound, as it passed our sockets. */
export interface TracedStream extends RtpStream {
  readonly reports: StreamReports
}

/** A WAV file, or what is missing for one. */
export type TraceSound = { readonly wav: Uint8Array } | { readonly missing: 'stream' | Exclude<RtpSound, 'whole'> }

export type { TraceDepth, TracedPacket } from '../../native/protocol.ts'

/** The file formats a trace can be taken away in. */
export type TraceFormat = 'pcap' | 'pcapng' | 'text'

export interface TraceExport {
  /** One call, registration or subscription; everything when absent. */
  readonly sipCallId?: string | undefined
  readonly format: TraceFormat
  /** Without digest responses, keys, texts and digits. */
  readonly redact?: boolean | undefined
}

export interface TraceQuery {
  readonly sipCallId?: string | undefined
  /** With their texts. */
  readonly text?: boolean | undefined
  /** The newest so many, 1 to 10000. */
  readonly limit?: number | undefined
}

/** What goes into a machine: a call, a registration, a transaction. */
export interface MachineInput {
  readonly kind: string
}

/** One that went in, without any text of others. */
export interface NotedInput extends MachineInput {
  /** Monotonic milliseconds. */
  readonly atMs: number
  readonly machine: string
  /** Call-ID, branch or registrar. */
  readonly of: string
}
