import assert from 'node:assert/strict'
import { parseRtp, writeRtpHeader } from '../../../native/rtp/packet.ts'
import type { RtcpPacket } from '../../../native/rtp/rtcp/packet.ts'
import { parseRtcp } from '../../../native/rtp/rtcp/parse.ts'
import { writeRtcp } from '../../../native/rtp/rtcp/write.ts'
import { parseTelephoneEvent, writeTelephoneEvent } from '../../../native/rtp/telephone-event.ts'
import { RtpSession } from '../../../native/session/session.ts'
import type { FuzzTarget } from './target.ts'
import { sessionConfig } from '../session-config.ts'

const peer = { address: '192.0.2.2', port: 5_000 }
const frame = new Int16Array(160)

function rtp(payloadType: number, payload: Uint8Array, sequence: number): Buffer {
  const header = new Uint8Array(12)
  writeRtpHeader(header, { marker: sequence === 1, payloadType, sequence, timestamp: 160 * sequence, ssrc: 0xcafe })
  return Buffer.concat([header, payload])
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
export function rtpTarget(random: () => number): FuzzTarget {
  const drop = () => {}
  const session = new RtpSession(
    { sendRtp: drop, sendRtcp: drop, onDigit: drop },
    { cname: 'fuzz@test', random: () => random() * 0x1_0000_0000, now: 0 },
  )
  const receivePayloadTypes = { 0: 'PCMU', 8: 'PCMA', 9: 'G722' } as const
  session.configure(sessionConfig(peer, { codec: 'G722', payloadType: 9, receivePayloadTypes }))
  let now = 0
  return {
    corpus: [
      rtp(8, new Uint8Array(160).fill(0xd5), 1),
      rtp(0, new Uint8Array(160).fill(0xff), 2),
      rtp(
        9,
        Uint8Array.from({ length: 160 }, (_, i) => (i * 37) & 0xff),
        2,
      ),
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
      session.receiveRtp(bytes, peer, now)
      session.receiveRtcp(bytes, { ...peer, port: peer.port + 1 }, now, now)
      session.take(frame, now)
      session.poll(now, now)
      const { received } = session.quality(0)
      for (const figure of Object.values(received))
        assert.ok(typeof figure !== 'number' || Number.isFinite(figure), JSON.stringify(received))
      return packet !== undefined || packets !== undefined
    },
  }
}
