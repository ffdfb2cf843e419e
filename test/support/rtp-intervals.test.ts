import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rtpPacket } from './peers/rtp-endpoint.ts'
import { readCapture, rtpStreams, spread } from './rtp-intervals.ts'

/** A capture of loopback as tcpdump writes it. */
function capture(packets: readonly { ms: number; udp: Uint8Array; from: number; to: number }[]): Buffer {
  const head = Buffer.alloc(24)
  head.writeUInt32LE(0xa1b2c3d4, 0)
  head.writeUInt32LE(1, 20)
  const records = packets.map(({ ms, udp, from, to }) => {
    const frame = Buffer.alloc(14 + 20 + 8)
    frame[14] = 0x45
    frame[23] = 17
    frame.writeUInt16BE(from, 34)
    frame.writeUInt16BE(to, 36)
    const record = Buffer.alloc(16)
    record.writeUInt32LE(Math.floor(ms / 1000), 0)
    record.writeUInt32LE(Math.round((ms % 1000) * 1000), 4)
    record.writeUInt32LE(frame.length + udp.length, 8)
    return Buffer.concat([record, frame, udp])
  })
  return Buffer.concat([head, ...records])
}

const rtp = (sequence: number, ssrc = 7) =>
  rtpPacket({ sequence, timestamp: sequence * 160, ssrc, payload: new Uint8Array(160) })

test('intervals, losses and streams of a capture', () => {
  const even = Array.from({ length: 100 }, (_, i) => ({
    ms: 5000 + i * 20,
    udp: rtp(65_500 + i),
    from: 8000,
    to: 9000,
  }))
  const uneven = Array.from({ length: 100 }, (_, i) => ({
    ms: 5000 + i * 20 + (i % 2 === 0 ? 0 : 2),
    udp: rtp(i < 50 ? i : i + 3, 9),
    from: 8002,
    to: 9002,
  }))
  const rtcp = Array.from({ length: 60 }, (_, i) => ({
    ms: 5000 + i,
    udp: Buffer.from('80c9000100000007000000000000', 'hex'),
    from: 8001,
    to: 9001,
  }))
  const streams = rtpStreams(readCapture(capture([...even, ...uneven, ...rtcp])))
  assert.deepEqual(
    streams.map(({ sourcePort, ssrc, packets, lost }) => [sourcePort, ssrc, packets, lost]),
    [
      [8000, 7, 100, 0],
      [8002, 9, 100, 3],
    ],
  )
  const [first, second] = streams
  assert.ok(first!.sd < 0.001 && Math.abs(first!.max - 20) < 0.001)
  assert.ok(Math.abs(second!.sd - 2) < 0.01 && Math.abs(second!.max - 22) < 0.01)
})

test('a capture cut short is read as far as it goes, anything else is refused', () => {
  const whole = capture([
    { ms: 1, udp: rtp(1), from: 1, to: 2 },
    { ms: 2, udp: rtp(2), from: 1, to: 2 },
  ])
  assert.equal(readCapture(whole.subarray(0, whole.length - 190)).length, 1)
  assert.deepEqual(readCapture(new Uint8Array()), [])
  assert.throws(() => readCapture(Buffer.alloc(100)))
})

test('the spread of nothing is nothing', () => {
  assert.deepEqual(spread([]), { mean: 0, sd: 0, p50: 0, p99: 0, max: 0 })
  assert.deepEqual(spread([3, 1, 2]).p50, 2)
})
