import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Covering } from '../../../native/playout/covering.ts'
import { Extrapolation, historyOf, lossGain, waitGain } from '../../../native/playout/extrapolation.ts'
import { farthest, noise, periodic } from '../../support/periodic.ts'

const read = (extrapolation: Extrapolation, samples: number) => {
  const out = new Float32Array(samples)
  extrapolation.read(out)
  return out
}

test('how loud: full for 10 ms, silent from 60 ms on; what is waited for 1 dB less every 10 ms, silent after 400 ms', () => {
  assert.deepEqual([0, 10, 20, 35, 60, 80].map(lossGain), [1, 1, 0.8, 0.5, 0, 0])
  assert.deepEqual([0, 10, 400, 500].map(waitGain), [1, 1, 0, 0])
  for (const [ms, gain] of [
    [30, 10 ** (-2 / 20)],
    [210, 10 ** (-20 / 20)],
    [300, 10 ** (-29 / 20)],
    [350, 10 ** (-34 / 20) / 2],
  ] as const)
    assert.ok(Math.abs(waitGain(ms) - gain) < 1e-9, `${ms}`)
})

for (const rate of [8000, 16_000])
  test(`${rate} Hz: what repeats exactly goes on exactly, in pieces of any length`, () => {
    const period = (rate * 53) / 8000
    const extrapolation = new Extrapolation(periodic(period, rate / 10), rate)
    assert.equal(extrapolation.pitch, period)
    const heard = [10, 1, 160, 300, 77].flatMap((samples) => [...read(extrapolation, samples)])
    assert.ok(farthest(heard, periodic(period, 548, 1, rate / 10)) < 0.01)
  })

/** After the Appendix, written down for one period after another. */
function expected(past: Float32Array, pitch: number, periods: readonly number[]): number[] {
  const at = (back: number) => past[past.length - back] ?? 0
  const quarter = pitch >> 2
  const step = at(1) - at(1 + pitch)
  const out: number[] = []
  for (const count of periods) {
    const length = count * pitch
    for (let i = 0; i < length; i++) {
      const end = i - (length - quarter)
      const weight = end < 0 ? 0 : (end + 1) / (quarter + 1)
      const sample = at(length - i) * (1 - weight) + at(2 * length - i) * weight
      const n = out.length
      out.push(sample + (n < quarter ? step * (1 - n / quarter) : 0))
    }
  }
  return out
}

test('one period, then two, then three; each stretch runs into its own beginning, and the first step is taken back', () => {
  const past = noise(historyOf(8000), 7)
  // Of what does not repeat, some period is the best; the louder and louder one would be no less right.
  const extrapolation = new Extrapolation(past, 8000)
  const { pitch } = extrapolation
  // A new stretch begins when the one before has ended: after 10 ms two periods, after 20 ms three.
  const periods: number[] = []
  for (let given = 0; given < 1200;) {
    const count = Math.min(3, 1 + Math.floor(given / 80))
    periods.push(count)
    given += count * pitch
  }
  const wanted = expected(past, pitch, periods)
  assert.ok(farthest(read(extrapolation, wanted.length), wanted) < 0.02)
})

test('of a past that is short, only what is there is repeated', () => {
  const short = periodic(45, 160 + 50)
  const extrapolation = new Extrapolation(short, 8000)
  assert.equal(extrapolation.pitch, 45)
  assert.ok(farthest(read(extrapolation, 45), periodic(45, 45, 1, 210)) < 0.01)
  // Of 160 + 50 samples no period longer than 50 can be told.
  assert.ok(new Extrapolation(periodic(60, 210), 8000).pitch <= 50)
  // What is farther back than is looked at makes no difference.
  const long = noise(1000, 3)
  const other = long.slice()
  other.fill(9, 0, 1000 - historyOf(8000))
  assert.deepEqual(read(new Extrapolation(long, 8000), 500), read(new Extrapolation(other, 8000), 500))
})

test('closed from both sides: forwards and backwards, each as loud as it is old, over into one another', () => {
  const [past, future] = [noise(800, 1), noise(800, 2)]
  const samples = 320
  const forwards = read(new Extrapolation(past, 8000), samples)
  const backwards = read(new Extrapolation(future.slice().reverse(), 8000), samples).reverse()
  const wanted = Array.from(forwards, (sample, i) => {
    const over = (1 - Math.cos((Math.PI * (i + 0.5)) / samples)) / 2
    const back = (backwards[i] ?? 0) * lossGain((samples - 1 - i) / 8)
    return sample * lossGain(i / 8) * (1 - over) + back * over
  })
  assert.ok(farthest(new Covering(past, 8000, false).between(samples, future), wanted) < 0.01)
})

test('sound that comes again is joined over a quarter of a period, 4 ms more for each 10 ms covered, 10 ms at most', () => {
  const past = periodic(53, 800)
  const quarter = 53 >> 2
  for (const [covered, sound, overlap] of [
    [0, 200, quarter],
    [50, 200, quarter + 20],
    [160, 200, quarter + 64],
    [400, 200, 80],
    [160, 30, 30],
  ] as const) {
    const covering = new Covering(past, 8000, false)
    const whole = read(new Extrapolation(past, 8000), covered + overlap)
    const wanted = Array.from({ length: sound }, (_, i) => {
      const weight = i < overlap ? (i + 1) / (overlap + 1) : 1
      return 5000 * weight + (whole[covered + i] ?? 0) * lossGain((covered + i) / 8) * (1 - weight)
    })
    covering.read(covered)
    const joined = new Float32Array(sound).fill(5000)
    covering.join(joined)
    assert.ok(farthest(joined, wanted) < 0.01, `after ${covered}`)
    assert.equal(covering.samples, covered + overlap)
  }
})

test('what is only waited for fades as slowly as that', () => {
  const past = periodic(53, 800)
  const whole = read(new Extrapolation(past, 8000), 3300)
  const wanted = whole.map((sample, i) => sample * waitGain(i / 8))
  const waiting = new Covering(past, 8000, true)
  assert.ok(farthest([...waiting.read(1000), ...waiting.read(2300)], wanted) < 0.01)
})
