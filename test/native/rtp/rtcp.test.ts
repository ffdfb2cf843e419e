import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reportInterval } from '../../../native/rtp/rtcp/interval.ts'
import type { RtcpPacket } from '../../../native/rtp/rtcp/packet.ts'
import { parseRtcp } from '../../../native/rtp/rtcp/parse.ts'
import { writeRtcp } from '../../../native/rtp/rtcp/write.ts'
import { seeded } from '../../support/seeded.ts'

const report = {
  ssrc: 0xdeadbeef,
  fractionLost: 51,
  cumulativeLost: -3,
  highestSequence: 0x1fffe,
  jitter: 77,
  lastReport: 0xb7052000,
  delaySinceLastReport: 0x54000,
}
const compound = [
  {
    type: 'sender-report',
    ssrc: 0x80000001,
    sender: { ntp: [0xe0000000, 0x80000000], rtpTimestamp: 0xfffffff0, packets: 1234, octets: 197_440 },
    reports: [report, { ...report, cumulativeLost: 0x7fffff }],
  },
  {
    type: 'source-description',
    chunks: [
      { ssrc: 0x80000001, cname: 'föö@example.org' },
      { ssrc: 5, cname: 'abc' },
    ],
  },
  { type: 'bye', ssrcs: [0x80000001], reason: 'gone' },
] as const satisfies RtcpPacket[]

test('a compound packet is read as it was written', () => {
  assert.deepEqual(parseRtcp(writeRtcp(compound)), compound)
})

test('CNAMEs of every length end with a zero on a word', () => {
  for (let length = 0; length <= 255; length++) {
    const packets = [
      { type: 'receiver-report', ssrc: 1, reports: [] },
      { type: 'source-description', chunks: [{ ssrc: 1, cname: 'x'.repeat(length) }] },
    ] as const
    const bytes = writeRtcp(packets)
    assert.equal(bytes.length % 4, 0)
    assert.deepEqual(parseRtcp(bytes), packets)
  }
})

test('what RFC 3550 A.2 refuses is refused', () => {
  const good = writeRtcp(compound)
  const bad: Record<string, (bytes: Uint8Array) => Uint8Array> = {
    'SDES first': () => writeRtcp(compound.slice(1)),
    'padding on the first': (bytes) => ((bytes[0]! |= 0x20), bytes),
    'another version': (bytes) => ((bytes[0]! &= 0x7f), bytes),
    'cut off': (bytes) => bytes.subarray(0, bytes.length - 4),
    'an odd byte': (bytes) => Uint8Array.from([...bytes, 0]),
    'more blocks than bytes': (bytes) => ((bytes[0] = 0x80 | 31), bytes),
    empty: () => new Uint8Array(0),
  }
  for (const [what, change] of Object.entries(bad)) assert.equal(parseRtcp(change(good.slice())), undefined, what)
})

test('unknown packet types inside a compound are passed over', () => {
  const feedback = Uint8Array.of(0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2)
  const bytes = Uint8Array.from([...writeRtcp(compound), ...feedback])
  assert.deepEqual(parseRtcp(bytes)?.at(-1), { type: 'other', packetType: 206 })
})

test('100,000 random and mutated datagrams never throw', () => {
  const random = seeded(2)
  const valid = writeRtcp(compound)
  let accepted = 0
  for (let round = 0; round < 100_000; round++) {
    const bytes = valid.slice(0, random() < 0.3 ? 4 * Math.floor((random() * valid.length) / 4) : valid.length)
    for (let k = random() * 4; k > 0 && bytes.length > 0; k--)
      bytes[Math.floor(random() * bytes.length)] = random() * 256
    if (parseRtcp(bytes)) accepted++
  }
  assert.ok(accepted > 1000 && accepted < 100_000)
})

test('a few senders share a quarter of the bandwidth, the others the rest; many senders share all of it', () => {
  const input = { bandwidth: 100, averageSize: 200, initial: false, random: Math.E - 2 }
  // Chosen so that the random part is 1: what is left is size * sharers / share.
  const seconds = (more: { members: number; senders: number; weSent: boolean }) =>
    Math.round(reportInterval({ ...input, ...more }) / 1000)
  assert.equal(seconds({ members: 100, senders: 20, weSent: true }), (200 * 20) / 25)
  assert.equal(seconds({ members: 100, senders: 20, weSent: false }), Math.round((200 * 80) / 75))
  assert.equal(seconds({ members: 100, senders: 25, weSent: true }), (200 * 25) / 25)
  assert.equal(seconds({ members: 100, senders: 26, weSent: true }), (200 * 100) / 100)
  assert.equal(seconds({ members: 2, senders: 2, weSent: true }), 5, 'never below 5 s')
})

test('the interval is 5 s on average spread over 0.5 to 1.5 of it, the first one half', () => {
  const input = { members: 2, senders: 2, bandwidth: 400, weSent: true, averageSize: 130, initial: false }
  const random = seeded(3)
  const intervals = Array.from({ length: 20_000 }, () => reportInterval({ ...input, random: random() }))
  const mean = intervals.reduce((sum, ms) => sum + ms, 0) / intervals.length
  assert.ok(Math.abs(mean - 5000 / (Math.E - 1.5)) < 50, `${mean}`)
  assert.ok(Math.min(...intervals) > 2050 && Math.max(...intervals) < 6160)
  assert.equal(reportInterval({ ...input, initial: true, random: 0.5 }), 2500 / (Math.E - 1.5))
})

test('many members share the bandwidth', () => {
  const input = {
    members: 1000,
    senders: 10,
    bandwidth: 400,
    weSent: false,
    averageSize: 100,
    initial: false,
    random: 0.5,
  }
  assert.equal(reportInterval(input), (1000 * 100 * 990) / 300 / (Math.E - 1.5))
})
