import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  compareSound,
  dbfs,
  decimate,
  delayBetween,
  longestSilenceMs,
  toneIn,
  toneShare,
  type Likeness,
} from './audio-compare.ts'
import { seeded } from './seeded.ts'
import { padded, readSound, speechFiles, toneSound } from './wav.ts'

const rate = 8000

describe('speech against what became of it', () => {
  let speech: Int16Array
  before(async () => {
    speech = (await readSound(speechFiles.alice)).samples
  })
  const compare = (degraded: Int16Array): Likeness => compareSound(speech, degraded, { rate })
  const map = (change: (sample: number, i: number) => number) =>
    speech.map((sample, i) => Math.max(-32768, Math.min(32767, Math.round(change(sample, i)))))
  const later = (samples: Int16Array, count: number) => {
    const moved = new Int16Array(samples.length + count)
    moved.set(samples, count)
    return moved
  }

  test('the same, later and softer, is alike', () => {
    const result = compare(
      later(
        map((sample) => sample / 4),
        1234,
      ),
    )
    assert.ok(result.median > 0.999 && result.worst > 0.99, JSON.stringify(result))
    assert.ok(Math.abs(result.delayMs - 1234 / 8) < 0.1)
    assert.equal(result.delayStepMs, 0)
    assert.ok(result.windows >= 10)
    assert.ok(result.segmentalSnrDb > 25)
  })

  test('what begins too late is recognised with a negative delay', () => {
    const result = compare(speech.subarray(800))
    assert.ok(result.median > 0.999)
    assert.ok(Math.abs(result.delayMs + 100) < 0.1)
  })

  test('a jump of the delay in the middle is followed', () => {
    const middle = speech.length >> 1
    const jumped = new Int16Array(speech.length + 160)
    jumped.set(speech.subarray(0, middle))
    jumped.set(speech.subarray(middle), middle + 160)
    const result = compare(jumped)
    assert.ok(result.median > 0.99)
    assert.ok(Math.abs(result.delayStepMs - 20) < 1)
  })

  test('noise as loud as the speech costs what it must', () => {
    const random = seeded(1)
    const noise = (level: number) => map((sample) => sample + (random() - 0.5) * level)
    const [little, much] = [compare(noise(600)), compare(noise(20_000))]
    assert.ok(little.median > 0.98, `${little.median}`)
    assert.ok(much.median < 0.8, `${much.median}`)
    assert.ok(little.segmentalSnrDb > much.segmentalSnrDb + 10)
  })

  test('other speech, silence, and its own first second again and again are not alike', async () => {
    const other = (await readSound(speechFiles.bob)).samples
    assert.ok(compare(other).median < 0.6)
    assert.equal(compare(new Int16Array(speech.length)).median, 0)
    assert.ok(compare(speech.map((_, i) => speech[i % 8000]!)).median < 0.6)
  })

  test('every third frame missing is not alike', () => {
    assert.ok(compare(map((sample, i) => (Math.floor(i / 160) % 3 === 0 ? 0 : sample))).median < 0.9)
  })

  test('one sample of ten missing, as in a wrong rate, is not alike', () => {
    assert.ok(compare(speech.filter((_, i) => i % 10 !== 0)).median < 0.7)
  })

  test('turned over it is not alike', () => {
    assert.ok(compare(map((sample) => -sample)).median < 0.6)
  })
})

test('half a sample of delay does not count as damage', () => {
  const pitches = [230, 410, 1130, 2570, 3010]
  const at = (delay: number) =>
    Int16Array.from({ length: 16_000 }, (_, i) => {
      const t = (i - delay) / rate
      return Math.round(pitches.reduce((sum, hz) => sum + 3000 * Math.sin(2 * Math.PI * hz * t * (1 + t / 16)), 0))
    })
  assert.ok(compareSound(at(0), at(100.5), { rate, mostDelayMs: 20 }).median > 0.99)
  assert.ok(
    compareSound(
      at(0),
      at(100.5).map((sample, i) => (i % 2 === 0 ? sample : 0)),
      { rate },
    ).median < 0.9,
  )
})

test('the delay between two sounds has a sign', () => {
  const { samples } = toneSound(440, 0.5)
  const sound = padded({ rate, samples }, 0.1, 0.4).samples
  assert.equal(delayBetween(sound, sound.subarray(240), 1000), -240)
  assert.equal(delayBetween(sound.subarray(240), sound, 1000), 240)
})

test('a tone is found at its frequency and level, and nowhere else', () => {
  const { samples } = toneSound(1000, 2, -12)
  assert.ok(Math.abs(toneIn(samples, rate, 1000).dbfs + 12) < 0.1)
  assert.ok(toneShare(samples, rate, 1000) > 0.99)
  assert.ok(toneShare(samples, rate, 1040) < 0.5)
  assert.ok(toneShare(new Int16Array(8000), rate, 1000) < 0.01)
  assert.ok(Math.abs(dbfs(samples) + 15) < 0.1)
})

test('silence is measured at its longest', () => {
  const tone = toneSound(440, 0.5)
  const gap = padded(tone, 0, 0.3).samples
  const sound = new Int16Array([...gap, ...tone.samples])
  assert.equal(longestSilenceMs(sound, rate), 300)
  assert.equal(longestSilenceMs(tone.samples, rate), 0)
})

test('a lower rate keeps what it can carry and loses the rest', () => {
  const low = decimate(toneSound(1000, 1, -12, 48_000).samples, 6)
  assert.equal(low.length, 8000)
  assert.ok(toneShare(low, rate, 1000) > 0.99)
  assert.ok(Math.abs(toneIn(low, rate, 1000).dbfs + 12) < 0.5)
  assert.ok(dbfs(decimate(toneSound(6000, 1, -12, 48_000).samples, 6)) < -50)
})
