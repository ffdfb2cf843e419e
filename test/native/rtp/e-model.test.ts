import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mosOf, ratingFactor } from '../../../native/rtp/e-model.ts'
import vectors from '../../vectors/emodel_g107.json' with { type: 'json' }

const near = (actual: number, expected: number, within: number, what: string) =>
  assert.ok(Math.abs(actual - expected) <= within, `${what}: ${actual}, expected ${expected}`)

test('R at the defaults is 93.2 and MOS 4.41, as G.107 publishes', () => {
  const r = ratingFactor({ delayMs: 0, lossPercent: 0 })
  near(r, vectors.default.R, 0.02, 'R')
  near(mosOf(r), vectors.default.MOS, 0.002, 'MOS')
})

test('R follows the table of delays and losses (with concealment)', () => {
  const rows = vectors.table.filter(({ codec }) => codec !== 'G.711 no PLC')
  assert.ok(rows.length > 15)
  for (const row of rows) {
    const transmission = { delayMs: row.T_ms, lossPercent: row.Ppl, burstRatio: row.BurstR ?? 1 }
    const what = JSON.stringify(transmission)
    const r = ratingFactor(transmission)
    near(r, row.R, 0.05, what)
    near(mosOf(r), row.MOS, 0.005, what)
    if (row.R_T100 !== undefined) near(ratingFactor({ ...transmission, delayMs: 100 }), row.R_T100, 0.05, what)
  }
})

test('wide band is judged on its own scale (G.107.1): G.722 loses 13 of 129, and more with loss and delay', () => {
  const rate = (delayMs: number, lossPercent: number) => ratingFactor({ delayMs, lossPercent, codec: 'G722' })
  near(rate(0, 0), (129 - 13) / 1.29, 0.2, 'R')
  near(mosOf(rate(0, 0)), 4.33, 0.01, 'MOS')
  near(rate(0, 0) - rate(0, 5), (82 * 5) / (5 + 25.1) / 1.29, 0.01, 'loss of 5 %')
  const narrow = (delayMs: number) => ratingFactor({ delayMs, lossPercent: 0 })
  near(rate(0, 0) - rate(300, 0), (narrow(0) - narrow(300)) / 1.29, 0.01, 'delay of 300 ms')
  assert.equal(rate(0, 0) > rate(0, 1) && rate(0, 1) > rate(0, 10), true)
})

test('MOS follows R, and stays between 1 and 4.5 for anything', () => {
  for (const { R, MOS } of vectors.R_to_MOS) near(mosOf(R), MOS, 0.002, `R ${R}`)
  for (let r = -50; r < 150; r += 0.5) assert.ok(mosOf(r) >= 1 && mosOf(r) <= 4.5)
  assert.ok(ratingFactor({ delayMs: 5000, lossPercent: 100 }) >= 0)
})
