import type { NoAudioCode } from './no-audio.ts'
import type { AudioTest, Quality } from '../../native/protocol.ts'
import type { UntrustedCertificate } from './certificates.ts'
import type { PresenceEntry, Published, VoicemailCount } from './event-shapes.ts'
import type { AudioState, ListeningPoint } from './ports.ts'

export type { AudioTest, Quality }
export type * from './event-shapes.ts'

/** The phone's data as its users see it: plain, immutable, JSON. Times are ISO 8601 in UTC, durations milliseconds. */

export type Direction = 'outgoing' | 'incoming'
export type CallStateName = 'calling' | 'proceeding' | 'early' | 'incoming' | 'confirmed' | 'terminated'

/** Why a call ended, in one word. */
export type Cause =
  | 'normal'
  | 'busy'
  | 'declined'
  | 'no-answer'
  | 'cancelled'
  | 'not-found'
  | 'unavailable'
  | 'unauthorized'
  | 'not-acceptable'
  | 'timeout'
  | 'unreachable'
  | 'network-lost'
  | 'answered-elsewhere'
  | 'local-busy'
  | 'internal'

/** Who ended it. */
export type EndedBy = 'local' | 'remote' | 'network'

export interface RemoteParty {
  readonly uri: string
  readonly displayName?: string
}

export interface Call {
  readonly callId: string
  readonly sipCallId: string
  readonly direction: Direction
  readonly state: CallStateName
  readonly remote: RemoteParty
  readonly accountId?: string
  readonly codec?: string
  readonly srtp: boolean
  readonly muted: boolean
  readonly onHold: { readonly local: boolean; readonly remote: boolean }
  /** Before the answer: the peer would agree on hold already (RFC 3311). */
  readonly canHold?: true
  readonly recording: boolean
  readonly conference: boolean
  readonly startedAt: string
  readonly answeredAt?: string
  /** Under way: the peer was asked to call somebody else. */
  readonly transfer?: CallTransfer
}

export interface CallTransfer {
  readonly target: string
  /** What the target's phone last said, 100 to 199, as far as the peer tells. */
  readonly code?: number
  readonly reason?: string
}

/** The peer of a call asks us to call somebody else in its place. */
export interface TransferRequest {
  readonly callId: string
  readonly target: string
}

export interface CallStateChange {
  readonly callId: string
  readonly state: CallStateName
  readonly code?: number
  readonly reason?: string
}

export interface CallEnded {
  readonly callId: string
  readonly sipCallId: string
  /** The final SIP status; 200 for an answered call that ended well, 0 when there was none. */
  readonly code: number
  readonly reason: string
  readonly by: EndedBy
  readonly cause: Cause
  /** From answer to end; 0 when it was never answered. */
  readonly durationMs: number
  /** Absent when no media ever ran. */
  readonly quality?: Quality
}

export type DtmfMode = 'rfc4733' | 'info' | 'inband'

export interface DtmfReceived {
  readonly callId: string
  readonly digit: string
  readonly mode: DtmfMode
}

export interface CallQuality {
  readonly callId: string
  readonly quality: Quality
  /** Why there may be no sound, if so it seems. */
  readonly problem?: NoAudioCode
}

export interface AudioLevels {
  /** Absent during an audio test. */
  readonly callId?: string
  /** Peaks, dBFS, -100 to 0. The microphone is measured before mute. */
  readonly microphoneDbfs: number
  readonly speakerDbfs: number
}

export interface Snapshot {
  readonly accounts: readonly { readonly id: string; readonly registration: Registration }[]
  readonly calls: readonly Call[]
  readonly voicemail: readonly VoicemailCount[]
  readonly presence: readonly PresenceEntry[]
  /** What others are told of us, by account; absent where nothing is. */
  readonly published?: readonly Published[]
  readonly audio: {
    readonly input: string
    readonly output: string
    readonly state: AudioState
    /** The test that runs. */
    readonly test?: AudioTest
  }
  readonly doNotDisturb: boolean
  /** Certificates that wait for somebody to decide about them. */
  readonly certificates?: readonly UntrustedCertificate[]
  /** Peers that wait for somebody to decide whether they may transfer us. */
  readonly transferRequests?: readonly TransferRequest[]
}

export interface Registration {
  readonly state: 'unregistered' | 'registering' | 'registered' | 'failed'
  readonly code?: number
  readonly reason?: string
  readonly step?: string
  readonly remedy?: string
  readonly expiresAt?: string
  readonly contact?: string
}

export interface PhoneInfo {
  readonly version: string
  readonly userAgent: string
  readonly profile: string
  readonly dataFolder: string
  readonly listening: readonly ListeningPoint[]
  /** Addresses of this machine at which it can be called directly, the likeliest first; without ports. */
  readonly addresses: readonly string[]
  /** What had to be done differently from the settings (another port, a file set aside), for people. */
  readonly notices: readonly string[]
}

export interface LogEntry {
  readonly id: number
  readonly at: string
  readonly direction: Direction
  readonly remote: RemoteParty
  readonly accountId?: string
  readonly answered: boolean
  /** An incoming call nobody took, here or elsewhere. */
  readonly missed: boolean
  readonly code: number
  readonly reason: string
  readonly cause: Cause
  readonly durationMs: number
  readonly quality?: Quality
  readonly sipCallId: string
}

export type NewLogEntry = Omit<LogEntry, 'id'>

export interface LogQuery {
  /** Part of the URI or display name, any case. */
  readonly search?: string | undefined
  /** Only missed calls. */
  readonly missed?: boolean | undefined
  /** 1 to 1000, 100 when absent. */
  readonly limit?: number | undefined
  /** Only entries older than this one: the `id` of the last entry of the page before. */
  readonly before?: number | undefined
}
