import { setImmediate } from 'node:timers/promises'
import { reportsOn } from '../dissect/rtcp-reports.ts'
import { soundRate, StreamPlayer } from '../dissect/rtp-playout.ts'
import { type RtpDatagram, rtpStreams } from '../dissect/rtp-streams.ts'
import { wavOf } from '../dissect/sound-file.ts'
import { formatHostPort } from '../sip/message/host.ts'
import type { TracedStream, TraceMessage, TraceSound } from '../phone/trace-message.ts'
import type { Datagram } from './frames.ts'

/** The streams among packets of a call, with what both ends reported of them. */
export function streamsOf(packets: readonly Datagram[], messages: readonly TraceMessage[]): TracedStream[] {
  const read = asRead(packets)
  return rtpStreams(read, messages).map((stream) => ({ ...stream, reports: reportsOn(stream, read) }))
}

/** The stream of that source as it was heard, a WAV file. Other work goes on meanwhile. */
export async function listenTo(
  packets: readonly Datagram[],
  messages: readonly TraceMessage[],
  ssrc: string,
): Promise<TraceSound> {
  const read = asRead(packets)
  const stream = rtpStreams(read, messages).find((stream) => stream.ssrc === ssrc)
  if (stream === undefined) return { missing: 'stream' }
  if (stream.sound !== 'whole') return { missing: stream.sound }
  const player = new StreamPlayer(read, stream, { sound: true })
  while (player.step()) await setImmediate()
  return { wav: wavOf(player.result().sound ?? new Int16Array(), soundRate) }
}

/** As a capture has them: what is not RTP, or not RTCP, each reader leaves out. */
const asRead = (packets: readonly Datagram[]): RtpDatagram[] =>
  packets.map(({ atMicros, from, to, payload }) => ({
    atMs: Number(atMicros) / 1000,
    from: formatHostPort({ host: from.address, port: from.port }),
    to: formatHostPort({ host: to.address, port: to.port }),
    payload,
  }))
