import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Conversion } from '../../../native/audio/conversion.ts'
import { fitSine, sine } from '../../support/tone.ts'

/** A second of a tone in frames of the lengths given, in turn, milliseconds; without its first 50 ms. */
function convert(from: number, to: number, hz: number, lengths: readonly number[] = [20]): Int16Array {
  const conversion = new Conversion()
  const input = sine(from, hz, from)
  const out: number[] = []
  for (let [at, turn] = [0, 0]; at < input.length; turn++) {
    const length = (lengths[turn % lengths.length]! * from) / 1000
    out.push(...conversion.convert(input.subarray(at, at + length), from, to))
    at += length
  }
  assert.equal(out.length, to)
  return Int16Array.from(out.slice(to / 20))
}

for (const [from, to] of [
  [16_000, 8000],
  [8000, 16_000],
] as const)
  for (const hz of [300, 1004, 3400])
    test(`${hz} Hz from ${from} to ${to} Hz at its level and clean, whatever the frames`, () => {
      for (const lengths of [[20], [10], [20, 10, 10]]) {
        const { amplitude, restDb } = fitSine(convert(from, to, hz, lengths), to, hz)
        assert.ok(Math.abs(20 * Math.log10(amplitude / 10_000)) < 0.1, `amplitude ${amplitude}`)
        assert.ok(restDb < -58, `noise ${restDb} dB`)
      }
    })

test('what the lower rate cannot carry does not come back as something else', () => {
  const peak = convert(16_000, 8000, 5000).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  assert.ok(peak < 20, `peak ${peak}`)
})

test('sound of the same rate is let be, full scale stays full scale', () => {
  const frame = new Int16Array(160).fill(32_767)
  const conversion = new Conversion()
  assert.equal(conversion.convert(frame, 8000, 8000), frame)
  const loud = Int16Array.from({ length: 320 }, (_, i) => (i % 20 < 10 ? 32_767 : -32_768))
  for (const [from, to] of [
    [16_000, 8000],
    [8000, 16_000],
  ] as const)
    for (let k = 0; k < 3; k++) assert.ok(conversion.convert(loud, from, to)[100]! * loud[(100 * from) / to]! > 0)
})
