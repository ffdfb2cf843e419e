import type { CodecName, IceParameters, SessionConfig, SrtpKeying } from '../../native/protocol.ts'
import { connectionTo } from '../sdp/connection.ts'
import type { Format } from '../sdp/format.ts'
import { audioSection, rejectedSection } from '../sdp/media-section.ts'
import { parseSdp } from '../sdp/parse.ts'
import type { Attribute, Direction, MediaSection, SessionDescription } from '../sdp/sdp.ts'
import { writeSdp } from '../sdp/write.ts'
import {
  clockRateOf,
  codecFormat,
  type EventClock,
  eventClocks,
  eventFormat,
  opusParameters,
} from './offer-answer-formats.ts'
import { answerIce, type LocalIce, offeredIce, takeIce } from './offer-answer-ice.ts'
import { answerCryptos, type LocalSrtp, offeredCryptos, offeredProfile, takeCryptos } from './offer-answer-srtp.ts'
import { defaultPtimeMs, readStream, type Stream } from './offer-answer-stream.ts'

/** Offer and answer (RFC 3264) for one audio stream with telephone-event, in clear or SRTP, pure: what is agreed is a value. */
export interface Negotiation {
  /** Decimal; the same through the whole call (RFC 3264 8). */
  readonly sessionId: string
  /** What we described last, with its version. */
  readonly described: SessionDescription | undefined
  /** Which section is the audio we use, -1 before the first agreement. */
  readonly audio: number
  /** Our payload types: what once stands for something never stands for anything else (RFC 3264 8.3.2). */
  readonly telephoneEvents: Readonly<Record<EventClock, number>>
  readonly payloadTypes: Readonly<Record<CodecName, number>>
  /** The codec in use stays first in what we offer, so that a hold changes nothing else. */
  readonly codec: CodecName | undefined
  /** Whether the peer holds. */
  readonly remoteHold: boolean
  readonly config: SessionConfig | undefined
}

/** What our side brings along. */
export interface LocalMedia {
  /** Goes into the SDP: an address of ours that the peer can reach. */
  readonly address: string
  readonly rtpPort: number
  readonly rtcpPort: number
  /** In order of preference, at least one. */
  readonly codecs: readonly CodecName[]
  /** Our user holds the call. */
  readonly hold: boolean
  /** Where the peer's signalling comes from. */
  readonly source: string
  /** We send less while nothing is said, and comfort noise to whoever knows it (RFC 3389). */
  readonly suppressSilence?: boolean
  /** Absent: in clear only. */
  readonly srtp?: LocalSrtp
  /** Absent: not spoken. */
  readonly ice?: LocalIce
}

export type Agreement =
  | {
      readonly ok: true
      readonly negotiation: Negotiation
      readonly config: SessionConfig
      /** Explanations for the trace. */
      readonly notes: readonly string[]
    }
  /** `status` is what to answer if it was an offer. */
  | { readonly ok: false; readonly status: 400 | 488; readonly reason: string }

export type Answer = (Agreement & { readonly ok: true; readonly sdp: string }) | (Agreement & { readonly ok: false })

export function beginNegotiation(sessionId: string): Negotiation {
  return {
    sessionId,
    described: undefined,
    audio: -1,
    telephoneEvents: { 8000: 101, 48_000: 102 },
    payloadTypes: { PCMU: 0, PCMA: 8, G722: 9, Opus: 96 },
    codec: undefined,
    remoteHold: false,
    config: undefined,
  }
}

/** Our offer: the first of a call, or a later one with the sections of before in their places (RFC 3264 8). */
export function makeOffer(negotiation: Negotiation, local: LocalMedia): { negotiation: Negotiation; sdp: string } {
  const codecs = local.codecs.toSorted((one, other) => rank(one, negotiation) - rank(other, negotiation))
  const formats = codecs.map((codec) => codecFormat(codec, negotiation.payloadTypes[codec]))
  const audio = describeAudio(local, {
    protocol: negotiation.described?.media[negotiation.audio]?.protocol ?? offeredProfile(local.srtp),
    formats: [...formats, ...noiseFormats(local, 13), ...offeredEvents(negotiation, codecs)],
    attributes: [
      rtcpMux,
      ...offeredCryptos(negotiation.config?.srtp, local.srtp),
      ...offeredIce(negotiation.config?.ice, local.ice),
    ],
    // RFC 3264 8.4: hold is sendonly, or inactive when the peer holds too. Taken back it is always sendrecv: a peer
    // that still holds says so in its answer, and one that does not is not left with half a call.
    direction: local.hold ? (negotiation.remoteHold ? 'inactive' : 'sendonly') : 'sendrecv',
    ptimeMs: negotiation.config?.ptimeMs ?? defaultPtimeMs,
  })
  const before = negotiation.described?.media ?? []
  const at = Math.max(negotiation.audio, 0)
  const media =
    before.length === 0 ? [audio] : before.map((section, index) => (index === at ? audio : rejectedSection(section)))
  return describe({ ...negotiation, audio: at }, local, media)
}

