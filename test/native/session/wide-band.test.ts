import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CodecName } from '../../../native/protocol.ts'
import { parseRtp } from '../../../native/rtp/packet.ts'
import { seeded } from '../../support/seeded.ts'
import { config, Pair } from '../../support/session-pair.ts'
import { level } from '../../support/sound.ts'

const near = (found: number, wanted: number, by = 1) => assert.ok(Math.abs(found - wanted) < by, `${found} dBFS`)
const full = 20 * Math.log10(8000 / 32_768)

test('what only wide band carries arrives; the clock counts 8000 a second, a packet has 160 bytes', () => {
  const pair = new Pair()
  pair.sides.a.configure(config('G722', 'b'))
  pair.sides.b.configure(config('G722', 'a'))
  assert.deepEqual([pair.sides.a.rate, pair.sides.b.rate], [16_000, 16_000])
  const heard = pair.talk(2000, { a: 5500, b: 300 })
  near(level(heard.b.subarray(16_000), 5500, 16_000), full)
  near(level(heard.a.subarray(16_000), 300, 16_000), full)
  const packets = pair.wire.filter(({ from }) => from === 'a').map(({ datagram }) => parseRtp(datagram)!)
  assert.equal(packets.length, 100)
  assert.ok(packets.every(({ payload, payloadType }) => payload.length === 160 && payloadType === 9))
  assert.ok(packets.every(({ timestamp }, i) => i === 0 || (timestamp - packets[i - 1]!.timestamp) >>> 0 === 160))
  const { received, sent } = pair.sides.b.quality(0)
  assert.deepEqual([received.codec, received.lost, received.concealedMs, sent.kbpsEthernet], ['G722', 0, 0, 87.2])
})

for (const ptimeMs of [10, 30, 60])
  test(`${ptimeMs} ms in a packet`, () => {
    const pair = new Pair()
    pair.sides.a.configure(config('G722', 'b', { ptimeMs }))
    pair.sides.b.configure(config('G722', 'a', { ptimeMs }))
    const heard = pair.talk(1800, { a: 5500, b: 300 })
    near(level(heard.b.subarray(16_000), 5500, 16_000), full)
    assert.equal(parseRtp(pair.wire[0]!.datagram)!.payload.length, ptimeMs * 8)
  })

test('each side may send what it likes of what was agreed on', () => {
  const pair = new Pair()
  pair.sides.a.configure(config('G722', 'b'))
  pair.sides.b.configure(config('PCMA', 'a'))
  const heard = pair.talk(2000, { a: 900, b: 1700 })
  near(level(heard.b.subarray(8000), 900, 8000), full)
  near(level(heard.a.subarray(16_000), 1700, 16_000), full)
  assert.equal(pair.sides.b.quality(0).received.concealedMs, 0)
})

test('another codec in the middle of a call: the stream goes on, and so does the sound', () => {
  const pair = new Pair()
  const agree = (codec: CodecName) => {
    pair.sides.a.configure(config(codec, 'b'))
    pair.sides.b.configure(config(codec, 'a'))
  }
  agree('PCMU')
  pair.talk(1000, { a: 900, b: 900 })
  for (const [codec, rate] of [
    ['G722', 16_000],
    ['PCMA', 8000],
    ['G722', 16_000],
  ] as const) {
    agree(codec)
    const heard = pair.talk(1000, { a: 900, b: 1700 })
    near(level(heard.b.subarray(rate / 5), 900, rate), full)
    near(level(heard.a.subarray(rate / 5), 1700, rate), full)
  }
  const packets = pair.wire.filter(({ from }) => from === 'a').map(({ datagram }) => parseRtp(datagram)!)
  assert.equal(new Set(packets.map(({ ssrc }) => ssrc)).size, 1)
  assert.ok(packets.every(({ timestamp }, i) => i === 0 || (timestamp - packets[i - 1]!.timestamp) >>> 0 === 160))
  assert.ok(pair.sides.b.quality(0).received.gapMaxMs <= 40)
})

test('loss is covered, in wide band too', () => {
  const pair = new Pair()
  const random = seeded(5)
  pair.drops = () => random() < 0.05
  pair.sides.a.configure(config('G722', 'b'))
  pair.sides.b.configure(config('G722', 'a'))
  const heard = pair.talk(6000, { a: 180, b: 180 })
  const tenths = Array.from({ length: 50 }, (_, k) =>
    level(heard.b.subarray(k * 1600 + 8000, k * 1600 + 9600), 180, 16_000),
  )
  assert.ok(tenths.filter((dbfs) => dbfs > full - 3).length >= 48, tenths.map(Math.round).join(' '))
  const { received } = pair.sides.b.quality(0)
  assert.ok(received.lost > 5 && received.concealedMs >= received.lost * 20 - 40)
})

for (const way of ['rfc4733', 'inband'] as const)
  test(`digits, ${way}, arrive once each and last as long as they should`, () => {
    const pair = new Pair()
    pair.sides.a.configure(config('G722', 'b'))
    pair.sides.b.configure(config('G722', 'a'))
    pair.talk(400, { a: 300, b: 300 })
    const told: boolean[] = []
    pair.sides.a.dtmf('159#', 100, way, (ok) => told.push(ok))
    pair.talk(1600, { a: 300, b: 300 })
    assert.deepEqual(told, [true])
    assert.deepEqual(
      pair.digits,
      ['1', '5', '9', '#'].map((digit) => `b ${digit} ${way}`),
    )
  })
