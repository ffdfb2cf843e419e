/**
 * The process contract between the phone and its media process: commands down, events up, plain JSON objects over
 * the channel of the child process. Paths, addresses and ports are decided by the phone; the media process obeys.
 */

/** All there are, as SDP calls them (RFC 3551, RFC 7587) but for upper and lower case, in the order they are offered in unless another is chosen. */
export const codecNames = ['PCMU', 'PCMA', 'G722', 'Opus'] as const
export type CodecName = (typeof codecNames)[number]

/** One that this installation does not have, and why, for people. */
export interface MissingCodec {
  readonly codec: CodecName
  readonly reason: string
}

/** Where a session's outgoing audio comes from. `device` is the chosen microphone. */
type AudioSource =
  | { readonly kind: 'device' }
  | { readonly kind: 'silence' }
  /** A sine; `dbfs` is its peak below full scale, negative. */
  | { readonly kind: 'tone'; readonly hz: number; readonly dbfs: number }
  /** A WAV file, any rate and channel count, 16-bit PCM; after its end silence. */
  | { readonly kind: 'file'; readonly path: string }
  /** What the session receives goes back, after its jitter buffer. */
  | { readonly kind: 'echo' }

/** Where the received audio goes; `device` is the chosen speaker. */
type AudioSink = { readonly kind: 'device' } | { readonly kind: 'discard' }

export interface SessionAudio {
  readonly source: AudioSource
  readonly sink: AudioSink
  /** The received audio also goes to this WAV file (16 bit, mono, at the codec's rate), complete at `closed`. */
  readonly record?: string
}

/** What offer and answer agreed on (RFC 3264), as far as packets are concerned. */
export interface SessionConfig {
  readonly remote: { readonly address: string; readonly rtpPort: number; readonly rtcpPort: number }
  /** False while either side holds: nothing but RTCP leaves. */
  readonly sending: boolean
  readonly receiving: boolean
  readonly codec: CodecName
  /** RTP payload type we send the codec with. */
  readonly payloadType: number
  /** Payload types we accept, by number. */
  readonly receivePayloadTypes: Readonly<Record<number, CodecName>>
  /** What the peer said of Opus; absent: nothing, or another codec is sent. */
  readonly opus?: OpusParameters
  /**
   * RFC 4733 payload types; absent when the peer does not offer telephone-event. `clockRate`: what their durations count,
   * units a second, 8000 unless given.
   */
  readonly telephoneEvent?: { readonly send: number; readonly receive: number; readonly clockRate?: number }
  /** RFC 3389: how the peer numbers comfort noise; absent when it does not know it. */
  readonly comfortNoise?: number
  /** Nothing but comfort noise, if the peer knows it, leaves while nothing is said. */
  readonly suppressSilence?: true
  /** 10 to 60, in steps of 10. */
  readonly ptimeMs: number
  /** RTCP goes over the RTP ports (RFC 5761). */
  readonly rtcpMux?: boolean
  /** Absent: in clear. */
  readonly srtp?: SrtpKeying
  /** Both sides check which way is open; absent: the peer does not (RFC 8445). */
  readonly ice?: IceParameters
}

/** How the peer wants its Opus (RFC 7587 6.1). */
export interface OpusParameters {
  /** It makes use of what each packet repeats of the one before. */
  readonly fec: boolean
  /** It plays no more than that, Hz of sampling. */
  readonly maxRate?: number
  /** Bits a second. */
  readonly maxBitrate?: number
  /** All packets as long. */
  readonly constant?: true
}

/** What names a side in its checks, and what seals them (RFC 8839 5.4). */
export interface IceCredentials {
  readonly ufrag: string
  readonly pwd: string
}

/** Of the peer; component 1 is RTP, 2 RTCP where that has a port of its own. */
export interface IceCandidate {
  readonly component: 1 | 2
  /** An IP literal. */
  readonly address: string
  readonly port: number
  readonly priority: number
}

export interface IceParameters {
  readonly local: IceCredentials
  readonly remote: IceCredentials
  /** We decide which pair is used: who offered does, or the only side that checks (RFC 8445 6.1.1). */
  readonly controlling: boolean
  readonly candidates: readonly IceCandidate[]
}

export type SrtpSuite = 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32'

/** SRTP with keys from SDES (RFC 3711, RFC 4568): base64 of 16 bytes of master key and 14 of salt for each direction. */
export interface SrtpKeying {
  readonly suite: SrtpSuite
  readonly send: string
  readonly receive: string
  /** Bytes of the master key identifier in the peer's packets; absent: none. */
  readonly receiveMkiBytes?: number
}

