import { PT, SDES_CNAME, SDES_END, type ReportBlock, type RtcpPacket } from './packet.ts'

/** Whether a datagram of the RTP port can only be RTCP: payload types 64 to 95 with the marker (RFC 5761 4). Also encrypted. */
export function isRtcp(datagram: Uint8Array): boolean {
  const type = datagram[1] ?? 0
  return type >= 192 && type <= 223
}

/**
 * A compound RTCP packet. Undefined when it fails the checks of RFC 3550 A.2: version 2 throughout, an SR or RR first,
 * padding only on the last, lengths that add up. Never throws.
 */
export function parseRtcp(datagram: Uint8Array): readonly RtcpPacket[] | undefined {
  if (datagram.length < 8 || datagram.length % 4 !== 0) return undefined
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength)
  const first = view.getUint8(1)
  if ((view.getUint8(0) & 0x20) !== 0 || (first !== PT.SR && first !== PT.RR)) return undefined
  const packets: RtcpPacket[] = []
  let at = 0
  while (at < view.byteLength) {
    const flags = view.getUint8(at)
    const end = at + 4 * (view.getUint16(at + 2) + 1)
    if (flags >> 6 !== 2 || end > view.byteLength) return undefined
    let bodyEnd = end
    if (flags & 0x20) {
      const padding = view.getUint8(end - 1)
      if (end !== view.byteLength || padding === 0 || padding % 4 !== 0 || at + 4 + padding > end) return undefined
      bodyEnd -= padding
    }
    const packet = parseOne(view, at, bodyEnd, view.getUint8(at + 1), flags & 0x1f)
    if (!packet) return undefined
    packets.push(packet)
    at = end
  }
  return packets
}

function parseOne(view: DataView, at: number, end: number, type: number, count: number): RtcpPacket | undefined {
  const body = at + 4
  switch (type) {
    case PT.SR: {
      if (body + 24 + 24 * count > end) return undefined
      const sender = {
        ntp: [view.getUint32(body + 4), view.getUint32(body + 8)],
        rtpTimestamp: view.getUint32(body + 12),
        packets: view.getUint32(body + 16),
        octets: view.getUint32(body + 20),
      } as const
      return { type: 'sender-report', ssrc: view.getUint32(body), sender, reports: blocks(view, body + 24, count) }
    }
    case PT.RR:
      if (body + 4 + 24 * count > end) return undefined
      return { type: 'receiver-report', ssrc: view.getUint32(body), reports: blocks(view, body + 4, count) }
    case PT.SDES:
      return parseSdes(view, body, end, count)
    case PT.BYE:
      return parseBye(view, body, end, count)
    default:
      return { type: 'other', packetType: type }
  }
}

function blocks(view: DataView, at: number, count: number): ReportBlock[] {
  return Array.from({ length: count }, (_, index) => {
    const block = at + 24 * index
    return {
      ssrc: view.getUint32(block),
      fractionLost: view.getUint8(block + 4),
      cumulativeLost: (view.getUint32(block + 4) << 8) >> 8,
      highestSequence: view.getUint32(block + 8),
      jitter: view.getUint32(block + 12),
      lastReport: view.getUint32(block + 16),
      delaySinceLastReport: view.getUint32(block + 20),
    }
  })
}

/** RFC 3550 6.5: chunks of an SSRC and items, each chunk filled up with zeros to 32 bits. */
function parseSdes(view: DataView, body: number, end: number, count: number): RtcpPacket | undefined {
  const chunks: { ssrc: number; cname?: string }[] = []
  let at = body
  for (let chunk = 0; chunk < count; chunk++) {
    if (at + 8 > end) return undefined
    const ssrc = view.getUint32(at)
    let cname: string | undefined
    at += 4
    while (at < end && view.getUint8(at) !== SDES_END) {
      if (at + 2 > end) return undefined
      const length = view.getUint8(at + 1)
      if (at + 2 + length > end) return undefined
      if (view.getUint8(at) === SDES_CNAME) cname = text(view, at + 2, length)
      at += 2 + length
    }
    if (at >= end) return undefined
    at += 4 - ((at - body) % 4)
    chunks.push({ ssrc, ...(cname === undefined ? {} : { cname }) })
  }
  return { type: 'source-description', chunks }
}

function parseBye(view: DataView, body: number, end: number, count: number): RtcpPacket | undefined {
  const reasonAt = body + 4 * count
  if (reasonAt > end) return undefined
  const ssrcs = Array.from({ length: count }, (_, index) => view.getUint32(body + 4 * index))
  if (reasonAt === end) return { type: 'bye', ssrcs }
  const length = view.getUint8(reasonAt)
  if (reasonAt + 1 + length > end) return undefined
  return { type: 'bye', ssrcs, reason: text(view, reasonAt + 1, length) }
}

const utf8 = new TextDecoder()

const text = (view: DataView, at: number, length: number) =>
  utf8.decode(new Uint8Array(view.buffer, view.byteOffset + at, length))
