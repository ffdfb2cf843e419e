import type { DigestSteps } from '../dissect/digest.ts'
import type { Found } from '../dissect/search.ts'
import type {
  AudioTest,
  DtmfWay,
  MediaErrorCode,
  MissingCodec,
  Quality,
  SeenPorts,
  SessionAudio,
  SessionConfig,
  ToneName,
  TonePlan,
} from '../../native/protocol.ts'
import type {
  TraceDepth,
  TracedStream,
  TraceExport,
  MachineInput,
  NotedInput,
  TraceMessage,
  TraceQuery,
  TraceSound,
  TraceSummary,
} from './trace-message.ts'
import type { SeenAddress } from './user-agent.ts'
import type { Photo } from './photo.ts'
import type { Contact, NewContact } from './contact.ts'
import type {
  Conversation,
  Delivery,
  MessageQuery,
  MessageSearch,
  NewTextMessage,
  TextMessage,
} from './text-message.ts'
import type { LogEntry, LogQuery, NewLogEntry } from './shapes.ts'

/**
 * What the phone needs of the world, in its own words. The user agent (electron/ua), the media host (electron/media),
 * the store (electron/store) implement these; tests bring fakes in virtual time.
 */

export interface Clock {
  /** Monotonic milliseconds. */
  now(): number
  /** Wall time, milliseconds since 1970 UTC. */
  wallTime(): number
  /** Calls `fire` once after `ms`; the returned function stops it. */
  after(ms: number, fire: () => void): () => void
}

export interface Log {
  debug(message: string, detail?: Record<string, unknown>): void
  info(message: string, detail?: Record<string, unknown>): void
  warn(message: string, detail?: Record<string, unknown>): void
  error(message: string, detail?: Record<string, unknown>): void
}

export type * from './user-agent.ts'
export type * from './network-port.ts'

// --- media ---------------------------------------------------------------------------------------------------------

export interface Media {
  /** Codecs that this installation does not have: they are neither offered nor taken. */
  readonly missing: readonly MissingCodec[]
  /** Reserves a port pair for a call. Rejects with a MediaError. */
  open(session: string, options: MediaOpen): Promise<MediaPorts>
  configure(session: string, config: SessionConfig): void
  mute(session: string, on: boolean): void
  /** Both sides into this stereo WAV file, until null. Resolves when it is begun, or whole. */
  record(session: string, path: string | null): Promise<void>
  /** Whose peers hear one another from now on; less than two sessions are none. */
  conference(sessions: readonly string[]): void
  /** Resolves when the last digit has ended. */
  dtmf(session: string, digits: string, way: DtmfWay): Promise<void>
  /** Resolves with the final figures once files are complete. */
  close(session: string): Promise<Quality | undefined>
  /** On the ring device, if one was chosen and it is for ringing; else on the speaker. */
  tone(tone: ToneName | null, plan: TonePlan): void
  /** Runs this test until told otherwise; null ends it. Its levels come without a session. */
  test(what: AudioTest | null, audio: SessionAudio): void
  /** Others were chosen: those in use are opened anew. */
  devicesChanged(): void
  devices(): Promise<readonly AudioDevice[]>
  shutdown(): Promise<void>
}

/** Rejects with a MediaError. */
export type StartMedia = (delegate: MediaDelegate) => Promise<Media>

export interface MediaOpen {
  readonly address: string
  readonly ports: readonly [first: number, last: number]
  /** The range is a demand of the command line: no pair free is an error, not a reason to look elsewhere. */
  readonly demanded: boolean
  readonly audio: SessionAudio
  /** A STUN server to ask for both ports how they are seen (RFC 8489): an IP literal and a port. */
  readonly stun?: SeenAddress
}

export interface MediaPorts {
  readonly rtpPort: number
  readonly rtcpPort: number
  /** Where the STUN server sees them; absent when it was not asked, or did not answer in a second. */
  readonly seen?: SeenPorts
}

export interface MediaDelegate {
  onDtmf(session: string, digit: string, way: DtmfWay): void
  onQuality(session: string, quality: Quality): void
  /** Without a session: of an audio test. */
  onLevel(session: string | undefined, microphoneDbfs: number, speakerDbfs: number): void
  /** `state` of the sound card as a whole; `message` says why, for people. */
  onAudioState(state: AudioState, message: string): void
}

export type AudioState = 'idle' | 'running' | 'lost' | 'unavailable'

export interface AudioDevice {
  readonly name: string
  readonly kind: 'input' | 'output'
  readonly default: boolean
}

// --- profile data --------------------------------------------------------------------------------------------------

export interface Store {
  readonly dataFolder: string
  /** What had to be set aside or mended so far, for people. */
  readonly problems: readonly string[]
  /** The parsed settings file as it is, undefined when there is none. */
  readonly storedSettings: unknown
  /** Durable when it returns; throws when it cannot be written. */
  saveSettings(settings: unknown): void
  /** The parsed accounts file as it is, undefined when there is none. There are no passwords in it. */
  readonly storedAccounts: unknown
  /** Durable when it returns; throws when it cannot be written. */
  saveAccounts(accounts: unknown): void
  /** The parsed file of certificates that were accepted for good, undefined when there is none. */
  readonly storedCertificates: unknown
  /** Durable when it returns; throws when it cannot be written. */
  saveCertificates(certificates: unknown): void
  readonly secrets: Secrets
  readonly callLog: CallLog
  readonly contacts: ContactBook
  readonly messages: MessageBook
  /** A new file among the recordings, empty, whose name begins so. Throws when it cannot be made. */
  newRecording(name: string): string
  /** Gives the folder's lock back. */
  close(): void
}

