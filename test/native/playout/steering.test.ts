import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Steering, type Situation } from '../../../native/playout/steering.ts'

const usual = { target: 40, grain: 10, frame: 20, over: 0 }

/** The last of `count` plans under one and the same delay. */
function plan(delay: number, count: number, more: Partial<Situation> = {}, steering = new Steering()) {
  let last: ReturnType<Steering['plan']>
  for (let n = 0; n < count; n++) last = steering.plan({ ...usual, delay, now: n * 20, ...more })
  return last
}

test('nothing is decided on less than four delays', () => {
  assert.equal(plan(0, 3), undefined)
  assert.deepEqual(plan(0, 4), { by: 50, correlation: 0.4 })
})

test('too little is stretched by whole grains, what falls short by much with less care', () => {
  // What counts is the delay without the part of a frame that a grain leaves over: 10 ms.
  assert.deepEqual(plan(45, 4), { by: 10, correlation: 0.6 })
  assert.deepEqual(plan(25, 4), { by: 30, correlation: 0.6 }, '25 ms are not much')
  assert.deepEqual(plan(24, 4), { by: 30, correlation: 0.4 })
  assert.equal(plan(50, 4), undefined, 'just enough')
  assert.deepEqual(plan(45, 4, { over: 3 }), { by: 7, correlation: 0.6 }, 'what was stretched before is counted')
})

test('too much is left out by whole grains, a little only in silence, until patience is over', () => {
  assert.equal(plan(63, 4), undefined, 'the edge must not swing')
  assert.deepEqual(plan(64, 4), { by: -10, correlation: undefined })
  assert.deepEqual(plan(84, 4), { by: -30, correlation: 0.7 })
  assert.deepEqual(plan(124, 4), { by: -70, correlation: 0.3 })
  const steering = new Steering()
  const at = (now: number, delay = 64) => plan(delay, 1, { now }, steering)?.correlation
  for (const now of [0, 20, 40, 60]) at(now)
  assert.equal(at(3060), undefined)
  assert.equal(at(3061), 0.85)
  // Patience begins anew when there was none too much in between, or even too little.
  let now = 3080
  for (const between of [50, -100]) {
    at((now += 20), between)
    for (let n = 0; n < 7; n++) at((now += 20))
    assert.deepEqual(plan(64, 1, { now: (now += 20) }, steering), { by: -10, correlation: undefined })
    now += 2990
    assert.equal(at(now), undefined, `${between}`)
  }
})

test('the least of eight delays decides what can be left out; a change moves them all', () => {
  const steering = new Steering()
  plan(50, 1, {}, steering)
  assert.equal(plan(100, 7, {}, steering), undefined)
  assert.deepEqual(plan(100, 1, {}, steering), { by: -40, correlation: 0.7 }, 'the small one is forgotten')
  steering.changed(-40)
  assert.equal(plan(100, 1, {}, steering), undefined, 'the others are at 60 now')
  steering.reset()
  assert.equal(plan(0, 3, {}, steering), undefined)
  // Patience begins anew as well.
  const patient = new Steering()
  plan(64, 4, { now: 0 }, patient)
  patient.reset()
  assert.deepEqual(plan(64, 4, { now: 5000 }, patient), { by: -10, correlation: undefined })
})
