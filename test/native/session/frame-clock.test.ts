import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameClock } from '../../../native/session/frame-clock.ts'
import { seeded } from '../../support/seeded.ts'

test('ticks that wander cost and add no frame: a minute is 3000 frames', () => {
  const random = seeded(1)
  const clock = new FrameClock(20, 5, 40)
  let [frames, skipped] = [0, 0]
  for (let k = 0; k < 3000; k++) {
    const due = clock.due(5 + k * 20 + random() * 15)
    frames += due.frames
    skipped += due.skipped
  }
  assert.deepEqual([frames, skipped], [3000, 0])
})

test('after a stall at most three frames go at once; the rest of the time is skipped, not forgotten', () => {
  const clock = new FrameClock(20, 0, 40)
  assert.deepEqual(clock.due(0), { frames: 1, skipped: 0 })
  assert.deepEqual(clock.due(10), { frames: 0, skipped: 0 })
  assert.deepEqual(clock.due(500), { frames: 3, skipped: 22 })
  assert.deepEqual(clock.due(519), { frames: 0, skipped: 0 })
  assert.deepEqual(clock.due(520), { frames: 1, skipped: 0 })
})

test('while the card gives the pace the clock keeps out; when it stalls the clock stands in within 60 ms', () => {
  const random = seeded(2)
  const clock = new FrameClock(20, 0, 40)
  clock.due(0)
  assert.equal(clock.card(15), true)
  for (let k = 1; k < 500; k++) {
    const now = 15 + k * 20 + (random() - 0.5) * 18
    assert.equal(clock.card(now), true)
    assert.equal(clock.due(now + 9).frames, 0)
  }
  const last = 15 + 499 * 20
  const [stood] = [20, 40, 60, 80].flatMap((late) => (clock.due(last + late).frames > 0 ? [late] : []))
  assert.ok(stood !== undefined && stood <= 80)
})

test('a card that comes and goes does not run ahead of time', () => {
  const clock = new FrameClock(20, 0, 40)
  let frames = 0
  for (let now = 0; now < 60_000; now += 5) {
    const there = Math.floor(now / 300) % 2 === 0
    if (there && now % 20 === 10 && clock.card(now)) frames++
    const due = clock.due(now)
    frames += due.frames + due.skipped
  }
  assert.ok(Math.abs(frames - 3000) < 60, `${frames}`)
})
