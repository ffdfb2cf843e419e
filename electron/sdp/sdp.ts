/**
 * A session description as plain data (RFC 8866). What Dialtone reads has a place of its own; all other lines are kept
 * in order, so that an answer can mirror what it does not understand.
 */
export interface SessionDescription {
  readonly origin: Origin
  /** `s=` */
  readonly name: string
  readonly connection?: Connection
  /** i=, u=, e=, p=, b=, t=, r=, z=, k= of the session. */
  readonly lines: readonly Line[]
  readonly attributes: readonly Attribute[]
  readonly media: readonly MediaSection[]
}

/** `o=`; identifier and version are decimal numbers too long for a double (RFC 8866 5.2). */
export interface Origin {
  readonly username: string
  readonly sessionId: string
  readonly sessionVersion: string
  readonly connection: Connection
}

/** `IN IP4 address`, as in c=, o= and a=rtcp. The address is a literal without brackets, or a host name. */
export interface Connection {
  readonly family: 4 | 6
  readonly address: string
  /** `/ttl` or `/ttl/count` of a multicast address, with its slash. */
  readonly scope?: string
}

export interface Line {
  /** One letter. */
  readonly type: string
  readonly value: string
}

/** `a=name:value`, or the bare flag `a=name`. */
export interface Attribute {
  readonly name: string
  readonly value?: string
}

/** `m=` and what belongs to it. */
export interface MediaSection {
  /** `audio`, `video`, `application` ... */
  readonly kind: string
  /** 0: rejected or off (RFC 3264 6). */
  readonly port: number
  /** Of `m=audio 8000/2`. */
  readonly portCount?: number
  /** `RTP/AVP`, `RTP/SAVPF`, `UDP/TLS/RTP/SAVPF` ... */
  readonly protocol: string
  /** As written: payload types for RTP, anything for others. */
  readonly formats: readonly string[]
  readonly connection?: Connection
  /** i=, b=, k= of this section. */
  readonly lines: readonly Line[]
  readonly attributes: readonly Attribute[]
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

export const maxSdpLength = 65_536
export const maxSdpLines = 2_048
export const maxMediaSections = 64
/** Of one m= line: twice as many as RTP has payload types. */
export const maxFormats = 256
