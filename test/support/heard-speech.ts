import { pcmu } from '../../native/codec/pcmu.ts'
import type { SessionConfig } from '../../native/protocol.ts'
import { writeRtpHeader } from '../../native/rtp/packet.ts'
import { RtpSession } from '../../native/session/session.ts'
import { impairment, type Impairment } from './impairments.ts'

/** A receiving phone in virtual time: speech in as RTP packets over a bad network, out comes what the speaker is given. */

interface HearingOptions {
  readonly seed?: number
  /** Of the packets, milliseconds. */
  readonly ptimeMs?: number
  /** When within its 20 ms the speaker asks. */
  readonly phaseMs?: number
  /** How late the speaker asks for its frame k, milliseconds: the card itself plays from its queue without a break. */
  readonly lateMs?: (k: number) => number
  /** Called after each frame. */
  readonly each?: (session: RtpSession, now: number) => void
}

interface Hearing {
  /** What a perfect receiver would have played: the speech after one mu-law round trip. */
  readonly reference: Int16Array
  /** Sample 0: the moment at which the first packet was to leave. */
  readonly heard: Int16Array
  readonly session: RtpSession
}

const TAIL_MS = 1500
const peer = { address: '192.0.2.2', port: 5000 }
const config = (ptimeMs: number): SessionConfig => ({
  remote: { address: peer.address, rtpPort: peer.port, rtcpPort: peer.port + 1 },
  sending: true,
  receiving: true,
  codec: 'PCMU',
  payloadType: 0,
  receivePayloadTypes: { 0: 'PCMU' },
  telephoneEvent: { send: 101, receive: 101 },
  ptimeMs,
})

export function hear(speech: Int16Array, profile: Impairment, options: HearingOptions = {}): Hearing {
  const { seed = 1, ptimeMs = 20, phaseMs = 13, lateMs = () => 0, each } = options
  const deaf = { sendRtp() {}, sendRtcp() {}, onDigit() {} }
  const session = new RtpSession(deaf, { cname: 'ear@test', random: () => seed, now: 0 })
  session.configure(config(ptimeMs))
  const count = Math.floor(speech.length / (ptimeMs * 8))
  const coded = new Uint8Array(speech.length)
  pcmu.encode(speech, coded)
  const reference = new Int16Array(speech.length)
  pcmu.decode(coded, reference)
  const silent = new Uint8Array(ptimeMs * 8).fill(0xff)
  const network = impairment(profile, seed)
  const arrivals: { readonly at: number; readonly datagram: Uint8Array }[] = []
  for (let k = 0; k < count + Math.floor(TAIL_MS / ptimeMs); k++) {
    const datagram = new Uint8Array(12 + ptimeMs * 8)
    const timestamp = (16_000 + k * ptimeMs * 8) >>> 0
    writeRtpHeader(datagram, { marker: k === 0, payloadType: 0, sequence: 1000 + k, timestamp, ssrc: 7 })
    datagram.set(k < count ? coded.subarray(k * ptimeMs * 8, (k + 1) * ptimeMs * 8) : silent, 12)
    for (const at of network(k * ptimeMs)) arrivals.push({ at, datagram })
  }
  arrivals.sort((a, b) => a.at - b.at)
  const heard = new Int16Array(speech.length + TAIL_MS * 8)
  const frame = new Int16Array(160)
  let next = 0
  let now = 0
  for (let k = 0; (k + 1) * frame.length + phaseMs * 8 <= heard.length; k++) {
    now = Math.max(now, phaseMs + k * 20 + lateMs(k))
    for (let arrival = arrivals[next]; arrival && arrival.at <= now; arrival = arrivals[++next])
      session.receiveRtp(arrival.datagram, peer, arrival.at)
    session.take(frame, now)
    heard.set(frame, Math.round((phaseMs + k * 20) * 8))
    each?.(session, now)
  }
  return { reference, heard, session }
}
