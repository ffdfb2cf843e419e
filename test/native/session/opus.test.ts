import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { Conversion } from '../../../native/audio/conversion.ts'
import { loadOpus } from '../../../native/opus-file.ts'
import type { CodecName, OpusParameters } from '../../../native/protocol.ts'
import { parseRtp } from '../../../native/rtp/packet.ts'
import { compareSound } from '../../support/audio-compare.ts'
import { seeded } from '../../support/seeded.ts'
import { config, Pair } from '../../support/session-pair.ts'
import { level } from '../../support/sound.ts'
import { readSound, speechFiles } from '../../support/wav.ts'

const rate = 16_000
const fec: OpusParameters = { fec: true }

let voice = new Int16Array(0)
before(async () => {
  await loadOpus()
  const { samples } = await readSound(speechFiles.alice)
  const seconds = Math.min(10, Math.floor(samples.length / 8000))
  voice = new Conversion().convert(samples.subarray(0, seconds * 8000), 8000, rate).slice()
})

const opus = (to: 'a' | 'b', parameters: OpusParameters = fec, ptimeMs = 20) =>
  config('Opus', to, { opus: parameters, ptimeMs })

function pairOf(parameters?: OpusParameters, ptimeMs?: number): Pair {
  const pair = new Pair()
  pair.sides.a.configure(opus('b', parameters, ptimeMs))
  pair.sides.b.configure(opus('a', parameters, ptimeMs))
  return pair
}

const sentBy = (pair: Pair, side: 'a' | 'b') =>
  pair.wire.filter(({ from }) => from === side).map(({ datagram }) => parseRtp(datagram)!)
const near = (found: number, wanted: number, by: number) => assert.ok(Math.abs(found - wanted) < by, `${found} dBFS`)
const full = 20 * Math.log10(8000 / 32_768)

test('speech arrives; the clock counts 48000 a second, and little more than half of G.711 is on the wire', () => {
  const pair = pairOf()
  const heard = pair.say({ a: voice, b: voice })
  const same = compareSound(voice, heard.b, { rate })
  assert.ok(same.windows >= 5 && same.median > 0.9, JSON.stringify(same))
  const packets = sentBy(pair, 'a')
  assert.ok(packets.every(({ timestamp }, i) => i === 0 || (timestamp - packets[i - 1]!.timestamp) >>> 0 === 960))
  const { received, sent } = pair.sides.b.quality(0)
  assert.deepEqual([received.codec, received.lost, received.concealedMs, sent.codec], ['Opus', 0, 0, 'Opus'])
  assert.ok(sent.kbpsIp < 48, `${sent.kbpsIp} kbit/s`)
  assert.ok(received.rFactor > 80 && received.jitterMs < 1, JSON.stringify(received))
})

test('what only wide band carries arrives, unless the peer plays less', () => {
  const wide = pairOf().talk(2000, { a: 5500, b: 300 })
  near(level(wide.b.subarray(rate), 5500, rate), full, 3)
  const narrow = pairOf({ fec: true, maxRate: 8000 }).talk(2000, { a: 5500, b: 300 })
  assert.ok(level(narrow.b.subarray(rate), 5500, rate) < full - 30)
})

for (const [ptimeMs, sent] of [
  [10, 10],
  [20, 20],
  [30, 20],
  [40, 40],
  [50, 40],
  [60, 60],
] as const)
  test(`${ptimeMs} ms wanted, ${sent} ms in a packet`, () => {
    const pair = pairOf(fec, ptimeMs)
    const heard = pair.talk(2400, { a: 300, b: 900 })
    near(level(heard.b.subarray(rate), 300, rate), full, 3)
    const [first, second] = sentBy(pair, 'a')
    assert.equal((second!.timestamp - first!.timestamp) >>> 0, sent * 48)
    assert.equal(pair.sides.b.quality(0).delayMs.packetization, sent)
  })

for (const seed of [1, 2, 3, 4, 5])
  test(`the packet after a lost one has its sound as well (seed ${seed})`, () => {
    const run = (parameters: OpusParameters) => {
      const pair = pairOf(parameters)
      const random = seeded(seed)
      pair.drops = () => random() < 0.08
      const { b } = pair.say({ a: voice, b: voice })
      return { ...compareSound(voice, b, { rate }), ...pair.sides.b.quality(0).received }
    }
    const [mended, covered] = [run(fec), run({ fec: false })]
    assert.equal(covered.recovered, undefined)
    // Two in a row lose the first of them, and pauses are not sent twice.
    assert.ok(mended.lost > 10 && (mended.recovered ?? 0) > mended.lost / 3, JSON.stringify(mended))
    assert.ok(mended.concealedMs < covered.concealedMs, `${mended.concealedMs} ${covered.concealedMs}`)
    assert.ok(mended.segmentalSnrDb > covered.segmentalSnrDb, `${mended.segmentalSnrDb} ${covered.segmentalSnrDb}`)
    assert.ok(mended.rFactor > covered.rFactor)
  })

