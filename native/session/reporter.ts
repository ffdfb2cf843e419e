import { reportInterval } from '../rtp/rtcp/interval.ts'
import { compactFromMs, compactNtp, ntpTime, roundTripMs } from '../rtp/rtcp/ntp.ts'
import type { ReportBlock, RtcpPacket } from '../rtp/rtcp/packet.ts'
import { writeRtcp } from '../rtp/rtcp/write.ts'
import type { IncomingStream } from './incoming-stream.ts'
import type { LeftStream, OutgoingStream } from './outgoing-stream.ts'

/** One session's RTCP (RFC 3550 6): when to report, what, and what the peer reports of us. Milliseconds. */

/** 5 % of the 80 kbit/s that G.711 takes, bytes a second. */
const BANDWIDTH = 500
const IP_UDP_BYTES = 28

export class Reporter {
  /** What the peer hears of us, as it last said. */
  remote: { readonly lossPercent: number; readonly jitterMs: number } | undefined
  roundTripMs: number | undefined

  readonly #incoming: IncomingStream
  readonly #outgoing: OutgoingStream
  readonly #cname: string
  readonly #random: () => number
  #lastAt: number
  #dueAt: number
  #initial = true
  #averageSize = 100
  /** Packets sent when each of the last two reports left (6.2: who sent since the last but one is a sender). */
  #sentThen: readonly [number, number] = [0, 0]
  /** The last SR that came. */
  #senderReport: { readonly ssrc: number; readonly compact: number; readonly arrivedAt: number } | undefined

  /** `random` gives 0 to 1. */
  constructor(incoming: IncomingStream, outgoing: OutgoingStream, cname: string, random: () => number, now: number) {
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.#cname = cname
    this.#random = random
    this.#lastAt = now
    this.#dueAt = now + this.#interval()
  }

  /** The report that is due, if one is. `wallTime`: milliseconds since 1970. */
  poll(now: number, wallTime: number): Uint8Array | undefined {
    const left = this.#outgoing.takeLeft()
    if (left.length > 0) return writeRtcp(this.#farewell(left, now, wallTime))
    if (now < this.#dueAt) return undefined
    // 6.3.6: reconsidered when due, for the members may have become more.
    const due = this.#lastAt + this.#interval()
    if (due > now) {
      this.#dueAt = due
      return undefined
    }
    const report = writeRtcp(this.#compound(now, wallTime))
    this.#noteSize(report.length)
    this.#initial = false
    this.#sentThen = [this.#sentThen[1], this.#outgoing.packets]
    this.#lastAt = now
    this.#dueAt = now + this.#interval()
    return report
  }

  /** The last word (6.6). */
  bye(now: number, wallTime: number): Uint8Array {
    return writeRtcp([...this.#compound(now, wallTime), { type: 'bye', ssrcs: [this.#outgoing.ssrc] }])
  }

  receive(packets: readonly RtcpPacket[], size: number, now: number, wallTime: number): void {
    this.#noteSize(size)
    for (const packet of packets) {
      if (packet.type === 'sender-report') {
        this.#senderReport = { ssrc: packet.ssrc, compact: compactNtp(packet.sender.ntp), arrivedAt: now }
      }
      if (packet.type === 'sender-report' || packet.type === 'receiver-report') this.#reports(packet.reports, wallTime)
      if (packet.type === 'bye') for (const ssrc of packet.ssrcs) this.#incoming.bye(ssrc)
    }
  }

  #reports(reports: readonly ReportBlock[], wallTime: number): void {
    const report = reports.find(({ ssrc }) => ssrc === this.#outgoing.ssrc)
    if (!report) return
    this.remote = {
      lossPercent: (report.fractionLost / 256) * 100,
      jitterMs: (report.jitter * 1000) / this.#outgoing.rates.clockRate,
    }
    const arrival = compactNtp(ntpTime(wallTime))
    this.roundTripMs = roundTripMs(arrival, report.lastReport, report.delaySinceLastReport) ?? this.roundTripMs
  }

  /** RFC 7160 4.1: what the clocks of now and of before say, and BYE for those of before. */
  #farewell(left: readonly LeftStream[], now: number, wallTime: number) {
    const ntp = ntpTime(wallTime)
    const [first, description] = this.#compound(now, wallTime)
    const ssrcs = left.map(({ ssrc }) => ssrc)
    return [
      first,
      ...left.map(({ ssrc, packets, octets, timestamp: rtpTimestamp }) => {
        const sender = { ntp, rtpTimestamp, packets, octets }
        return { type: 'sender-report', ssrc, sender, reports: [] } as const
      }),
      { ...description, chunks: [...description.chunks, ...ssrcs.map((ssrc) => ({ ssrc, cname: this.#cname }))] },
      { type: 'bye', ssrcs } as const,
    ]
  }

  #compound(now: number, wallTime: number) {
    const { ssrc, streamCounts, timestamp } = this.#outgoing
    const reports = this.#reportBlocks(now)
    const ntp = ntpTime(wallTime)
    const first = this.#weSent()
      ? ({ type: 'sender-report', ssrc, sender: { ntp, rtpTimestamp: timestamp, ...streamCounts }, reports } as const)
      : ({ type: 'receiver-report', ssrc, reports } as const)
    return [first, { type: 'source-description', chunks: [{ ssrc, cname: this.#cname }] } as const] as const
  }

  #reportBlocks(now: number): ReportBlock[] {
    const { source } = this.#incoming
    if (!source || source.received === 0) return []
    const last = this.#senderReport?.ssrc === source.ssrc ? this.#senderReport : undefined
    return [
      {
        ssrc: source.ssrc,
        ...source.report(),
        lastReport: last?.compact ?? 0,
        delaySinceLastReport: last ? compactFromMs(now - last.arrivedAt) : 0,
      },
    ]
  }

  #weSent(): boolean {
    return this.#outgoing.packets > this.#sentThen[0]
  }

  #interval(): number {
    const weSent = this.#weSent()
    return reportInterval({
      members: 2,
      senders: (weSent ? 1 : 0) + (this.#incoming.source ? 1 : 0),
      bandwidth: BANDWIDTH,
      weSent,
      averageSize: this.#averageSize,
      initial: this.#initial,
      random: this.#random(),
    })
  }

  /** 6.3.3: one sixteenth of each. */
  #noteSize(bytes: number): void {
    this.#averageSize += (bytes + IP_UDP_BYTES - this.#averageSize) / 16
  }
}
