import type { CodecName } from '../../native/protocol.ts'
import { attribute, connectionOf, directionOf, maxptimeOf, ptimeOf, rtcpOf } from '../sdp/attributes.ts'
import { isNowhere } from '../sdp/connection.ts'
import { formatsOf, isEncoding, type Format } from '../sdp/format.ts'
import { isRejected } from '../sdp/media-section.ts'
import type { Crypto } from '../sdp/crypto.ts'
import type { Connection, Direction, MediaSection, SessionDescription } from '../sdp/sdp.ts'
import { clockRateOf, eventClocks, isCodec, type EventClock } from './offer-answer-formats.ts'
import { destination, isGroup } from './offer-answer-address.ts'
import { readIce } from './offer-answer-ice.ts'
import { type LocalSrtp, readCryptos } from './offer-answer-srtp.ts'

/** What we could do with one of the peer's media sections. */
export interface Stream {
  /** The shared codecs in the peer's order, each with its payload type as the peer numbers it. */
  readonly codecs: readonly { readonly codec: CodecName; readonly payloadType: number; readonly fmtp?: string }[]
  /** The peer's payload types for telephone-event (RFC 4733), by the clock they count by. */
  readonly telephoneEvents: Readonly<Partial<Record<EventClock, number>>>
  /** The peer's payload type for comfort noise (RFC 3389). */
  readonly comfortNoise: number | undefined
  /** As the peer sees it. */
  readonly direction: Direction
  readonly remote: { readonly address: string; readonly rtpPort: number; readonly rtcpPort: number }
  readonly ptimeMs: number
  /** The peer takes RTCP on its RTP port (RFC 5761). */
  readonly rtcpMux: boolean
  /** What the peer says of ICE. */
  readonly ice: ReturnType<typeof readIce>
  /** The peer's keys; none: in clear. */
  readonly cryptos: readonly Crypto[]
  readonly note?: string
}

export const defaultPtimeMs = 20

/**
 * The section as a stream of ours, or undefined when nothing can be shared: not audio, switched off, encrypted (or not)
 * against our policy, sent to a group, or without a codec of `codecs`. `source` is where the signalling comes from,
 * `established` whether audio has been agreed before: only then does c=0.0.0.0 mean hold.
 */
export function readStream(
  session: SessionDescription,
  section: MediaSection,
  codecs: readonly CodecName[],
  source: string,
  established: boolean,
  srtp: LocalSrtp | undefined,
): Stream | undefined {
  const connection = connectionOf(session, section)
  const cryptos = readCryptos(section, srtp)
  if (section.kind !== 'audio' || isRejected(section) || !cryptos || connection === undefined) return undefined
  if (isGroup(connection.address)) return undefined
  const formats = formatsOf(section)
  const shared = sharedCodecs(formats, codecs)
  if (shared.length === 0) return undefined
  // RFC 3264 8.4: c=0.0.0.0 in a running call is how RFC 2543 says hold; a packet sent there would go nowhere.
  const held = established && isNowhere(connection)
  const { address, note } = destination(connection, source)
  const rtcpMux = attribute(section, 'rtcp-mux') !== undefined
  return {
    codecs: shared,
    telephoneEvents: eventsOf(formats, shared),
    comfortNoise: formats.find((format) => isEncoding(format, 'CN', 8000))?.payloadType,
    direction: held ? heldBy(directionOf(session, section)) : directionOf(session, section),
    remote: { address, rtpPort: section.port, rtcpPort: rtcpMux ? section.port : rtcpPort(section, connection) },
    ptimeMs: ptime(section),
    rtcpMux,
    ice: readIce(session, section, connection),
    cryptos,
    ...(note !== undefined && !held && { note }),
  }
}

/** One payload type a codec: the first of the peer's that we speak too. */
function sharedCodecs(formats: readonly Format[], codecs: readonly CodecName[]): Stream['codecs'] {
  const shared = formats.flatMap((format) => {
    const codec = codecs.find((name) => isCodec(format, name))
    const { payloadType, fmtp } = format
    return codec === undefined ? [] : [{ codec, payloadType, ...(fmtp !== undefined && { fmtp }) }]
  })
  return shared.filter(({ codec }, index) => shared.findIndex((other) => other.codec === codec) === index)
}

/** RFC 4733 2.1: of the clocks of the codecs, and 8000 in any case. */
function eventsOf(formats: readonly Format[], codecs: Stream['codecs']): Stream['telephoneEvents'] {
  const clocks = eventClocks.filter(
    (clock) => clock === 8000 || codecs.some(({ codec }) => clockRateOf(codec) === clock),
  )
  return Object.fromEntries(
    clocks.flatMap((clock) => {
      const format = formats.find((one) => isEncoding(one, 'telephone-event', clock))
      return format ? [[clock, format.payloadType]] : []
    }),
  )
}

function heldBy(direction: Direction): Direction {
  return direction === 'sendrecv' || direction === 'sendonly' ? 'sendonly' : 'inactive'
}

/** RFC 3550 11 unless RFC 3605 says otherwise. NOTE: an RTCP address of its own is not followed, only its port. */
function rtcpPort(section: MediaSection, connection: Connection): number {
  const rtcp = rtcpOf(section)
  const elsewhere = rtcp?.connection !== undefined && rtcp.connection.address !== connection.address
  if (rtcp !== undefined && !elsewhere) return rtcp.port
  return Math.min(section.port + 1, 65_535)
}

/** What the peer wants in a packet, as far as we can: 10 to 60 ms in steps of 10, never above its maximum. */
function ptime(section: MediaSection): number {
  const wanted = Math.min(ptimeOf(section) ?? defaultPtimeMs, maxptimeOf(section) ?? 60)
  return Math.min(60, Math.max(10, Math.floor(wanted / 10) * 10))
}
