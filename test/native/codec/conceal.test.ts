import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Concealer } from '../../../native/codec/conceal.ts'

const AMPLITUDE = 8000
const tone = (hz: number, from: number, length = 160) =>
  Int16Array.from({ length }, (_, i) => Math.round(AMPLITUDE * Math.sin((2 * Math.PI * hz * (from + i)) / 8000)))

/** Plays `frames` of a tone through a concealer; `lost` ones are concealed. Returns the sound as heard. */
function play(hz: number, frames: number, lost: (frame: number) => boolean): Int16Array {
  const concealer = new Concealer()
  const heard = new Int16Array(frames * 160)
  for (let k = 0; k < frames; k++) {
    const frame = tone(hz, k * 160)
    if (lost(k)) concealer.conceal(frame)
    else concealer.heard(frame)
    heard.set(frame, k * 160)
  }
  return heard
}

const energy = (samples: Int16Array) => samples.reduce((sum, sample) => sum + sample * sample, 0)

for (const hz of [200, 123, 440, 1000]) {
  test(`a lost frame of a ${hz} Hz tone is bridged without a click`, () => {
    const heard = play(hz, 8, (k) => k === 5)
    const steepest = (2 * Math.PI * hz * AMPLITUDE) / 8000
    for (let i = 1; i < heard.length; i++) {
      assert.ok(Math.abs(heard[i]! - heard[i - 1]!) <= 2 * steepest, `jump at sample ${i}`)
    }
    const wanted = tone(hz, 800)
    const error = wanted.map((sample, i) => sample - heard[800 + i]!)
    const snr = 10 * Math.log10(energy(wanted) / energy(error))
    assert.ok(snr >= 10, `${snr} dB`)
  })
}

test('a long loss keeps its level for 20 ms, fades, and is digital silence from 60 ms on', () => {
  const heard = play(200, 12, (k) => k >= 5)
  const level = (frame: number) => energy(heard.subarray(frame * 160, frame * 160 + 160))
  assert.ok(level(5) > 0.9 * level(4) && level(5) < 1.26 * level(4))
  assert.ok(level(6) < level(5) && level(7) < level(6))
  for (let frame = 8; frame < 12; frame++) assert.equal(level(frame), 0)
})

test('after a reset nothing of the past sounds', () => {
  const concealer = new Concealer()
  concealer.heard(tone(440, 0))
  concealer.reset()
  const frame = tone(440, 0)
  concealer.conceal(frame)
  assert.equal(energy(frame), 0)
})

test('full-scale noise never wraps around', () => {
  const concealer = new Concealer()
  const square = Int16Array.from({ length: 160 }, (_, i) => (i % 80 < 40 ? 32767 : -32768))
  concealer.heard(square)
  for (let k = 0; k < 4; k++) {
    const frame = new Int16Array(160)
    concealer.conceal(frame)
    const again = square.slice()
    concealer.heard(again)
    for (let i = 1; i < 160; i++) if (square[i] === square[i - 1]) assert.ok(Math.abs(again[i]! - again[i - 1]!) < 8000)
  }
})
