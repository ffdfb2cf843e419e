import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callTone } from '../../../native/audio/call-tone.ts'
import { Echo } from '../../../native/audio/echo.ts'
import { fileSource } from '../../../native/audio/file-source.ts'
import { Framer } from '../../../native/audio/framer.ts'
import { PeakMeter } from '../../../native/audio/level.ts'
import { Mixer } from '../../../native/audio/mixer.ts'
import type { AudioSource } from '../../../native/audio/port.ts'
import { tonePlanOf } from '../../../electron/phone/tone-plan.ts'
import { tone } from '../../../native/audio/tone.ts'
import { energy, level, sine } from '../../support/sound.ts'

function listen(source: AudioSource, ms: number): Int16Array {
  const sound = new Int16Array(ms * 8)
  for (let at = 0; at < sound.length; at += 160) source.read(sound.subarray(at, at + 160), 8000)
  return sound
}

test('a tone has its frequency and level, without a seam between frames', () => {
  const sound = listen(tone(440, -12), 1000)
  assert.ok(Math.abs(level(sound, 440) - -12) < 0.05)
  const steepest = (2 * Math.PI * 440 * 32767 * 10 ** (-12 / 20)) / 8000
  for (let i = 1; i < sound.length; i++) assert.ok(Math.abs(sound[i]! - sound[i - 1]!) < steepest + 2)
})

for (const [plan, name, frequencies, on, off] of [
  ['us', 'ringback', [440, 480], 2000, 4000],
  ['us', 'busy', [480, 620], 500, 500],
  ['us', 'ring', [523, 659], 2000, 4000],
  ['taiwan', 'ringback', [440, 480], 1000, 2000],
  ['taiwan', 'busy', [480, 620], 500, 500],
  ['china', 'ringback', [450], 1000, 4000],
  ['china', 'busy', [450], 350, 350],
  ['europe', 'ringback', [425], 1000, 4000],
  ['europe', 'busy', [425], 500, 500],
  ['uk', 'busy', [400], 375, 375],
] as const) {
  test(`${plan}, ${name}: its tones, its cadence, over and over`, () => {
    const sound = listen(callTone(name, plan), 2 * (on + off))
    for (const turn of [0, on + off]) {
      const loud = sound.subarray((turn + 20) * 8, (turn + on - 20) * 8)
      for (const hz of frequencies) assert.ok(Math.abs(level(loud, hz) - -18) < 0.5, `${hz} Hz`)
      assert.equal(energy(sound.subarray((turn + on) * 8, (turn + on + off) * 8)), 0)
    }
  })
}

test("the double ring of the United Kingdom's telephones", () => {
  const sound = listen(callTone('ringback', 'uk'), 6000)
  const loud = (from: number, to: number) => energy(sound.subarray((from + 10) * 8, (to - 10) * 8)) / (to - from)
  for (const turn of [0, 3000]) {
    assert.ok(loud(turn, turn + 400) > 0 && loud(turn + 600, turn + 1000) > 0)
    assert.equal(loud(turn + 400, turn + 600) + loud(turn + 1000, turn + 3000), 0)
  }
})

test('the tones of the place are those of its time zone, unless others are chosen', () => {
  const zones = ['Asia/Taipei', 'Asia/Shanghai', 'Europe/Berlin', 'Europe/London', 'America/New_York', 'UTC', '']
  const expected = ['taiwan', 'china', 'europe', 'uk', 'us', 'us', 'us']
  assert.deepEqual(
    zones.map((zone) => tonePlanOf('auto', zone)),
    expected,
  )
  assert.equal(tonePlanOf('china', 'Asia/Taipei'), 'china')
})

test('a file is played once, then there is silence', () => {
  const source = fileSource({ rate: 8000, samples: Int16Array.from({ length: 250 }, (_, i) => i + 1) })
  const sound = listen(source, 60)
  assert.deepEqual(
    [...sound.subarray(0, 250)],
    Array.from({ length: 250 }, (_, i) => i + 1),
  )
  assert.equal(energy(sound.subarray(250)), 0)
})

test('sources sound the same at any rate, and when it changes', () => {
  const narrow = tone(440, -12)
  const parts = [8000, 16_000, 8000].map((rate) => {
    const sound = new Int16Array(rate)
    for (let at = 0; at < rate; at += rate / 50) narrow.read(sound.subarray(at, at + rate / 50), rate)
    return level(sound, 440, rate)
  })
  for (const found of parts) assert.ok(Math.abs(found - -12) < 0.05, `${found}`)
  for (const own of [8000, 16_000]) {
    const source = fileSource({ rate: own, samples: sine(900, 3, 8000, own) })
    for (const rate of [8000, 16_000, 8000]) {
      const sound = new Int16Array(rate)
      for (let at = 0; at < rate; at += rate / 50) source.read(sound.subarray(at, at + rate / 50), rate)
      const found = level(sound.subarray(rate / 10), 900, rate)
      assert.ok(Math.abs(found - 20 * Math.log10(8000 / 32_768)) < 0.2, `${own} at ${rate}: ${found}`)
    }
  }
})

test('a call tone keeps its cadence at 16 kHz', () => {
  const source = callTone('busy', 'europe')
  const sound = new Int16Array(16_000)
  for (let at = 0; at < sound.length; at += 320) source.read(sound.subarray(at, at + 320), 16_000)
  assert.ok(Math.abs(level(sound.subarray(400, 7600), 425, 16_000) - -18) < 0.5)
  assert.equal(energy(sound.subarray(8000)), 0)
})

test('an echo gives back once, and keeps no more than 60 ms', () => {
  const echo = new Echo()
  const frame = (value: number) => new Int16Array(160).fill(value)
  for (let k = 1; k <= 10; k++) echo.write(frame(k), 8000)
  assert.deepEqual(
    [8, 9, 10, 0].map((value) => [value, listen(echo, 20)[0]]),
    [8, 9, 10, 0].map((value) => [value, value]),
  )
})

test('a framer turns chunks of any size into frames, in order', () => {
  const framer = new Framer(1000)
  const heard: number[] = []
  const frame = new Int16Array(160)
  let next = 0
  for (const size of [1, 159, 441, 80, 300, 7, 612]) {
    framer.push(Int16Array.from({ length: size }, () => next++))
    while (framer.pull(frame)) heard.push(...frame)
  }
  assert.deepEqual(
    heard,
    Array.from({ length: 1600 }, (_, i) => i),
  )
  assert.equal(framer.buffered, 0)
})

test('a mix saturates at its end only', () => {
  const mixer = new Mixer(2)
  assert.equal(mixer.mix(), null)
  for (const part of [
    [30_000, 30_000],
    [30_000, 30_000],
    [-30_000, 0],
  ])
    mixer.add(Int16Array.from(part))
  assert.deepEqual([...mixer.mix()!], [30_000, 32_767])
  mixer.add(Int16Array.of(1, 2))
  assert.deepEqual([...mixer.mix()!], [1, 2])
})

test('a meter tells the peak since it was last read', () => {
  const meter = new PeakMeter()
  assert.equal(meter.read(), -100)
  meter.watch(Int16Array.of(0, -32768, 100))
  assert.equal(meter.read(), 0)
  assert.equal(meter.read(), -100)
})