/** How far an SRTP stream was received: the roll-over counter is in no packet (RFC 3711 3.3.1). */
export interface SrtpReceived {
  readonly ssrc: number
  readonly rollover: number
  readonly sequence: number
}

/**
 * Where a stream is: what its next packet gets (RFC 3550 5.1). A new media process goes on exactly there; whoever orders
 * that has moved the position past anything the process before can have sent.
 */
export interface StreamPosition {
  readonly ssrc: number
  readonly sequence: number
  readonly timestamp: number
}

/** `address`: an IP literal without brackets. */
export interface SocketAddress {
  readonly address: string
  readonly port: number
}

/** How a pair of ports looks from outside. */
export interface SeenPorts {
  readonly rtp: SocketAddress
  readonly rtcp: SocketAddress
}

/** A tone on the speaker, the microphone back on the speaker one second later, or levels alone. */
export type AudioTest = 'tone' | 'echo' | 'meters'

/** How digits travel in a session: as events (RFC 4733) or as dual tones in the sound (ITU-T Q.23). */
export type DtmfWay = 'rfc4733' | 'inband'

export type ToneName = 'ringback' | 'ring' | 'busy'

/** What is done to the microphone's sound before anybody hears it. */
export interface CaptureSettings {
  readonly echoCancellation: boolean
  readonly noiseSuppression: boolean
  readonly gainControl: boolean
}

/** Whose tones. */
export type TonePlan = 'taiwan' | 'china' | 'us' | 'europe' | 'uk'

export type MediaCommand =
  /** Binds an RTP/RTCP pair (even port, next odd) out of `ports` on `address`; `exactPort` binds that one or fails. */
  | {
      readonly op: 'open'
      readonly session: string
      readonly address: string
      readonly ports: readonly [first: number, last: number]
      readonly exactPort?: number
      readonly audio: SessionAudio
      readonly cname: string
      /** Of a stream in clear only: under an SRTP key a new process takes a new SSRC, so that no index comes twice. */
      readonly resume?: StreamPosition
      readonly srtpReceived?: SrtpReceived
      /** Asked for both ports how they look from outside; `opened` waits for that, a second at most. */
      readonly stun?: SocketAddress
    }
  | { readonly op: 'configure'; readonly session: string; readonly config: SessionConfig }
  | { readonly op: 'mute'; readonly session: string; readonly on: boolean }
  /** Both sides into a stereo WAV file (left: ours) at the codec's rate, until null; a file that is there is replaced. `recorded` follows. */
  | { readonly op: 'record'; readonly session: string; readonly path: string | null }
  /** Those that hear one another beside the user, from now on; less than two are none. Open or not yet. */
  | { readonly op: 'conference'; readonly sessions: readonly string[] }
  /** One digit after another; `,` pauses 2 s. `dtmf-sent` follows. The flash (`!`) is an event only. */
  | {
      readonly op: 'dtmf'
      readonly session: string
      readonly digits: string
      readonly durationMs: number
      readonly way: DtmfWay
    }
  | { readonly op: 'close'; readonly session: string }
  /** The one local tone, on the speaker unless it is for the ring device; null stops it. */
  | { readonly op: 'tone'; readonly tone: ToneName | null; readonly plan?: TonePlan; readonly ring?: boolean }
  | { readonly op: 'capture'; readonly capture: CaptureSettings }
  /** One at a time, without a peer; null ends it. `test-level` follows, until then. A recording is not made. */
  | { readonly op: 'test'; readonly test: { readonly what: AudioTest; readonly audio: SessionAudio } | null }
  /**
   * The audio host connects to this local socket with this token; the media process listens there from now on. `ring`:
   * that of the device which only rings.
   */
  | { readonly op: 'listen-audio'; readonly path: string; readonly token: string; readonly ring?: true }
  /** From now on what passes the sockets is told as `packets`. */
  | { readonly op: 'trace'; readonly depth: TraceDepth }
  /** Answered by `pong` at once: whoever does not is hung and gets killed. */
  | { readonly op: 'ping' }
  | { readonly op: 'shutdown' }

