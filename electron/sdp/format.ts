import { attributeValues } from './attributes.ts'
import type { Attribute, MediaSection } from './sdp.ts'

/** An RTP payload format of a section: the m= line's number with its rtpmap and fmtp (RFC 8866 6.6, 6.15). */
export interface Format {
  /** 0 to 127 */
  readonly payloadType: number
  /** As written; compare with `isEncoding`. */
  readonly encoding: string
  /** Hz, as SDP says it (G.722 says 8000). */
  readonly clockRate: number
  readonly channels: number
  /** Format parameters as written. */
  readonly fmtp?: string
}

/** RFC 3551 6: the payload types that need no rtpmap. */
const staticTypes: Readonly<Record<number, readonly [encoding: string, clockRate: number, channels?: number]>> = {
  0: ['PCMU', 8000],
  3: ['GSM', 8000],
  4: ['G723', 8000],
  5: ['DVI4', 8000],
  6: ['DVI4', 16_000],
  7: ['LPC', 8000],
  8: ['PCMA', 8000],
  9: ['G722', 8000],
  10: ['L16', 44_100, 2],
  11: ['L16', 44_100],
  12: ['QCELP', 8000],
  13: ['CN', 8000],
  14: ['MPA', 90_000],
  15: ['G728', 8000],
  16: ['DVI4', 11_025],
  17: ['DVI4', 22_050],
  18: ['G729', 8000],
  25: ['CelB', 90_000],
  26: ['JPEG', 90_000],
  28: ['nv', 90_000],
  31: ['H261', 90_000],
  32: ['MPV', 90_000],
  33: ['MP2T', 90_000],
  34: ['H263', 90_000],
}

/**
 * The formats of an RTP section in the order of preference the m= line gives. Dynamic types without an rtpmap are left
 * out: nobody knows what they are. Numbers that come twice count once.
 */
export function formatsOf(section: MediaSection): Format[] {
  const maps = numbered(section, 'rtpmap')
  const parameters = numbered(section, 'fmtp')
  const found = new Map<number, Format>()
  for (const written of section.formats) {
    const payloadType = payloadTypeOf(written)
    if (payloadType === undefined || found.has(payloadType)) continue
    const codec = parseRtpmap(maps.get(payloadType)) ?? staticCodec(payloadType)
    const fmtp = parameters.get(payloadType)
    if (codec) found.set(payloadType, { payloadType, ...codec, ...(fmtp !== undefined && { fmtp }) })
  }
  return [...found.values()]
}

/** Encoding names compare without case (RFC 8866 6.6). */
export function isEncoding(format: Format, encoding: string, clockRate: number): boolean {
  return format.encoding.toLowerCase() === encoding.toLowerCase() && format.clockRate === clockRate
}

/** rtpmap and fmtp of formats we describe, also of the static ones: some peers look for them. */
export function formatAttributes(formats: readonly Format[]): Attribute[] {
  return formats.flatMap(({ payloadType, encoding, clockRate, channels, fmtp }) => {
    const suffix = channels === 1 ? '' : `/${channels}`
    const map = { name: 'rtpmap', value: `${payloadType} ${encoding}/${clockRate}${suffix}` }
    return fmtp === undefined ? [map] : [map, { name: 'fmtp', value: `${payloadType} ${fmtp}` }]
  })
}

/** Attribute values of the form `number rest`; of several with one number the first. */
function numbered(section: MediaSection, name: string): Map<number, string> {
  const found = new Map<number, string>()
  for (const value of attributeValues(section, name)) {
    const match = /^[ \t]*([0-9]{1,3})[ \t]+([^ \t].*)$/.exec(value)
    const number = payloadTypeOf(match?.[1] ?? '')
    if (match?.[2] !== undefined && number !== undefined && !found.has(number)) found.set(number, match[2])
  }
  return found
}

function payloadTypeOf(text: string): number | undefined {
  return /^[0-9]{1,3}$/.test(text) && Number(text) < 128 ? Number(text) : undefined
}

function parseRtpmap(value: string | undefined): Omit<Format, 'payloadType'> | null {
  const match = /^([^/ \t]+)[ \t]*\/[ \t]*([0-9]{1,6})(?:\/([0-9]{1,2}))?$/.exec(value ?? '')
  if (!match?.[1] || Number(match[2]) === 0) return null
  return { encoding: match[1], clockRate: Number(match[2]), channels: Number(match[3] ?? 1) || 1 }
}

/** What a payload type stands for that needs no rtpmap; null for any other. */
export function staticCodec(payloadType: number): Omit<Format, 'payloadType'> | null {
  const [encoding, clockRate, channels = 1] = staticTypes[payloadType] ?? []
  return encoding !== undefined && clockRate !== undefined ? { encoding, clockRate, channels } : null
}
