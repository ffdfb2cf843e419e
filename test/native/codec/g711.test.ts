import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pcma } from '../../../native/codec/pcma.ts'
import { pcmu } from '../../../native/codec/pcmu.ts'
import vectors from '../../vectors/g711_tables.json' with { type: 'json' }

const everySample = Int16Array.from({ length: 0x10000 }, (_, i) => i - 0x8000)
const everyCode = Uint8Array.from({ length: 256 }, (_, i) => i)

/** G.191 ulaw_compress, written from the Recommendation. */
function muLawOf(sample: number): number {
  let magnitude = Math.min(((sample < 0 ? ~sample : sample) >> 2) + 33, 0x1fff)
  let segment = 0
  for (let rest = magnitude >> 6; rest > 0; rest >>= 1) segment++
  magnitude = (magnitude >> (segment + 1)) & 15
  return ((sample < 0 ? 0 : 0x80) | ((7 - segment) << 4) | (15 - magnitude)) & 0xff
}

/** G.191 alaw_compress. */
function aLawOf(sample: number): number {
  let magnitude = (sample < 0 ? ~sample : sample) >> 4
  if (magnitude > 15) {
    let exponent = 1
    while (magnitude > 31) {
      magnitude >>= 1
      exponent++
    }
    magnitude = magnitude - 16 + (exponent << 4)
  }
  return (magnitude | (sample < 0 ? 0 : 0x80)) ^ 0x55
}

for (const { codec, reference, decoded, column, silence } of [
  { codec: pcmu, reference: muLawOf, decoded: vectors.ulaw_decode, column: 'ulaw', silence: vectors.silence.ulaw },
  { codec: pcma, reference: aLawOf, decoded: vectors.alaw_decode, column: 'alaw', silence: vectors.silence.alaw },
] as const) {
  test(`${codec.name}: all 65536 samples are encoded as the ITU does`, () => {
    const encoded = new Uint8Array(0x10000)
    assert.equal(codec.encode(everySample, encoded), 0x10000)
    const wrong = everySample.findIndex((sample, i) => encoded[i] !== reference(sample))
    assert.equal(wrong, -1, `sample ${everySample[wrong]} gives ${encoded[wrong]}`)
    for (const sample of vectors.encode_samples) {
      assert.equal(encoded[sample.pcm + 0x8000], sample[column], `sample ${sample.pcm}`)
    }
    assert.equal(encoded[0x8000], silence)
  })

  test(`${codec.name}: all 256 codes are decoded to the table's value, and come back`, () => {
    const pcm = new Int16Array(256)
    assert.equal(codec.decode(everyCode, pcm), 256)
    assert.deepEqual([...pcm], decoded)
    const back = new Uint8Array(256)
    codec.encode(pcm, back)
    const changed = [...everyCode].filter((code) => back[code] !== code)
    // Only mu-law's negative zero has a second code.
    assert.deepEqual(changed, codec === pcmu ? [0x7f] : [])
  })

  test(`${codec.name}: the 1 kHz sequence of G.711 is a sine of 0 dBm0`, () => {
    const pcm = new Int16Array(8)
    codec.decode(Uint8Array.from(vectors.sine_1khz_0dBm0[column]), pcm)
    let [re, im] = [0, 0]
    pcm.forEach((sample, i) => {
      re += sample * Math.cos((i * Math.PI) / 4)
      im += sample * Math.sin((i * Math.PI) / 4)
    })
    // 0 dBm0 lies 3.17 (mu) and 3.14 dB (A) below full load.
    const dbm0 = 20 * Math.log10(Math.hypot(re, im) / 4 / 32768) + (codec === pcmu ? 3.17 : 3.14)
    assert.ok(Math.abs(dbm0) < 0.25, `${dbm0} dBm0`)
  })

  test(`${codec.name}: a short buffer is filled, not overrun`, () => {
    assert.equal(codec.decode(everyCode, new Int16Array(10)), 10)
    assert.equal(codec.decode(new Uint8Array(0), new Int16Array(10)), 0)
  })
}
