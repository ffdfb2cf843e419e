/** The RTP packet (RFC 3550 5.1). */

export interface RtpPacket {
  readonly marker: boolean
  /** 0 to 127. */
  readonly payloadType: number
  /** 16 bit. */
  readonly sequence: number
  /** 32 bit, unsigned; units of the codec's clock. */
  readonly timestamp: number
  readonly ssrc: number
  readonly csrc: readonly number[]
  /** RFC 3550 5.3.1. */
  readonly extension?: { readonly profile: number; readonly data: Uint8Array }
  /** Without padding; a view of the datagram. */
  readonly payload: Uint8Array
}

export const RTP_HEADER_BYTES = 12

/** Undefined when it is no RTP packet of version 2 whose lengths fit (RFC 3550 A.1). Never throws. */
export function parseRtp(datagram: Uint8Array): RtpPacket | undefined {
  if (datagram.length < RTP_HEADER_BYTES) return undefined
  const first = byte(datagram, 0)
  const second = byte(datagram, 1)
  if (first >> 6 !== 2) return undefined
  // RFC 5761 4: types 64 to 95 with the marker bit are RTCP packets that strayed.
  if (second >= 192 && second <= 223) return undefined
  let start = RTP_HEADER_BYTES + 4 * (first & 0x0f)
  let end = datagram.length
  const csrc: number[] = []
  if (start > end) return undefined
  for (let at = RTP_HEADER_BYTES; at < start; at += 4) csrc.push(uint32(datagram, at))
  let extension: RtpPacket['extension']
  if (first & 0x10) {
    if (start + 4 > end) return undefined
    const data = start + 4
    const length = 4 * uint16(datagram, start + 2)
    if (data + length > end) return undefined
    extension = { profile: uint16(datagram, start), data: datagram.subarray(data, data + length) }
    start = data + length
  }
  if (first & 0x20) {
    const padding = byte(datagram, end - 1)
    if (padding === 0 || start + padding > end) return undefined
    end -= padding
  }
  return {
    marker: second >= 128,
    payloadType: second & 0x7f,
    sequence: uint16(datagram, 2),
    timestamp: uint32(datagram, 4),
    ssrc: uint32(datagram, 8),
    csrc,
    ...(extension ? { extension } : {}),
    payload: datagram.subarray(start, end),
  }
}

/** The plain header of everything this phone sends: no CSRC, extension or padding. `into` holds 12 bytes at least. */
export function writeRtpHeader(
  into: Uint8Array,
  header: Pick<RtpPacket, 'marker' | 'payloadType' | 'sequence' | 'timestamp' | 'ssrc'>,
): void {
  into[0] = 0x80
  into[1] = (header.marker ? 0x80 : 0) | (header.payloadType & 0x7f)
  into[2] = header.sequence >>> 8
  into[3] = header.sequence
  write32(into, 4, header.timestamp)
  write32(into, 8, header.ssrc)
}

function write32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24
  into[at + 1] = value >>> 16
  into[at + 2] = value >>> 8
  into[at + 3] = value
}

const byte = (data: Uint8Array, at: number) => data[at] as number
const uint16 = (data: Uint8Array, at: number) => (byte(data, at) << 8) | byte(data, at + 1)
const uint32 = (data: Uint8Array, at: number) => ((uint16(data, at) << 16) | uint16(data, at + 2)) >>> 0