/** What we could do, for the answer to OPTIONS: like an offer, but its port is 0 (RFC 3264 9). */
export function describeCapabilities(sessionId: string, address: string, codecs: readonly CodecName[]): string {
  const local: LocalMedia = { address, rtpPort: 0, rtcpPort: 1, codecs, hold: false, source: address }
  return makeOffer(beginNegotiation(sessionId), local).sdp
}

/** Why the offer that a call begins with cannot be answered, whatever ports we shall have; undefined if it can. */
export function refusalOfOffer(
  offer: string,
  local: Pick<LocalMedia, 'codecs' | 'source' | 'srtp'>,
): (Agreement & { readonly ok: false }) | undefined {
  const parsed = parseSdp(offer)
  if (!parsed.ok) return unreadable(parsed.detail)
  const { session } = parsed
  const first = beginNegotiation('0')
  return session.media.some((section) => read(first, session, section, local)) ? undefined : nothingShared
}

/** Our answer to the peer's offer, the first or a later one. `offer` is the body as it came. */
export function answerOffer(negotiation: Negotiation, offer: string, local: LocalMedia): Answer {
  const parsed = parseSdp(offer)
  if (!parsed.ok) return unreadable(parsed.detail)
  const { session } = parsed
  const streams = session.media.map((section) => read(negotiation, session, section, local))
  // The section of before if it still serves, else the first that does, an encrypted one before one in clear.
  const encrypted = streams.findIndex((stream) => stream && stream.cryptos.length > 0)
  const first = encrypted < 0 ? streams.findIndex(Boolean) : encrypted
  const at = streams[negotiation.audio] === undefined ? first : negotiation.audio
  const stream = streams[at]
  if (stream === undefined) return switchedOff(negotiation, session, local)

  const direction = answeringDirection(stream.direction, local.hold)
  const formats = stream.codecs.map(({ codec, payloadType }) => codecFormat(codec, payloadType))
  const secured = answerCryptos(stream.cryptos, negotiation.config?.srtp, local.srtp)
  const ice = answerIce(stream.ice, negotiation.config?.ice, local.ice, stream.rtcpMux)
  const audio = describeAudio(local, {
    protocol: session.media[at]?.protocol ?? 'RTP/AVP',
    // RFC 3264 6.1: the offerer's order and the offerer's numbers.
    formats: [...formats, ...noiseFormats(local, stream.comfortNoise), ...eventFormats(stream.telephoneEvents)],
    attributes: [...(stream.rtcpMux ? [rtcpMux] : []), ...(secured ? [secured.attribute] : []), ...ice.attributes],
    direction,
    ptimeMs: stream.ptimeMs,
  })
  const media = session.media.map((section, index) => (index === at ? audio : rejectedSection(section)))
  const described = describe({ ...negotiation, audio: at }, local, media)
  const numbered = { ...described.negotiation, ...renumbered(negotiation, stream) }
  const agreed = agree(numbered, stream, stream.codecs, !receives(stream.direction), local, {
    srtp: secured?.keying,
    ice: ice.parameters,
  })
  return { ...agreed, sdp: described.sdp }
}

