import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { loadOpus } from '../../../native/opus-file.ts'
import type { CodecName, SessionConfig, SrtpKeying } from '../../../native/protocol.ts'
import { parseRtp } from '../../../native/rtp/packet.ts'
import { parseRtcp } from '../../../native/rtp/rtcp/parse.ts'
import { config, Pair } from '../../support/session-pair.ts'

/** RFC 7160: what happens where another codec counts time by another clock. */

before(loadOpus)

const key = (letter: string) => Buffer.alloc(30, letter).toString('base64')
const keys = (send: string, receive: string): SrtpKeying => ({
  suite: 'AES_CM_128_HMAC_SHA1_80',
  send: key(send),
  receive: key(receive),
})

function agree(pair: Pair, codec: CodecName, more: Partial<Record<'a' | 'b', Partial<SessionConfig>>> = {}): void {
  const types = { ...config('Opus', 'b').receivePayloadTypes }
  pair.sides.a.configure({ ...config(codec, 'b', more.a), receivePayloadTypes: types })
  pair.sides.b.configure({ ...config(codec, 'a', more.b), receivePayloadTypes: types })
}

const ssrcs = (pair: Pair) => [
  ...new Set(pair.wire.filter(({ from }) => from === 'a').map(({ datagram }) => parseRtp(datagram)!.ssrc)),
]

test('the stream is another one, the peer is told what both clocks say, and BYE of the first', () => {
  const pair = new Pair()
  agree(pair, 'PCMU')
  pair.talk(1000, { a: 900, b: 900 })
  const { timestamp: last } = parseRtp(pair.wire.findLast(({ from }) => from === 'a')!.datagram)!
  agree(pair, 'Opus')
  pair.talk(100, { a: 900, b: 900 })
  const [old, current] = ssrcs(pair)
  pair.sides.a.poll(pair.now, 1_700_000_000_000)
  const [first, second, description, bye, ...more] = parseRtcp(pair.reports[0]!.datagram)!
  assert.ok(first?.type === 'sender-report' && second?.type === 'sender-report' && more.length === 0)
  assert.deepEqual([first.ssrc, first.sender.packets], [current, 5])
  assert.deepEqual([second.ssrc, second.sender.packets, second.sender.octets], [old, 50, 50 * 160])
  // The last packet of the first stream, and 100 ms: its clock went on.
  assert.equal((second.sender.rtpTimestamp - last) >>> 0, 160 + 800)
  assert.deepEqual(first.sender.ntp, second.sender.ntp)
  assert.ok(description?.type === 'source-description' && description.chunks.length === 2)
  assert.deepEqual(bye, { type: 'bye', ssrcs: [old] })
  pair.sides.a.poll(pair.now, 1_700_000_000_020)
  assert.equal(pair.reports.length, 1, 'said once')
  assert.equal(pair.sides.a.quality(0).sent.packets, 55, 'the call has all of them')
})

test('a clock that comes again has yet another stream; the same clock goes on in its own', () => {
  const pair = new Pair()
  for (const codec of ['PCMU', 'G722', 'PCMA', 'Opus', 'PCMU'] as const) {
    agree(pair, codec)
    pair.talk(200, { a: 900, b: 900 })
  }
  assert.equal(ssrcs(pair).length, 3)
})

test('encrypted, the next stream begins at a roll-over counter of zero, wherever the last one was', () => {
  const pair = new Pair({ ssrc: 7, sequence: 0xffff - 20, timestamp: 0 })
  const srtp = { a: { srtp: keys('a', 'b') }, b: { srtp: keys('b', 'a') } }
  agree(pair, 'PCMU', srtp)
  pair.talk(1000, { a: 900, b: 900 })
  agree(pair, 'Opus', srtp)
  pair.talk(1000, { a: 900, b: 900 })
  const { received } = pair.sides.b.quality(0)
  assert.deepEqual([received.packets, received.lost, received.refused], [100, 0, undefined])
})

test('a source after BYE is heard at once, by its own count', () => {
  const pair = new Pair()
  agree(pair, 'PCMU')
  pair.talk(1000, { a: 900, b: 900 })
  agree(pair, 'Opus')
  pair.talk(20, { a: 900, b: 900 })
  pair.sides.a.poll(pair.now, 1_700_000_000_000)
  const before = pair.sides.b.quality(0).received
  pair.talk(600, { a: 900, b: 900 })
  const { late, concealedMs } = pair.sides.b.quality(0).received
  assert.equal(late, before.late)
  assert.ok(concealedMs - before.concealedMs <= 60, `${concealedMs - before.concealedMs} ms`)
})

test('a digit that is being sent meanwhile is heard once, and those that wait follow', () => {
  const pair = new Pair()
  const told: boolean[] = []
  agree(pair, 'PCMU')
  pair.talk(500, { a: 300, b: 300 })
  pair.sides.a.dtmf('12', 200, 'rfc4733', (ok) => told.push(ok))
  pair.talk(100, { a: 300, b: 300 })
  agree(pair, 'Opus')
  pair.talk(1000, { a: 300, b: 300 })
  assert.deepEqual(told, [true])
  assert.deepEqual(pair.digits, ['b 1 rfc4733', 'b 2 rfc4733'])
})