test('from Opus to others and back in the middle of a call: each clock has a stream of its own, and the sound goes on', () => {
  const pair = new Pair()
  const agree = (codec: CodecName) => {
    pair.sides.a.configure(codec === 'Opus' ? opus('b') : config(codec, 'b'))
    pair.sides.b.configure(codec === 'Opus' ? opus('a') : config(codec, 'a'))
  }
  agree('PCMU')
  pair.talk(1000, { a: 900, b: 900 })
  for (const codec of ['Opus', 'G722', 'Opus', 'PCMA'] as const) {
    agree(codec)
    const heard = pair.talk(1200, { a: 900, b: 1700 })
    const at = pair.sides.b.rate
    near(level(heard.b.subarray(at / 5), 900, at), full, 2)
    near(level(heard.a.subarray(at / 5), 1700, at), full, 2)
  }
  assert.equal(new Set(sentBy(pair, 'a').map(({ ssrc }) => ssrc)).size, 5)
  const { received } = pair.sides.b.quality(0)
  assert.ok(received.gapMaxMs <= 40 && received.late <= 2, JSON.stringify(received))
})

for (const clockRate of [8000, 48_000])
  for (const way of ['rfc4733', 'inband'] as const)
    test(`digits, ${way}, events by a clock of ${clockRate}: once each, and nothing of them is lost sound`, () => {
      const pair = new Pair()
      const telephoneEvent = { send: 101, receive: 101, clockRate }
      pair.sides.a.configure({ ...opus('b'), telephoneEvent })
      pair.sides.b.configure({ ...opus('a'), telephoneEvent })
      // Right after a loud tone a coder for speech takes tens of milliseconds to find two others.
      const quiet = new Int16Array(rate / 2)
      pair.say({ a: quiet, b: quiet })
      const told: boolean[] = []
      pair.sides.a.dtmf('159#', 100, way, (ok) => told.push(ok))
      pair.talk(1600, { a: 300, b: 300 })
      assert.deepEqual(told, [true])
      assert.deepEqual(
        pair.digits,
        ['1', '5', '9', '#'].map((digit) => `b ${digit} ${way}`),
      )
      const { received } = pair.sides.b.quality(0)
      assert.deepEqual([received.lost, received.concealedMs, received.late], [0, 0, 0])
    })

test('an event longer than its duration can say goes on in segments, by either clock one digit', () => {
  for (const clockRate of [8000, 48_000]) {
    const pair = new Pair()
    const telephoneEvent = { send: 101, receive: 101, clockRate }
    pair.sides.a.configure({ ...opus('b'), telephoneEvent })
    pair.sides.b.configure({ ...opus('a'), telephoneEvent })
    pair.sides.a.dtmf('7', 10_000, 'rfc4733', () => {})
    pair.talk(11_000, { a: 300, b: 300 })
    assert.deepEqual(pair.digits, ['b 7 rfc4733'])
  }
})

test('packets of anything: nothing throws, and speech is heard after them', () => {
  const pair = pairOf()
  const random = seeded(9)
  const from = { address: '192.0.2.1', port: 4000 }
  pair.say({ a: voice.subarray(0, rate), b: voice.subarray(0, rate) })
  let broken = 0
  pair.drops = () => {
    const { datagram } = pair.wire.at(-1)!
    if (pair.wire.at(-1)!.from !== 'a' || random() < 0.5 || broken > 400) return false
    const wild = datagram.slice(0, 12 + Math.floor(random() * (datagram.length - 11)))
    for (let at = 12; at < wild.length; at++) if (random() < 0.5) wild[at] = Math.floor(random() * 256)
    broken++
    pair.sides.b.receiveRtp(wild, from, pair.now)
    return true
  }
  for (let k = 0; k < 3; k++) pair.say({ a: voice, b: voice })
  assert.ok(broken > 300)
  pair.drops = () => false
  pair.say({ a: voice.subarray(0, rate), b: voice.subarray(0, rate) })
  const heard = pair.say({ a: voice, b: voice })
  const same = compareSound(voice, heard.b, { rate })
  assert.ok(same.median > 0.9, JSON.stringify(same))
})
