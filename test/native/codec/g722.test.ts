import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { codecByName } from '../../../native/codec/codec.ts'
import { g722 } from '../../../native/codec/g722.ts'
import { seeded } from '../../support/seeded.ts'
import { energy, level, sine } from '../../support/sound.ts'

const bytes = (name: string) => readFileSync(join(import.meta.dirname, 'g722', name))
const samples = (name: string) => new Int16Array(Uint8Array.from(bytes(name)).buffer)

/** In frames of the lengths given, in turn, samples. */
function encode(sound: Int16Array, lengths: readonly number[]): Uint8Array {
  const encoder = g722.encoder()
  const coded = new Uint8Array(sound.length / 2)
  for (let [at, turn] = [0, 0]; at < sound.length; turn++) {
    const frame = sound.subarray(at, at + lengths[turn % lengths.length]!)
    assert.equal(encoder.encode(frame, coded.subarray(at / 2)), frame.length / 2)
    at += frame.length
  }
  return coded
}

function decode(coded: Uint8Array, lengths: readonly number[]): Int16Array {
  const decoder = g722.decoder()
  const sound = new Int16Array(coded.length * 2)
  for (let [at, turn] = [0, 0]; at < coded.length; turn++) {
    const payload = coded.subarray(at, at + lengths[turn % lengths.length]!)
    assert.equal(decoder.decode(payload, sound.subarray(2 * at)), payload.length * 2)
    at += payload.length
  }
  return sound
}

for (const lengths of [[320], [160, 480]])
  test(`bit by bit what FFmpeg makes of the same sound, in frames of ${lengths.join(' and ')}`, () => {
    assert.deepEqual(encode(samples('sound.s16'), lengths), Uint8Array.from(bytes('coded.g722')))
    const halves = lengths.map((length) => length / 2)
    assert.deepEqual(decode(Uint8Array.from(bytes('coded.g722')), halves), samples('decoded.s16'))
    assert.deepEqual(decode(Uint8Array.from(bytes('random.g722')), halves), samples('random.s16'))
  })

test('carries from 50 Hz to 7 kHz at its level; G.711 ends where half of that is not yet reached', () => {
  for (const [hz, leastSnr] of [
    [60, 24],
    [440, 24],
    [1004, 24],
    [3000, 24],
    [5000, 10],
    [7000, 10],
  ] as const) {
    const heard = decode(encode(sine(hz, 1, 8000, 16_000), [320]), [160]).subarray(1600)
    const found = level(heard, hz, 16_000)
    assert.ok(Math.abs(found - 20 * Math.log10(8000 / 32_768)) < 0.5, `${hz} Hz: ${found} dBFS`)
    const tone = (heard.length * (32_768 * 10 ** (found / 20)) ** 2) / 2
    const snr = 10 * Math.log10(tone / Math.max(1, energy(heard) - tone))
    assert.ok(snr > leastSnr, `${hz} Hz: ${snr} dB above the noise`)
  }
})

test('silence stays silent', () => {
  const heard = decode(encode(new Int16Array(16_000), [320]), [160])
  assert.ok(heard.every((sample) => Math.abs(sample) <= 8))
})

test('whatever comes, in whatever lengths: nothing throws, and sound comes back afterwards', () => {
  const random = seeded(3)
  const decoder = g722.decoder()
  const encoder = g722.encoder()
  for (let round = 0; round < 3000; round++) {
    const payload = Uint8Array.from({ length: Math.floor(random() * 400) }, () => random() * 256)
    const pcm = new Int16Array(Math.floor(random() * 900))
    assert.equal(decoder.decode(payload, pcm), 2 * Math.min(payload.length, pcm.length >> 1))
    const sound = Int16Array.from({ length: Math.floor(random() * 900) }, () => (random() - 0.5) * 65_536)
    assert.equal(encoder.encode(sound, payload), Math.min(payload.length, sound.length >> 1))
  }
  const [coded, heard] = [new Uint8Array(160), new Int16Array(320)]
  const tone = sine(440, 2, 8000, 16_000)
  for (let at = 0; at < tone.length; at += 320) {
    encoder.encode(tone.subarray(at, at + 320), coded)
    decoder.decode(coded, heard)
  }
  assert.ok(Math.abs(level(heard, 450, 16_000) - -12) < 3)
})

test('a byte is two samples and one tick of the clock (RFC 3551 4.5.2)', () => {
  const codec = codecByName('G722')
  assert.deepEqual([codec.rate, codec.clockRate, codec.unitsOf(new Uint8Array(160))], [16_000, 8000, 160])
})