/** The peer's answer to our last offer; '' when it brought none. */
export function takeAnswer(negotiation: Negotiation, answer: string, local: LocalMedia): Agreement {
  const parsed = parseSdp(answer)
  if (!parsed.ok) return { ok: false, status: 400, reason: `The peer's session description is bad: ${parsed.detail}` }
  const section = parsed.session.media[negotiation.audio]
  const stream = section && read(negotiation, parsed.session, section, local)
  if (stream === undefined) return { ok: false, status: 488, reason: 'The peer shares no codec and encryption with us' }
  const secured = takeCryptos(stream.cryptos, negotiation.described?.media[negotiation.audio])
  if (secured === undefined) return { ok: false, status: 488, reason: 'The peer answered with no key that we offered' }
  // An answer to our own hold says little: some peers answer inactive without holding. They say it in an offer.
  const silent = !receives(stream.direction)
  const remoteHold = local.hold && silent ? negotiation.remoteHold : silent
  // What is not in the answer does not come, but some do send it; Opus needs more than a table to be read.
  const answered = stream.codecs.map(({ codec }) => codec)
  const ours = local.codecs
    .filter((codec) => codec !== 'Opus' || answered.includes(codec))
    .map((codec) => ({ codec, payloadType: negotiation.payloadTypes[codec] }))
  return agree(negotiation, stream, ours, remoteHold, local, {
    srtp: secured.keying,
    ice: takeIce(stream.ice, negotiation.config?.ice, stream.rtcpMux),
  })
}

const nothingShared = { ok: false, status: 488, reason: 'Not Acceptable Here' } as const

function unreadable(detail: string): Agreement & { readonly ok: false } {
  return { ok: false, status: 400, reason: `Bad Session Description: ${detail}` }
}

function read(
  negotiation: Negotiation,
  session: SessionDescription,
  section: MediaSection,
  local: Pick<LocalMedia, 'codecs' | 'source' | 'srtp'>,
): Stream | undefined {
  return readStream(session, section, local.codecs, local.source, negotiation.config !== undefined, local.srtp)
}

/** `receive` is what we accept: as we numbered it in our offer, or as the offerer did. */
function agree(
  negotiation: Negotiation,
  stream: Stream,
  receive: Stream['codecs'],
  remoteHold: boolean,
  local: LocalMedia,
  { srtp, ice }: { readonly srtp: SrtpKeying | undefined; readonly ice: IceParameters | undefined },
): Agreement & { ok: true } {
  // RFC 3264 6.1 and 7: the first that both know is what both send.
  const [first = { codec: 'PCMU', payloadType: 0, fmtp: '' } as const] = stream.codecs
  const clockRate = eventClock(stream, first.codec)
  const send = stream.telephoneEvents[clockRate]
  const config: SessionConfig = {
    remote: stream.remote,
    sending: receives(stream.direction) && !local.hold && !remoteHold,
    receiving: sends(stream.direction) && !local.hold,
    codec: first.codec,
    payloadType: first.payloadType,
    receivePayloadTypes: Object.fromEntries(receive.map(({ codec, payloadType }) => [payloadType, codec])),
    ...(local.suppressSilence && { suppressSilence: true }),
    ...(local.suppressSilence && stream.comfortNoise !== undefined && { comfortNoise: stream.comfortNoise }),
    ...(first.codec === 'Opus' && { opus: opusParameters(first.fmtp) }),
    ...(send !== undefined && {
      telephoneEvent: {
        send,
        receive: negotiation.telephoneEvents[clockRate],
        ...(clockRate !== 8000 && { clockRate }),
      },
    }),
    ptimeMs: stream.ptimeMs,
    ...(stream.rtcpMux && { rtcpMux: true }),
    ...(srtp && { srtp }),
    ...(ice && { ice }),
  }
  return {
    ok: true,
    negotiation: { ...negotiation, codec: first.codec, remoteHold, config },
    config,
    notes: stream.note === undefined ? [] : [stream.note],
  }
}

/** No stream left: fine in a running call whose peer switches its audio off (RFC 3264 8.2), else nothing is shared. */
function switchedOff(negotiation: Negotiation, session: SessionDescription, local: LocalMedia): Answer {
  const section = session.media[negotiation.audio]
  if (negotiation.config === undefined || section?.kind !== 'audio' || section.port !== 0) {
    return nothingShared
  }
  const config: SessionConfig = { ...negotiation.config, sending: false, receiving: false }
  const described = describe(negotiation, local, session.media.map(rejectedSection))
  return {
    ok: true,
    negotiation: { ...described.negotiation, remoteHold: true, config },
    config,
    notes: [],
    sdp: described.sdp,
  }
}

/** RFC 3264 6.1: the mirror of what was offered, without our half when we hold. */
function answeringDirection(offered: Direction, hold: boolean): Direction {
  if (offered === 'inactive') return 'inactive'
  if (offered === 'sendonly') return hold ? 'inactive' : 'recvonly'
  return offered === 'recvonly' || hold ? 'sendonly' : 'sendrecv'
}

