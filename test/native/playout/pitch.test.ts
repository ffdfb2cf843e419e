import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bestLag, longestPitch, shortestPitch } from '../../../native/playout/pitch.ts'
import { noise, periodic } from '../../support/periodic.ts'

test('voices repeat between 66 and 200 times a second', () => {
  assert.deepEqual([8000, 16_000, 48_000].map(shortestPitch), [40, 80, 240])
  assert.deepEqual([8000, 16_000, 48_000].map(longestPitch), [122, 243, 728])
})

for (const [rate, period] of [
  [8000, 53],
  [8000, 40],
  [8000, 61],
  [16_000, 106],
  [48_000, 318],
] as const)
  test(`${rate} Hz: a period of ${period} is found to the sample, and no multiple of it`, () => {
    const pcm = periodic(period, rate / 10)
    const window = rate / 50
    const found = bestLag(pcm, pcm.length - window, window, rate / 200, Math.ceil(rate / 66), rate)
    assert.equal(found.lag, period)
    assert.ok(Math.abs(found.correlation - 1) < 1e-6)
  })

test('both ends of the range are looked at', () => {
  const pcm = periodic(60, 800)
  assert.equal(bestLag(pcm, 400, 160, 60, 70, 8000).lag, 60)
  assert.equal(bestLag(pcm, 400, 160, 50, 60, 8000).lag, 60)
})

test('the likeness is the normalised correlation of just the window', () => {
  const pcm = noise(400, 2)
  const [at, window, lag] = [200, 100, 50]
  let [product, energy, before] = [0, 0, 0]
  for (let i = at; i < at + window; i++) {
    const [now, earlier] = [pcm[i] ?? 0, pcm[i - lag] ?? 0]
    product += now * earlier
    energy += now * now
    before += earlier * earlier
  }
  const { correlation } = bestLag(pcm, at, window, lag, lag, 8000)
  assert.ok(Math.abs(correlation - product / Math.sqrt(energy * before)) < 1e-6)
  // What is before and behind it is not looked at.
  const other = pcm.slice()
  other.fill(30_000, 0, at - lag)
  other.fill(30_000, at + window)
  assert.equal(bestLag(other, at, window, lag, lag, 8000).correlation, correlation)
})

test('silence resembles itself wholly, at the shortest lag; opposites are found to be none', () => {
  assert.deepEqual(bestLag(new Float32Array(400), 200, 100, 40, 122, 8000), { lag: 40, correlation: 1 })
  const opposite = Float32Array.from({ length: 400 }, (_, i) => (Math.floor(i / 50) % 2 ? 1000 : -1000))
  assert.ok(bestLag(opposite, 200, 100, 50, 50, 8000).correlation < -0.99)
})

test('48000 Hz: what lies between the coarse steps is found as well', () => {
  // As sound of a telephone's band is at this rate: what is near resembles.
  const sharp = periodic(319, 4806)
  const pcm = Float32Array.from({ length: 4800 }, (_, i) => sharp.subarray(i, i + 6).reduce((sum, one) => sum + one, 0))
  const found = bestLag(pcm, 3840, 960, 240, 728, 48_000)
  assert.equal(found.lag, 319)
  assert.ok(found.correlation > 0.999)
  assert.equal(bestLag(pcm, 3840, 960, 240, 318, 48_000).lag, 318)
  assert.equal(bestLag(pcm, 3840, 960, 320, 400, 48_000).lag, 320)
})
