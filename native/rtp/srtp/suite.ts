import type { SrtpSuite } from '../../protocol.ts'

/** Bytes of the authentication tags (RFC 4568 6.2): the short one is for RTP alone. */
export function tagBytes(suite: SrtpSuite): { readonly rtp: 4 | 10; readonly rtcp: 10 } {
  return { rtp: suite === 'AES_CM_128_HMAC_SHA1_32' ? 4 : 10, rtcp: 10 }
}

/** Where the payload of an RTP packet begins, past CSRCs and extension (RFC 3711 3.1); undefined when it has none. */
export function payloadStart(packet: Uint8Array): number | undefined {
  const first = packet[0] ?? 0
  if (packet.length < 12 || first >> 6 !== 2) return undefined
  let start = 12 + 4 * (first & 0x0f)
  if (first & 0x10) {
    if (start + 4 > packet.length) return undefined
    start += 4 + 4 * (((packet[start + 2] ?? 0) << 8) | (packet[start + 3] ?? 0))
  }
  return start <= packet.length ? start : undefined
}

export const RTCP_HEADER_BYTES = 8
/** The flag E and 31 bits of index (RFC 3711 3.4). */
export const RTCP_INDEX_BYTES = 4
export const ENCRYPTED = 0x8000_0000
export const MOST_RTCP_INDEX = 0x7fff_ffff

export const uint16 = (data: Uint8Array, at: number) => ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0)
export const uint32 = (data: Uint8Array, at: number) => ((uint16(data, at) << 16) | uint16(data, at + 2)) >>> 0
