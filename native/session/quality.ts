import type { Quality } from '../protocol.ts'
import { mosOf, ratingFactor } from '../rtp/e-model.ts'
import { RTP_HEADER_BYTES } from '../rtp/packet.ts'
import type { IncomingStream } from './incoming-stream.ts'
import type { OutgoingStream } from './outgoing-stream.ts'
import type { Reporter } from './reporter.ts'

const IP_UDP_BYTES = 28
/** Header and checksum of Ethernet; without preamble and gap, as the textbooks calculate 87.2 kbit/s. */
const ETHERNET_BYTES = 18

/** The figures of a call. `deviceMs`: delay of the sound card, both directions. */
export function qualityOf(
  incoming: IncomingStream,
  outgoing: OutgoingStream,
  reporter: Reporter,
  deviceMs: number,
): Quality {
  const { buffer, playout } = incoming
  const { received, lost } = incoming.counts
  const { remote, roundTripMs } = reporter
  const expected = received + lost
  const packetization = incoming.packetMs
  const total = packetization + (roundTripMs ?? 0) / 2 + playout.delayMs + deviceMs
  // What came too late is lost to the ear; what the packet after it had as well is not.
  const unheard = Math.max(0, lost + buffer.late + buffer.discarded - playout.recovered)
  const lossPercent = percent(unheard, expected)
  const rFactor = received === 0 ? 0 : ratingFactor({ delayMs: total, lossPercent, codec: incoming.codecName })
  const bytes = outgoing.octets + RTP_HEADER_BYTES * outgoing.packets
  const { sentMs } = outgoing
  const kbps = (overhead: number) => (sentMs === 0 ? 0 : tenth(((bytes + overhead * outgoing.packets) * 8) / sentMs))
  return {
    received: {
      codec: incoming.codecName ?? '',
      packets: received,
      lost,
      lossPercent: hundredth(percent(lost, expected)),
      late: buffer.late,
      duplicates: buffer.duplicates,
      reordered: buffer.reordered,
      jitterMs: hundredth(incoming.source?.jitterMs ?? 0),
      bufferMs: tenth(playout.delayMs),
      ...(playout.recovered > 0 ? { recovered: playout.recovered } : {}),
      concealedMs: Math.round(playout.concealedMs),
      gapMaxMs: Math.round(playout.gapMaxMs),
      rFactor: tenth(rFactor),
      mos: hundredth(received === 0 ? 0 : mosOf(rFactor)),
    },
    sent: {
      codec: outgoing.codecName,
      packets: outgoing.packets,
      bytes,
      kbpsIp: kbps(IP_UDP_BYTES),
      kbpsEthernet: kbps(IP_UDP_BYTES + ETHERNET_BYTES),
      ...(remote
        ? { remoteLossPercent: hundredth(remote.lossPercent), remoteJitterMs: hundredth(remote.jitterMs) }
        : {}),
      ...(roundTripMs === undefined ? {} : { roundTripMs: hundredth(roundTripMs) }),
    },
    delayMs: { packetization, buffer: tenth(playout.delayMs), device: tenth(deviceMs), total: tenth(total) },
  }
}

const percent = (part: number, whole: number) => (whole === 0 ? 0 : Math.min(100, (100 * part) / whole))
const tenth = (value: number) => Math.round(value * 10) / 10
const hundredth = (value: number) => Math.round(value * 100) / 100
