import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Covering } from '../../../native/playout/covering.ts'
import { lossGain, waitGain } from '../../../native/playout/extrapolation.ts'
import { SoundLine } from '../../../native/playout/sound-line.ts'
import { seeded } from '../../support/seeded.ts'

const sine = (hz: number, from: number, samples: number, rate: number) =>
  Float32Array.from({ length: samples }, (_, i) => 8000 * Math.sin((2 * Math.PI * hz * (from + i)) / rate))

const rms = (sound: Float32Array) => Math.sqrt(sound.reduce((sum, sample) => sum + sample * sample, 0) / sound.length)
const steepest = (sound: Float32Array) =>
  sound.reduce((most, sample, i) => (i === 0 ? 0 : Math.max(most, Math.abs(sample - sound[i - 1]!))), 0)

for (const rate of [8000, 16_000, 48_000]) {
  test(`${rate} Hz: a lost tone goes on in phase, fades from 10 ms on and is silent at 60 ms (G.711 Appendix I)`, () => {
    const ms = rate / 1000
    const past = sine(160, 0, 100 * ms, rate)
    const covering = new Covering(past, rate, false)
    const covered = covering.read(80 * ms)
    const truth = sine(160, 100 * ms, 10 * ms, rate)
    const error = covered.subarray(0, 10 * ms).map((sample, i) => sample - truth[i]!)
    assert.ok(rms(error) < rms(truth) / 5, `${rms(error)} of ${rms(truth)}`)
    const levels = [15, 25, 35, 45].map((at) => rms(covered.subarray((at - 6) * ms, (at + 6) * ms)) / 5657)
    assert.ok(
      levels.every((level, i) => i === 0 || level < levels[i - 1]!),
      `${levels}`,
    )
    assert.ok(Math.abs(levels[2]! - lossGain(35)) < 0.15)
    assert.equal(rms(covered.subarray(60 * ms)), 0)
  })
}

test('joins do not click: before the loss, after it, and with a loss closed from both sides', () => {
  const whole = sine(200, 0, 2400, 8000)
  const limit = 2 * steepest(whole)
  for (const lost of [80, 160, 320]) {
    const covering = new Covering(whole.slice(0, 800), 8000, false)
    const hidden = covering.read(lost)
    const after = whole.slice(800 + lost, 1200 + lost)
    covering.join(after)
    assert.ok(steepest(Float32Array.from([...whole.slice(0, 800), ...hidden, ...after])) < limit, `${lost} one side`)
    const future = whole.slice(800 + lost, 1200 + lost)
    const both = new Covering(whole.slice(0, 800), 8000, false).between(lost, future)
    assert.ok(steepest(Float32Array.from([...whole.slice(0, 800), ...both, ...future])) < limit, `${lost} two sides`)
  }
})

test('a loss of 100 ms whose end is known is silent nowhere', () => {
  const whole = sine(150, 0, 3000, 8000)
  const both = new Covering(whole.slice(0, 800), 8000, false).between(800, whole.slice(1600, 2000))
  for (let at = 0; at + 80 <= 800; at += 80) assert.ok(rms(both.subarray(at, at + 80)) > 300, `${at}`)
})

test('what is only waited for is drawn out, 1 dB less every 10 ms, silent after 400 ms', () => {
  assert.ok(Math.abs(20 * Math.log10(waitGain(110)) + 10) < 0.01)
  assert.equal(waitGain(400), 0)
  const covering = new Covering(sine(200, 0, 800, 8000), 8000, true)
  assert.ok(rms(covering.read(1600)) > 1000)
})

test('no past and silence are covered with silence, noise and full scale stay in bounds', () => {
  assert.equal(rms(new Covering(new Float32Array(0), 8000, false).read(480)), 0)
  const random = seeded(1)
  const noise = Float32Array.from({ length: 800 }, () => (random() - 0.5) * 65_535)
  const covered = new Covering(noise, 8000, false).between(400, noise)
  assert.ok(covered.every((sample) => Number.isFinite(sample) && Math.abs(sample) < 100_000))
})

for (const rate of [8000, 16_000, 48_000]) {
  test(`${rate} Hz: a period is left out or repeated without a step, and the pitch stays`, () => {
    const ms = rate / 1000
    for (const change of ['shorten', 'lengthen'] as const) {
      const line = new SoundLine(rate)
      line.append(sine(125, 0, 100 * ms, rate))
      const played = new Int16Array(40 * ms)
      line.pull(played)
      const before = line.ahead
      const changed = line[change](12 * ms, 0.8, false)
      assert.ok(Math.abs(changed - 8 * ms) <= ms / 4 + 1, `${changed} samples`)
      assert.equal(line.ahead, change === 'shorten' ? before - changed : before + changed)
      const rest = new Int16Array(line.ahead)
      line.pull(rest)
      const heard = Float32Array.from([...played, ...rest])
      assert.ok(steepest(heard) < 1.2 * steepest(sine(125, 0, 40 * ms, rate)), change)
      assert.ok(Math.abs(rms(heard) - 5657) < 120, change)
    }
  })
}

test('what does not repeat is left alone; silence gives as much as is wanted', () => {
  const random = seeded(3)
  const line = new SoundLine(8000)
  line.append(Float32Array.from({ length: 800 }, () => (random() - 0.5) * 20_000))
  line.pull(new Int16Array(320))
  assert.equal(line.shorten(100, 0.8, false), 0)
  assert.equal(line.lengthen(100, 0.8, false), 0)
  assert.equal(line.isQuiet(160), false)
  line.append(new Float32Array(800))
  line.pull(new Int16Array(480))
  assert.equal(line.isQuiet(160), true)
  assert.equal(line.shorten(37, 0.8, true), 37)
})
