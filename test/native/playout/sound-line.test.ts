import assert from 'node:assert/strict'
import { test } from 'node:test'
import { historyOf } from '../../../native/playout/extrapolation.ts'
import { SoundLine } from '../../../native/playout/sound-line.ts'
import { farthest, noise, periodic } from '../../support/periodic.ts'
import { seeded } from '../../support/seeded.ts'

const pulled = (line: SoundLine, samples = line.ahead) => {
  const frame = new Int16Array(samples)
  line.pull(frame)
  return frame
}

const levels = (...parts: readonly (readonly [level: number, samples: number])[]) =>
  parts.flatMap(([level, samples]) => [...new Int32Array(samples).fill(level)])

test('what goes in comes out, however much is in between, and what is past stays at hand', () => {
  const random = seeded(5)
  const line = new SoundLine(8000)
  const kept = historyOf(8000)
  const sent: number[] = []
  let read = 0
  for (let n = 0; n < 400; n++) {
    const sound = Float32Array.from(
      { length: Math.floor(random() * 300) },
      (_, i) => ((sent.length + i) % 60_000) - 30_000,
    )
    line.append(sound)
    for (const sample of sound) sent.push(sample)
    assert.equal(line.ahead, sent.length - read)
    const known = sent.slice(-kept)
    assert.deepEqual([...line.past], [...levels([0, kept - known.length]), ...known])
    // Sometimes nearly all is taken, sometimes so much stays that there must be more room.
    const frame = pulled(line, Math.floor(random() * (line.ahead + 1)))
    assert.deepEqual([...frame], sent.slice(read, read + frame.length))
    read += frame.length
  }
})

test('sound is rounded, and too much of it is cut, not turned over', () => {
  const line = new SoundLine(8000)
  line.append(Float32Array.of(0.4, 0.6, -0.6, 32_767.4, 40_000, -32_768.4, -40_000))
  assert.deepEqual([...pulled(line)], [0, 1, -1, 32_767, 32_767, -32_768, -32_768])
})

test('after clear there is nothing, and nothing was', () => {
  const line = new SoundLine(8000)
  line.append(noise(2000))
  pulled(line, 1900)
  // Makes room, for which what was played lately goes to the front.
  line.append(noise(4000))
  line.clear()
  assert.equal(line.ahead, 0)
  assert.ok(line.past.every((sample) => sample === 0))
  line.append(Float32Array.of(7))
  assert.deepEqual([...pulled(line)], [7])
})

for (const rate of [8000, 16_000])
  test(`${rate} Hz: of what repeats exactly, a period more or less is not to be heard at all`, () => {
    const period = (rate * 53) / 8000
    for (const [change, by] of [
      ['shorten', -period],
      ['lengthen', period],
    ] as const) {
      const line = new SoundLine(rate)
      line.append(periodic(period, rate / 10))
      pulled(line, rate / 50)
      const before = line.ahead
      assert.equal(line[change](longest(rate), 0.99, false), period)
      assert.equal(line.ahead, before + by)
      const rest = pulled(line)
      assert.ok(farthest(rest, periodic(period, before + by, 1, rate / 50)) <= 1, change)
    }
  })

test('one sound goes over into the other evenly, and before and behind nothing changes', () => {
  const ramp = (from: number, to: number, samples: number) =>
    Array.from({ length: samples }, (_, i) => from + ((to - from) * (i + 0.5)) / samples)
  const less = new SoundLine(8000)
  less.append(Float32Array.from(levels([1000, 100], [2000, 50], [3000, 50], [4000, 30])))
  pulled(less, 100)
  assert.equal(less.shorten(50, 0.9, true), 50)
  assert.ok(farthest(pulled(less), [...ramp(2000, 3000, 50), ...levels([4000, 30])]) <= 1)
  const more = new SoundLine(8000)
  more.append(Float32Array.from(levels([1000, 100], [2000, 50], [3000, 50])))
  pulled(more, 100)
  assert.equal(more.lengthen(50, 0.9, true), 50)
  assert.ok(farthest(pulled(more), [...ramp(2000, 1000, 50), ...levels([2000, 50], [3000, 50])]) <= 1)
})

test('what is asked for, what is ahead and a long voice bound what is changed', () => {
  const filled = (samples: number) => {
    const line = new SoundLine(8000)
    line.append(new Float32Array(samples))
    return line
  }
  assert.equal(filled(800).shorten(500, 0.9, true), longest(8000))
  assert.equal(filled(800).lengthen(500, 0.9, true), longest(8000))
  assert.equal(filled(90).shorten(500, 0.9, true), 45, 'two periods must be there')
  assert.equal(filled(90).lengthen(500, 0.9, true), 90)
  for (const change of ['shorten', 'lengthen'] as const) {
    assert.equal(filled(0)[change](10, 0.9, true), 0)
    assert.equal(filled(800)[change](0, 0.9, true), 0)
    assert.equal(filled(800)[change](1, 0.9, true), 1)
    // Silence resembles itself, but only whole periods are taken where it may be sound: half of the shortest at least.
    assert.equal(filled(800)[change](19, 0.9, false), 0)
    assert.equal(filled(800)[change](20, 0.9, false), 20)
  }
  const wanted = new SoundLine(8000)
  wanted.append(periodic(53, 800))
  assert.equal(wanted.lengthen(longest(8000), 1.1, false), 0, 'no period repeats so well')
  assert.equal(wanted.ahead, 800)
})

test('a pause is 30 dB below the loudest of late, or below -55 dBFS', () => {
  const quiet = (level: number, loudest: number, samples = 160) => {
    const line = new SoundLine(8000)
    line.append(new Float32Array(160).fill(loudest))
    line.isQuiet(160)
    pulled(line)
    line.append(new Float32Array(160).fill(level))
    line.append(new Float32Array(160).fill(30_000))
    return line.isQuiet(samples)
  }
  assert.deepEqual([quiet(59, 0), quiet(61, 0)], [true, false])
  assert.deepEqual([quiet(290, 10_000), quiet(310, 10_000)], [true, false])
  assert.equal(quiet(290, 10_000, 320), false, 'all that is asked about counts')
  assert.equal(new SoundLine(8000).isQuiet(160), true, 'nothing ahead')
  const line = new SoundLine(8000)
  line.append(new Float32Array(160).fill(10_000))
  line.isQuiet(160)
  pulled(line)
  line.append(new Float32Array(160).fill(290))
  // A thousandth less each time: of 10,000 after a hundred times 9048, whose 3 % are 271.
  for (let n = 0; n < 20; n++) assert.equal(line.isQuiet(160), true)
  for (let n = 0; n < 80; n++) line.isQuiet(160)
  assert.equal(line.isQuiet(160), false)
})

/** A period of 66 Hz. */
const longest = (rate: number) => Math.ceil(rate / 66)
