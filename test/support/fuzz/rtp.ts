import assert from 'node:assert/strict'
import { codecByName } from '../../../native/codec/codec.ts'
import { loadOpus } from '../../../native/opus-file.ts'
import { parseRtp, writeRtpHeader } from '../../../native/rtp/packet.ts'
import type { RtcpPacket } from '../../../native/rtp/rtcp/packet.ts'
import { parseRtcp } from '../../../native/rtp/rtcp/parse.ts'
import { writeRtcp } from '../../../native/rtp/rtcp/write.ts'
import { parseTelephoneEvent, writeTelephoneEvent } from '../../../native/rtp/telephone-event.ts'
import { RtpSession } from '../../../native/session/session.ts'
import type { FuzzTarget } from './target.ts'
import { sessionConfig } from '../session-config.ts'
import { speech } from '../sound.ts'

const peer = { address: '192.0.2.2', port: 5_000 }
const frame = new Int16Array(160)

function rtp(payloadType: number, payload: Uint8Array, sequence: number): Buffer {
  const header = new Uint8Array(12)
  writeRtpHeader(header, { marker: sequence === 1, payloadType, sequence, timestamp: 160 * sequence, ssrc: 0xcafe })
  return Buffer.concat([header, payload])
}

/** Of each length there is, with what repeats the packet before and without. */
function opusPackets(): Uint8Array[] {
  const opus = codecByName('Opus')
  return [10, 20, 40, 60].flatMap((ms) => {
    const encoder = opus.encoder({ opus: { fec: ms >= 20 } })
    encoder.expectLoss?.(20)
    const [sound, samples] = [speech(1, 3), ms * 16]
    const packets: Uint8Array[] = []
    for (let at = 0; at + samples <= sound.length; at += samples) {
      const packet = new Uint8Array(1000)
      packets.push(packet.subarray(0, encoder.encode(sound.subarray(at, at + samples), packet)))
    }
    return packets.slice(-2)
  })
}

const report = {
  ssrc: 0xcafe,
  fractionLost: 51,
  cumulativeLost: -3,
  highestSequence: 0x1fffe,
  jitter: 77,
  lastReport: 0xb705_2000,
  delaySinceLastReport: 0x54000,
}
const compound: Exclude<RtcpPacket, { type: 'other' }>[] = [
  {
    type: 'sender-report',
    ssrc: 1,
    sender: { ntp: [0xe000_0000, 0x8000_0000], rtpTimestamp: 5, packets: 1_234, octets: 197_440 },
    reports: [report],
  },
  { type: 'source-description', chunks: [{ ssrc: 1, cname: 'a@example.org' }] },
  { type: 'bye', ssrcs: [1], reason: 'gone' },
]

/** RTP, telephone events and RTCP, up to the sound of a session in virtual time. */
export async function rtpTarget(random: () => number): Promise<FuzzTarget> {
  await loadOpus()
  const drop = () => {}
  const session = new RtpSession(
    { sendRtp: drop, sendRtcp: drop, onDigit: drop },
    { cname: 'fuzz@test', random: () => random() * 0x1_0000_0000, now: 0 },
  )
  const receivePayloadTypes = { 0: 'PCMU', 8: 'PCMA', 9: 'G722', 96: 'Opus' } as const
  session.configure(sessionConfig(peer, { codec: 'G722', payloadType: 9, receivePayloadTypes }))
  let now = 0
  let played = 0
  return {
    corpus: [
      rtp(8, new Uint8Array(160).fill(0xd5), 1),
      rtp(0, new Uint8Array(160).fill(0xff), 2),
      rtp(
        9,
        Uint8Array.from({ length: 160 }, (_, i) => (i * 37) & 0xff),
        2,
      ),
      ...opusPackets().map((payload, i) => rtp(96, payload, 3 + i)),
      rtp(101, writeTelephoneEvent({ event: 5, end: true, volume: 10, duration: 800 }), 3),
      Buffer.from('b1080004000002800000cafe00000001bede00010102030400000004', 'hex'),
      Buffer.from(writeRtcp(compound)),
      Buffer.from(writeRtcp([{ type: 'receiver-report', ssrc: 1, reports: [report, report] }])),
    ],
    read(bytes) {
      now += 20
      const packet = parseRtp(bytes)
      if (packet) parseTelephoneEvent(packet.payload)
      const packets = parseRtcp(bytes)
      const known = packets?.flatMap((each) => (each.type === 'other' ? [] : [each])) ?? []
      if (known.length > 0 && known.length === packets?.length)
        assert.ok(parseRtcp(writeRtcp(known)), 'what was written can be read')
      if (packet && random() < 0.8) renumber(bytes, now)
      session.receiveRtp(bytes, peer, now)
      session.receiveRtcp(bytes, { ...peer, port: peer.port + 1 }, now, now)
      session.take(frame, now)
      session.poll(now, now)
      const { received } = session.quality(0)
      if (frame.some((sample) => sample !== 0)) played++
      for (const figure of Object.values(received))
        assert.ok(typeof figure !== 'number' || Number.isFinite(figure), JSON.stringify(received))
      return packet !== undefined || packets !== undefined
    },
    async close() {
      assert.ok(played > now / 20 / 4, `sound in ${played} of ${now / 20} frames`)
    },
  }
}

/** In the order of one stream, or nearly nothing would ever be played. */
function renumber(bytes: Buffer, now: number): void {
  bytes.writeUInt16BE((now / 20) & 0xffff, 2)
  bytes.writeUInt32BE((now * ((bytes.readUInt8(1) & 0x7f) === 96 ? 48 : 8)) >>> 0, 4)
  bytes.writeUInt32BE(0xcafe, 8)
}
