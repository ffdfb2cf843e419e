import { PT, SDES_CNAME, type ReportBlock, type RtcpPacket } from './packet.ts'

type Written = Exclude<RtcpPacket, { type: 'other' }>

/** A compound packet (RFC 3550 6.1): the caller puts an SR or RR first and an SDES with CNAME in. */
export function writeRtcp(packets: readonly Written[]): Uint8Array {
  const words = packets.map(writeOne)
  const compound = new Uint8Array(words.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const packet of words) {
    compound.set(packet, at)
    at += packet.length
  }
  return compound
}

function writeOne(packet: Written): Uint8Array {
  switch (packet.type) {
    case 'sender-report': {
      const { view, bytes } = frame(PT.SR, packet.reports.length, 24 + 24 * packet.reports.length)
      const { ntp, rtpTimestamp, packets, octets } = packet.sender
      ;[packet.ssrc, ntp[0], ntp[1], rtpTimestamp, packets, octets].forEach((word, index) =>
        view.setUint32(4 + 4 * index, word),
      )
      writeBlocks(view, 28, packet.reports)
      return bytes
    }
    case 'receiver-report': {
      const { view, bytes } = frame(PT.RR, packet.reports.length, 4 + 24 * packet.reports.length)
      view.setUint32(4, packet.ssrc)
      writeBlocks(view, 8, packet.reports)
      return bytes
    }
    case 'source-description': {
      const chunks = packet.chunks.map(({ ssrc, cname }) => ({ ssrc, item: utf8.encode(cname ?? '').subarray(0, 255) }))
      // Each chunk ends with at least one zero and on a word (6.5).
      const lengths = chunks.map(({ item }) => 4 * Math.ceil((4 + 2 + item.length + 1) / 4))
      const { view, bytes } = frame(
        PT.SDES,
        chunks.length,
        lengths.reduce((sum, length) => sum + length, 0),
      )
      let at = 4
      chunks.forEach(({ ssrc, item }, index) => {
        view.setUint32(at, ssrc)
        bytes.set([SDES_CNAME, item.length], at + 4)
        bytes.set(item, at + 6)
        at += lengths[index] as number
      })
      return bytes
    }
    case 'bye': {
      const reason = packet.reason === undefined ? undefined : utf8.encode(packet.reason).subarray(0, 255)
      const { view, bytes } = frame(
        PT.BYE,
        packet.ssrcs.length,
        4 * packet.ssrcs.length + (reason ? 1 + reason.length : 0),
      )
      packet.ssrcs.forEach((ssrc, index) => view.setUint32(4 + 4 * index, ssrc))
      if (reason) {
        bytes[4 + 4 * packet.ssrcs.length] = reason.length
        bytes.set(reason, 5 + 4 * packet.ssrcs.length)
      }
      return bytes
    }
  }
}

function frame(type: number, count: number, body: number) {
  const words = Math.ceil(body / 4)
  const bytes = new Uint8Array(4 + 4 * words)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, 0x80 | count)
  view.setUint8(1, type)
  view.setUint16(2, words)
  return { bytes, view }
}

function writeBlocks(view: DataView, at: number, reports: readonly ReportBlock[]): void {
  reports.forEach((report, index) => {
    const block = at + 24 * index
    view.setUint32(block, report.ssrc)
    view.setUint32(block + 4, (report.fractionLost << 24) | (report.cumulativeLost & 0xffffff))
    view.setUint32(block + 8, report.highestSequence)
    view.setUint32(block + 12, report.jitter)
    view.setUint32(block + 16, report.lastReport)
    view.setUint32(block + 20, report.delaySinceLastReport)
  })
}

const utf8 = new TextEncoder()
