import type { ReportBlock } from '../../native/rtp/rtcp/packet.ts'
import { parseRtcp } from '../../native/rtp/rtcp/parse.ts'
import type { RtpDatagram, RtpStream } from './rtp-streams.ts'

/** What the receiver of a stream says of it (RFC 3550 6.4). */
export interface ReceiverReport {
  /** Of the same clock as the packets, ms. */
  readonly atMs: number
  /** Lost since its report before, percent. */
  readonly lossPercent: number
  /** Lost since the start; negative with duplicates. */
  readonly lost: number
  readonly jitterMs: number
  /** From here to the receiver and back; absent while no report of ours had reached it. */
  readonly roundTripMs?: number
}

/** What both ends say of a stream, beside what was seen of it. */
export interface StreamReports {
  readonly received: readonly ReceiverReport[]
  /** Packets and octets of payload that its sender says to have sent, by the last of its reports. */
  readonly sent?: { readonly packets: number; readonly octets: number }
}

const longestRoundTripMs = 60_000

/** Never throws. Of an encrypted stream nothing can be read. */
export function reportsOn(stream: RtpStream, rtcp: readonly RtpDatagram[]): StreamReports {
  if (stream.sound === 'encrypted') return { received: [] }
  const ssrc = Number.parseInt(stream.ssrc, 16)
  const received: ReceiverReport[] = []
  /** When which sender report passed, by the middle 32 bits of its time (RFC 3550 6.4.1). */
  const passed = new Map<number, number>()
  let sent: StreamReports['sent']
  for (const { atMs, payload } of rtcp) {
    for (const packet of parseRtcp(payload) ?? []) {
      if (packet.type !== 'sender-report' && packet.type !== 'receiver-report') continue
      if (packet.type === 'sender-report' && packet.ssrc === ssrc) {
        const { ntp, packets, octets } = packet.sender
        passed.set(((ntp[0] << 16) | (ntp[1] >>> 16)) >>> 0, atMs)
        sent = { packets, octets }
      }
      const block = packet.reports.find((report) => report.ssrc === ssrc)
      if (block !== undefined) received.push(reportOf(block, atMs, passed, stream.clockRate))
    }
  }
  return { received, ...(sent && { sent }) }
}

function reportOf(
  { fractionLost, cumulativeLost, jitter, lastReport, delaySinceLastReport }: ReportBlock,
  atMs: number,
  passed: ReadonlyMap<number, number>,
  clockRate: number,
): ReceiverReport {
  const since = lastReport === 0 ? undefined : passed.get(lastReport)
  const roundTripMs = since === undefined ? -1 : atMs - since - (delaySinceLastReport * 1000) / 65_536
  return {
    atMs,
    lossPercent: (100 * fractionLost) / 256,
    lost: cumulativeLost,
    jitterMs: (jitter * 1000) / clockRate,
    ...(roundTripMs >= 0 && roundTripMs < longestRoundTripMs && { roundTripMs }),
  }
}

/** In the middle of all that is known of a call, ms. */
export function roundTripOf(reports: readonly StreamReports[]): number | undefined {
  const all = reports.flatMap(({ received }) => received.flatMap(({ roundTripMs }) => roundTripMs ?? []))
  return all.toSorted((one, other) => one - other)[all.length >> 1]
}
