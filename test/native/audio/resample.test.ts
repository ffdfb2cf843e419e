import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Resampler } from '../../../native/audio/resample.ts'
import { fitSine, sine } from '../../support/tone.ts'

/** `seconds` of a tone in chunks of 20 ms through a resampler, without its first 50 ms. */
function convert(from: number, to: number, hz: number, seconds: number): { out: Int16Array; total: number } {
  const resampler = new Resampler(from, to)
  const input = sine(from, hz, from * seconds)
  const out: number[] = []
  for (let at = 0; at < input.length; at += from / 50)
    out.push(...resampler.process(input.subarray(at, at + from / 50)))
  resampler.close()
  return { out: Int16Array.from(out.slice(to / 20)), total: out.length }
}

describe('resampler', () => {
  for (const device of [48_000, 44_100, 16_000, 96_000, 11_025, 8000])
    for (const [from, to] of [
      [device, 8000],
      [8000, device],
    ] as const)
      for (const hz of [300, 1004, 3400])
        it(`carries ${hz} Hz from ${from} to ${to} Hz at its level and clean`, () => {
          const { out, total } = convert(from, to, hz, 1)
          assert.ok(Math.abs(total - to) <= 1, `${total} samples`)
          const { amplitude, restDb } = fitSine(out, to, hz)
          assert.ok(Math.abs(20 * Math.log10(amplitude / 10_000)) < 0.5, `amplitude ${amplitude}`)
          assert.ok(restDb < -60, `noise ${restDb} dB`)
        })

  it('lets nothing through that 8 kHz cannot carry', () => {
    const { out } = convert(48_000, 8000, 5000, 1)
    const peak = out.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    assert.ok(peak < 30, `peak ${peak}`)
  })

  it('delays by what it says, a few milliseconds', () => {
    const resampler = new Resampler(48_000, 8000)
    const click = new Int16Array(4800)
    click[0] = 30_000
    const out = resampler.process(click)
    const at = out.reduce((best, sample, i) => (Math.abs(sample) > Math.abs(out[best]!) ? i : best), 0)
    assert.ok(Math.abs(at / 8 - resampler.delayMs) <= 0.2, `click after ${at / 8} ms`)
    assert.ok(resampler.delayMs > 0 && resampler.delayMs <= 5)
  })

  it('takes input of any length and keeps streams apart', () => {
    const [whole, pieces, other] = [1, 2, 3].map(() => new Resampler(44_100, 8000))
    const input = sine(44_100, 440, 44_100)
    const expected = whole!.process(input)
    const got: number[] = []
    for (let at = 0, size = 1; at < input.length; at += size, size = (size * 7 + 3) % 6000) {
      got.push(...pieces!.process(input.subarray(at, at + size)))
      other!.process(sine(44_100, 999, 100))
    }
    assert.deepEqual(Int16Array.from(got), expected)
  })

  it('refuses rates that no device has, and use after close', () => {
    for (const rate of [0, -8000, 3999, 1e9, Number.NaN, 8000.5])
      assert.throws(() => new Resampler(rate, 8000), RangeError)
    const closed = new Resampler(8000, 48_000)
    closed.close()
    closed.close()
    assert.throws(() => closed.process(new Int16Array(160)))
  })
})
