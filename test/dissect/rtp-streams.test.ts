import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RtpDatagram, rtpStreams } from '../../electron/dissect/rtp-streams.ts'
import { captured, sdp, sip } from '../support/written-trace.ts'

function packet(
  atMs: number,
  sequence: number,
  over: { ssrc?: number; type?: number; timestamp?: number } = {},
): RtpDatagram {
  const payload = Buffer.alloc(12)
  payload.writeUInt8(0x80, 0)
  payload.writeUInt8(over.type ?? 0, 1)
  payload.writeUInt16BE(sequence & 0xffff, 2)
  payload.writeUInt32BE((over.timestamp ?? sequence * 160) >>> 0, 4)
  payload.writeUInt32BE(over.ssrc ?? 7, 8)
  return { atMs, from: '10.0.0.1:8000', to: '10.0.0.2:9000', payload }
}

const steady = (count: number, first = 0) => Array.from({ length: count }, (_, at) => packet(at * 20, first + at))

test('a steady stream: nothing lost, no jitter, over the turn of the sequence numbers too', () => {
  const [stream] = rtpStreams(steady(250, 65_400), [])
  assert.ok(stream)
  assert.deepEqual([stream.packets, stream.lost, stream.reordered, stream.duplicates], [250, 0, 0, 0])
  assert.deepEqual([stream.codec, stream.ssrc, stream.deltaMaxMs], ['PCMU', '00000007', 20])
  assert.ok(stream.jitterMaxMs < 0.001)
  assert.deepEqual(
    stream.seconds.map(({ packets, lossPercent }) => [packets, lossPercent]),
    Array.from({ length: 5 }, () => [50, 0]),
  )
})

test('lost, late, doubled: counted where they happened', () => {
  const all = steady(200).filter((_, at) => at < 60 || at >= 70)
  const [moved] = all.splice(100, 1)
  all.splice(103, 0, { ...moved!, atMs: all[102]!.atMs + 1 })
  all.push({ ...all.at(-1)!, atMs: all.at(-1)!.atMs + 1 })
  const [stream] = rtpStreams(all, [])
  assert.ok(stream)
  assert.deepEqual([stream.packets, stream.lost, stream.reordered, stream.duplicates], [190, 10, 1, 1])
  assert.equal(stream.lossPercent, 5)
  assert.deepEqual(
    stream.seconds.map(({ lossPercent }) => Math.round(lossPercent)),
    [0, 20, 0, 0],
  )
  assert.equal(stream.deltaMaxMs, 220)
})

test('jitter as RFC 3550 counts it', () => {
  const wobbling = steady(200).map((one, at) => ({ ...one, atMs: one.atMs + (at % 2) * 10 }))
  const [stream] = rtpStreams(wobbling, [])
  assert.ok(stream && stream.jitterMs > 9.9 && stream.jitterMs <= 10, `${stream?.jitterMs}`)
})

test('a source that begins anew has lost nothing; sources and RTCP are told apart; a few packets are chance', () => {
  const jumped = [...steady(50), ...Array.from({ length: 50 }, (_, at) => packet(1000 + at * 20, 30_000 + at))]
  assert.deepEqual(
    rtpStreams(jumped, []).map(({ packets, lost }) => [packets, lost]),
    [[100, 0]],
  )
  const rtcp = { ...packet(5, 1), payload: Buffer.from([0x80, 200, ...Buffer.alloc(26)]) }
  const other = Array.from({ length: 10 }, (_, at) => packet(at * 20, at, { ssrc: 9, type: 101 }))
  const noise = [packet(1, 1, { ssrc: 11 }), { ...packet(2, 1), payload: Buffer.from('text, and none that is RTP') }]
  const invite = captured([[0, 'a:1', 'b:1', sip('INVITE sip:b SIP/2.0', { body: sdp('10.0.0.2', 9000, '0 101') })]])
  assert.deepEqual(
    rtpStreams([...steady(20), rtcp, ...other, ...noise], invite).map(({ ssrc, packets, codec }) => [
      ssrc,
      packets,
      codec,
    ]),
    [
      ['00000007', 20, 'PCMU'],
      ['00000009', 10, 'telephone-event'],
    ],
  )
})

test('over IPv6, too, a type stands for what the description of its address says', () => {
  const described = (address: string, port: number, encoding: string) => ({
    body: sdp(address, port, '97', [`a=rtpmap:97 ${encoding}/8000`]),
  })
  const messages = captured([
    [0, 'a:1', 'b:1', sip('INVITE sip:b SIP/2.0', described('2001:db8::1', 8000, 'speex'))],
    [1, 'b:1', 'a:1', sip('SIP/2.0 200 OK', described('2001:db8::2', 9000, 'iLBC'))],
  ])
  const to = '[2001:db8::2]:9000'
  const packets = Array.from({ length: 10 }, (_, at) => ({ ...packet(at * 20, at, { type: 97 }), to }))
  assert.deepEqual(
    rtpStreams(packets, messages).map(({ codec }) => codec),
    ['iLBC'],
  )
})
