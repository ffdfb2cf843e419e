import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DelayEstimator } from '../../../native/playout/delay-estimator.ts'
import { seeded } from '../../support/seeded.ts'

/** Packets of 20 ms from `from` to `to` milliseconds, in the order of their arrival. */
function feed(estimator: DelayEstimator, from: number, to: number, delay: (at: number) => number): void {
  const packets = []
  for (let at = from; at < to; at += 20) packets.push({ at, arrival: at + delay(at) })
  for (const { at, arrival } of packets.sort((a, b) => a.arrival - b.arrival)) estimator.arrived(at, arrival)
}

test('starts at 40 ms, learns an even network within half a second and a rough one in a second, forgets it in eight', () => {
  const random = seeded(1)
  const estimator = new DelayEstimator()
  estimator.arrived(0, 30)
  assert.equal(estimator.targetMs, 40)
  feed(estimator, 20, 600, () => 30)
  assert.ok(estimator.targetMs <= 6, `${estimator.targetMs}`)
  feed(estimator, 600, 1600, () => 30 + random() * 100)
  assert.ok(estimator.targetMs > 80 && estimator.targetMs < 105, `${estimator.targetMs}`)
  feed(estimator, 1600, 8000, () => 30 + random() * 100)
  assert.ok(estimator.targetMs > 90)
  feed(estimator, 8000, 16_200, () => 30)
  assert.ok(estimator.targetMs <= 6, `${estimator.targetMs}`)
})

test('one stall of 300 ms is no trend: 60 ms for eight seconds, then as before', () => {
  const estimator = new DelayEstimator()
  feed(estimator, 0, 4000, () => 20)
  feed(estimator, 4000, 4300, (at) => 4320 - at)
  feed(estimator, 4300, 5000, () => 20)
  assert.equal(estimator.targetMs, 60)
  feed(estimator, 5000, 13_000, () => 20)
  assert.ok(estimator.targetMs <= 6, `${estimator.targetMs}`)
})

test('a network that became slower for good is its new self after eight seconds', () => {
  const estimator = new DelayEstimator()
  feed(estimator, 0, 4000, () => 20)
  feed(estimator, 4000, 14_000, () => 90)
  assert.equal(estimator.fastest, 90)
  assert.ok(estimator.targetMs <= 6, `${estimator.targetMs}`)
})

test('clocks that differ by 500 parts of a million for an hour are no delay', () => {
  for (const skew of [5e-4, -5e-4]) {
    const estimator = new DelayEstimator()
    feed(estimator, 0, 3_600_000, (at) => 5000 + at * skew)
    assert.ok(estimator.targetMs < 12, `${skew}: ${estimator.targetMs}`)
  }
})

test('a count of time that jumps begins anew, and says so', () => {
  const estimator = new DelayEstimator()
  feed(estimator, 0, 2000, () => 20)
  assert.equal(estimator.arrived(700_000, 2020), false)
  assert.equal(estimator.targetMs, 40)
  assert.equal(estimator.arrived(700_020, 2040), true)
})

test('three of the last fifty packets may be later than the wait, the fourth latest is waited for, in whatever order', () => {
  for (const late of [
    [100, 90, 80, 70],
    [70, 80, 90, 100],
    [90, 70, 100, 80],
  ]) {
    const estimator = new DelayEstimator()
    feed(estimator, 0, 4000, (at) => late[[3100, 3300, 3500, 3700].indexOf(at)] ?? 30)
    assert.equal(estimator.targetMs, 70 - 30 + 2, late.join())
    // A second later they are among the last 400 alone, of which a fiftieth may be late.
    feed(estimator, 4000, 5000, () => 30)
    assert.equal(estimator.targetMs, 5, late.join())
  }
})