/** Passwords, by the account's id. */
export interface Secrets {
  /** Throws a StoreError, `secret-unavailable`, when there is one that cannot be read here. */
  read(id: string): string | undefined
  /** Whether there is one, readable or not. */
  has(id: string): boolean
  /** Undefined removes it. Durable when it returns; throws when it cannot be written. */
  write(id: string, secret: string | undefined): void
}

/** The system's keychain: macOS's, Windows's DPAPI, the Secret Service or KWallet. */
export type Keychain =
  | {
      readonly protects: true
      /** Rejects when the user or the system refuses. */
      seal(secret: string): Promise<Uint8Array>
      /** `stale`: it should be sealed anew, for the key has changed. Rejects when it cannot be opened. */
      open(sealed: Uint8Array): Promise<{ readonly secret: string; readonly stale: boolean }>
    }
  /** `why` ends a sentence that begins with "for". */
  | { readonly protects: false; readonly why: string }

/** Append-only but for the user's own deletions. */
export interface CallLog {
  append(entry: NewLogEntry): LogEntry
  /** Newest first. */
  list(query: LogQuery): readonly LogEntry[]
  remove(ids: readonly number[]): void
  clear(): void
}

/** The address book. Durable when a method returns; throws when it cannot be written. */
export interface ContactBook {
  readonly size: number
  /** By name; those that have `search` in name, address or note. */
  list(search: string): readonly Contact[]
  get(id: number): Contact | undefined
  /** All or none. */
  add(contacts: readonly NewContact[]): readonly Contact[]
  /** The picture stays. */
  change(contact: Contact): Contact
  remove(id: number): void
  /** Bytes of all pictures. */
  readonly photoBytes: number
  photo(id: number): Photo | undefined
  /** Of a contact that is there; undefined takes it away. */
  setPhoto(id: number, photo: Photo | undefined): void
}

/** Text messages, as many as there is room for. Durable when a method returns; throws when it cannot be written. */
export interface MessageBook {
  add(message: NewTextMessage): TextMessage
  get(id: number): TextMessage | undefined
  /** What became of an outgoing one; nothing when it is gone. */
  settle(id: number, delivery: Delivery): void
  /** The same of all that are still being sent. */
  settleLeft(delivery: Delivery): void
  /** The one with the newest message first. */
  conversations(): readonly Conversation[]
  /** Of one conversation, newest first. */
  list(query: MessageQuery): readonly TextMessage[]
  /** Of all conversations, newest first; of each text up to 200 characters around what was found. */
  search(query: MessageSearch): readonly TextMessage[]
  /** Whether there was any unread. */
  markRead(peer: string): boolean
  /** The conversation, or of it those up to this one. */
  remove(peer: string, upTo?: number): void
}

/** The last messages that passed the wire. */
export interface Trace {
  /** Oldest first, the newest `limit` of them. */
  list(query: TraceQuery): readonly TraceSummary[]
  get(id: number): TraceMessage | undefined
  /** Those of `list` that meet the search, such as `method:INVITE user:1002 /expires=\d+/`. */
  find(query: TraceQuery, search: string): Promise<Found<TraceSummary>>
  /** Hears of every message as it is recorded; undefined: nobody does. What it throws costs nothing else. */
  watch(listener: ((message: TraceMessage) => void) | undefined): void
  /** How much of the calls' RTP and RTCP is recorded from now on. */
  packets(depth: TraceDepth): void
  /** The recorded RTP of a call; none where nothing was recorded. */
  streams(sipCallId: string): readonly TracedStream[]
  /** What one of them sounds like; `ssrc` as the stream has it. */
  listen(sipCallId: string, ssrc: string): Promise<TraceSound>
  /** The bytes of a file. */
  export(what: TraceExport): Uint8Array
  /** Rejects when it cannot be written. */
  save(path: string, bytes: Uint8Array): Promise<void>
  /** Each digest in a request step by step, with a password up to the result. Neither is kept or logged. */
  digest(text: string, password?: string): readonly DigestSteps[]
  /** Explains the newest message that came in for this Call-ID. */
  annotate(sipCallId: string, note: string): void
  /** A machine took a step; the last of them are kept for whoever is to find a fault. */
  noteInput(machine: string, of: string, input: MachineInput): void
  lastInputs(): readonly NotedInput[]
}

// --- errors --------------------------------------------------------------------------------------------------------

export class MediaError extends Error {
  readonly code: MediaErrorCode
  constructor(code: MediaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MediaError'
    this.code = code
  }
}

export class UserAgentError extends Error {
  readonly code:
    | 'unreachable'
    /** The name leads nowhere. */
    | 'unresolvable'
    | 'certificate-untrusted'
    | 'tls-failed'
    | 'bad-target'
    | 'gone'
    | 'port-in-use'
    | 'too-long'
    | 'internal'
  constructor(code: UserAgentError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UserAgentError'
    this.code = code
  }
}

export class StoreError extends Error {
  readonly code: 'data-folder-locked' | 'bad-profile' | 'secret-unavailable' | 'internal'
  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}