/** The peer's numbers for what it offered; ours for all else, unless the peer has just given them to something. */
function renumbered(negotiation: Negotiation, stream: Stream): Pick<Negotiation, 'payloadTypes' | 'telephoneEvents'> {
  const payloadTypes = { ...negotiation.payloadTypes }
  for (const { codec, payloadType } of stream.codecs) payloadTypes[codec] = payloadType
  const { Opus, ...fixed } = payloadTypes
  const shared = stream.codecs.some(({ codec }) => codec === 'Opus')
  const taken = [...Object.values(fixed), ...Object.values(stream.telephoneEvents), ...(shared ? [Opus] : [])]
  const free = (ours: number) => {
    const number = [ours, 101, 100, 99, 98, 97, 96].find((one) => !taken.includes(one)) ?? ours
    taken.push(number)
    return number
  }
  const { telephoneEvents: events } = stream
  const telephoneEvents = {
    8000: events[8000] ?? free(negotiation.telephoneEvents[8000]),
    48_000: events[48_000] ?? free(negotiation.telephoneEvents[48_000]),
  }
  return { payloadTypes: { ...payloadTypes, Opus: shared ? Opus : free(Opus) }, telephoneEvents }
}

/** By which clock events are sent and understood with this codec: its own, if the peer knows that. */
function eventClock({ telephoneEvents }: Stream, codec: CodecName): EventClock {
  return clockRateOf(codec) === 48_000 && telephoneEvents[48_000] !== undefined ? 48_000 : 8000
}

/** RFC 4733 2.1 wants the clock of each codec; many peers look for 8000 with whatever codec. */
function offeredEvents({ telephoneEvents }: Negotiation, codecs: readonly CodecName[]): Format[] {
  const { 8000: telephone, 48_000: wide } = telephoneEvents
  return eventFormats({ 8000: telephone, ...(codecs.includes('Opus') && { 48_000: wide }) })
}

function eventFormats(numbers: Stream['telephoneEvents']): Format[] {
  return eventClocks.flatMap((clock) => {
    const number = numbers[clock]
    return number === undefined ? [] : [eventFormat(number, clock)]
  })
}

function sends(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly'
}

function receives(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly'
}

function rank(codec: CodecName, { codec: inUse }: Negotiation): number {
  return codec === inUse ? 0 : 1
}

/** RFC 3389 4: 13 where the number is ours to choose. */
function noiseFormats({ suppressSilence }: LocalMedia, payloadType: number | undefined): Format[] {
  if (!suppressSilence || payloadType === undefined) return []
  return [{ payloadType, encoding: 'CN', clockRate: 8000, channels: 1 }]
}

/** RFC 5761 5.1.1: offered always, answered when offered. */
const rtcpMux: Attribute = { name: 'rtcp-mux' }

interface AudioDescription {
  readonly protocol: string
  readonly formats: readonly Format[]
  readonly attributes: readonly Attribute[]
  readonly direction: Direction
  readonly ptimeMs: number
}

function describeAudio({ rtpPort, rtcpPort }: LocalMedia, description: AudioDescription): MediaSection {
  // RFC 3605: said only where it is not the next port.
  const rtcp = rtcpPort === rtpPort + 1 ? [] : [{ name: 'rtcp', value: String(rtcpPort) }]
  return audioSection({ port: rtpPort, ...description, attributes: [...rtcp, ...description.attributes] })
}

/** RFC 3264 8: the version goes up by one when anything else changed, and only then. */
function describe(
  negotiation: Negotiation,
  { address }: LocalMedia,
  media: readonly MediaSection[],
): { negotiation: Negotiation; sdp: string } {
  const last = negotiation.described
  const version = BigInt(last?.origin.sessionVersion ?? negotiation.sessionId)
  const write = (sessionVersion: bigint): SessionDescription => ({
    origin: {
      username: '-',
      sessionId: negotiation.sessionId,
      sessionVersion: String(sessionVersion),
      connection: connectionTo(address),
    },
    name: '-',
    connection: connectionTo(address),
    lines: [],
    attributes: [],
    media,
  })
  const unchanged = last === undefined || writeSdp(write(version)) === writeSdp(last)
  const described = write(unchanged ? version : version + 1n)
  return { negotiation: { ...negotiation, described }, sdp: writeSdp(described) }
}
