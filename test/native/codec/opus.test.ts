import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { codecByEncoding, codecByName } from '../../../native/codec/codec.ts'
import { hasPreviousSound, opusUnits } from '../../../native/codec/opus-packet.ts'
import { loadOpus } from '../../../native/opus-file.ts'
import { seeded } from '../../support/seeded.ts'
import { speech } from '../../support/sound.ts'

test('a name in any case', () => assert.equal(codecByEncoding('opus')?.name, 'Opus'))

/** RFC 6716 table 2: each configuration of 32, in ms. */
const silk = [10, 20, 40, 60]
const celt = [2.5, 5, 10, 20]
const table = [...silk, ...silk, ...silk, 10, 20, 10, 20, ...celt, ...celt, ...celt, ...celt]

test('the length of a packet by its first bytes, for each configuration', () => {
  table.forEach((ms, number) => {
    const toc = number << 3
    assert.equal(opusUnits(Uint8Array.of(toc, 0)), ms * 48)
    assert.equal(opusUnits(Uint8Array.of(toc | 1, 0)), 2 * ms * 48)
    assert.equal(opusUnits(Uint8Array.of(toc | 2, 0)), 2 * ms * 48)
    assert.equal(opusUnits(Uint8Array.of(toc | 3, 0x82)), 2 * ms * 48)
    assert.equal(opusUnits(Uint8Array.of(toc | 3, 49)), 0)
  })
  // 120 ms at most (3.2.5).
  assert.deepEqual([opusUnits(Uint8Array.of(3, 12)), opusUnits(Uint8Array.of(3, 13))], [120 * 48, 0])
  assert.deepEqual(
    [opusUnits(new Uint8Array()), opusUnits(Uint8Array.of(3)), opusUnits(Uint8Array.of(3, 0))],
    [0, 0, 0],
  )
})

const perMs = 16
before(loadOpus)

for (const ms of [10, 20, 40, 60])
  test(`${ms} ms: encoded, decoded, and made up where one is missing`, () => {
    const codec = codecByName('Opus')
    const [encoder, decoder] = [codec.encoder({ opus: { fec: true } }), codec.decoder()]
    const sound = speech(4, 3)
    let repeated = 0
    for (let at = 0; at + ms * perMs <= sound.length; at += ms * perMs) {
      const packet = new Uint8Array(1000)
      const length = encoder.encode(sound.subarray(at, at + ms * perMs), packet)
      const payload = packet.subarray(0, length)
      assert.equal(codec.unitsOf(payload), ms * 48)
      const pcm = new Int16Array(ms * perMs)
      if (decoder.hasPrevious?.(payload)) {
        repeated++
        // The packet before is wanted, or the last of it, or more than it.
        const wanted = [ms, ms / 2, 2 * ms, 20.25, 300][repeated % 5]!
        const before = new Int16Array(wanted * perMs)
        const known = decoder.recover?.(payload, before)
        assert.equal(known, Math.min(ms, wanted) * perMs)
        assert.ok(before.some((sample) => sample !== 0))
      }
      assert.equal(decoder.decode(payload, pcm), pcm.length)
    }
    assert.ok(repeated > 5, `${repeated} repeat`)
  })

test('whoever makes no use of repetition gets none', () => {
  const encoder = codecByName('Opus').encoder({ opus: { fec: false } })
  encoder.expectLoss?.(20)
  const sound = speech(4, 3)
  for (let at = 0; at + 320 <= sound.length; at += 320) {
    const packet = new Uint8Array(1000)
    assert.equal(hasPreviousSound(packet.subarray(0, encoder.encode(sound.subarray(at, at + 320), packet))), false)
  }
})

test('bytes of chance: neither throws nor writes where it must not', () => {
  const random = seeded(4)
  const decoder = codecByName('Opus').decoder()
  for (let k = 0; k < 20_000; k++) {
    const payload = Uint8Array.from({ length: Math.floor(random() ** 3 * 2000) }, () => random() * 256)
    const pcm = new Int16Array(Math.floor(random() * 2000))
    const written = random() < 0.5 ? decoder.decode(payload, pcm) : decoder.recover?.(payload, pcm)
    assert.ok(written !== undefined && written >= 0 && written <= pcm.length)
  }
})