export type MediaEvent =
  /** `missing`: what no session may be configured with; absent: nothing. */
  | { readonly event: 'ready'; readonly missing?: readonly MissingCodec[] }
  | { readonly event: 'pong' }
  | {
      readonly event: 'opened'
      readonly session: string
      readonly rtpPort: number
      readonly rtcpPort: number
      /** Absent: nobody was asked, or nobody answered. */
      readonly seen?: SeenPorts
    }
  | { readonly event: 'failed'; readonly session: string; readonly code: MediaErrorCode; readonly message: string }
  | { readonly event: 'dtmf-received'; readonly session: string; readonly digit: string; readonly way: DtmfWay }
  | { readonly event: 'dtmf-sent'; readonly session: string; readonly ok: boolean }
  /** A file was begun, or is whole; also when that failed, which the log tells. */
  | { readonly event: 'recorded'; readonly session: string }
  /** Once a second and once before `closed`. */
  | {
      readonly event: 'quality'
      readonly session: string
      readonly quality: Quality
      readonly position: StreamPosition
      readonly srtpReceived?: SrtpReceived
    }
  /** Peak of the last 100 ms, dBFS (-100 to 0); at most 10 a second, only while a session uses the device. */
  | { readonly event: 'level'; readonly session: string; readonly microphoneDbfs: number; readonly speakerDbfs: number }
  /** The same of an audio test, whatever its sound comes from. */
  | { readonly event: 'test-level'; readonly microphoneDbfs: number; readonly speakerDbfs: number }
  | { readonly event: 'closed'; readonly session: string; readonly quality: Quality }
  /** Whether sessions want the sound card now (the phone starts and stops the audio host accordingly). */
  | { readonly event: 'audio-wanted'; readonly wanted: boolean; readonly ring?: true }
  /** Frames from the audio host stopped, or came back. */
  | { readonly event: 'audio-stalled'; readonly ring?: true }
  | { readonly event: 'audio-running'; readonly ring?: true }
  /** While `trace` is not off, several at once. */
  | { readonly event: 'packets'; readonly packets: readonly TracedPacket[] }
  | { readonly event: 'log'; readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string }

/** How much of each packet is recorded: nothing, RTP headers and whole RTCP, or all of it. */
export type TraceDepth = 'off' | 'headers' | 'whole'

/** A datagram that passed an RTP or RTCP socket. */
export interface TracedPacket {
  /** Milliseconds since 1970, with a fraction. */
  readonly at: number
  readonly direction: 'in' | 'out'
  /** `local.address` may be that of every interface. */
  readonly local: { readonly address: string; readonly port: number }
  readonly remote: { readonly address: string; readonly port: number }
  /** Octets of the datagram, of which `data` (base64) has the first. */
  readonly length: number
  readonly data: string
}

/** `not-now`: what the session cannot do while it is held, or its process is started again. */
export type MediaErrorCode = 'port-in-use' | 'no-audio-device' | 'bad-file' | 'not-now' | 'internal'

/** How good a call is and was, in figures (RFC 3550 6.4.1, ITU-T G.107). Counts are totals of the call. */
export interface Quality {
  readonly received: {
    readonly codec: string
    readonly packets: number
    readonly lost: number
    readonly lossPercent: number
    /** Came to the port, and was not the peer's: from elsewhere, or not authentic; absent: none. */
    readonly refused?: number
    /** Arrived after its time had come. */
    readonly late: number
    readonly duplicates: number
    readonly reordered: number
    readonly jitterMs: number
    readonly bufferMs: number
    /** Lost, and heard all the same: the next packet had their sound as well (Opus FEC); absent: none. */
    readonly recovered?: number
    readonly concealedMs: number
    readonly gapMaxMs: number
    readonly rFactor: number
    readonly mos: number
  }
  readonly sent: {
    readonly codec: string
    readonly packets: number
    /** RTP payload and header. */
    readonly bytes: number
    readonly kbpsIp: number
    readonly kbpsEthernet: number
    readonly remoteLossPercent?: number
    readonly remoteJitterMs?: number
    readonly roundTripMs?: number
  }
  readonly delayMs: {
    readonly packetization: number
    readonly buffer: number
    readonly device: number
    readonly total: number
  }
}

/** Phone to audio host, over the channel of that process; one command a process. Sound goes straight to the media process. */
export type AudioHostCommand =
  /** Opens the devices of these names (absent or gone: the default ones) and connects to the media process' socket. */
  | {
      readonly op: 'run'
      readonly path: string
      readonly token: string
      readonly input?: string
      readonly output?: string
      /** No microphone. */
      readonly outputOnly?: true
    }
  | { readonly op: 'list' }

export type AudioHostEvent =
  /** The device is open; one of the two may be missing. */
  | { readonly event: 'running'; readonly input?: OpenDevice; readonly output?: OpenDevice }
  | { readonly event: 'devices'; readonly devices: readonly ListedDevice[] }
  /** `permanent`: there is no use in trying again before somebody has mended it. */
  | {
      readonly event: 'failed'
      readonly code: 'no-audio-device' | 'internal'
      readonly message: string
      readonly permanent: boolean
    }

interface OpenDevice {
  readonly name: string
  /** Hz */
  readonly rate: number
}

export interface ListedDevice {
  readonly name: string
  readonly kind: 'input' | 'output'
  readonly default: boolean
}
