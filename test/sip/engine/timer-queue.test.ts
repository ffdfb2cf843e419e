import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TimerQueue, type Timer } from '../../../electron/sip/engine/timer-queue.ts'
import { seeded } from '../../support/seeded.ts'
import { VirtualTime } from '../../support/virtual-time.ts'

test('thousands of timers, many cancelled, fire in order over one timer of the clock', async () => {
  const time = new VirtualTime()
  const queue = new TimerQueue(time)
  const random = seeded(7)
  const start = time.now()
  const fired: { readonly due: number; readonly at: number }[] = []
  const live: Timer[] = []
  let expected = 0
  for (let index = 0; index < 5_000; index++) {
    const ms = Math.floor(random() * 10_000)
    live.push(queue.set(ms, () => fired.push({ due: start + ms, at: time.now() })))
    expected++
    assert.ok(time.pending <= 1)
    if (random() < 0.6) {
      const [victim] = live.splice(Math.floor(random() * live.length), 1)
      if (victim) queue.cancel(victim)
      expected--
    }
  }
  assert.equal(queue.size, expected)
  await time.advance(10_000)
  assert.equal(fired.length, expected)
  for (const { due, at } of fired) assert.equal(at, due)
  assert.deepEqual([queue.size, time.pending], [0, 0])
})

test('timers of one instant fire in the order they were set; one cancelled by another does not', async () => {
  const time = new VirtualTime()
  const queue = new TimerQueue(time)
  const log: string[] = []
  queue.set(10, () => {
    log.push('a')
    queue.cancel(last)
    queue.set(0, () => log.push('d'))
  })
  queue.set(10, () => log.push('b'))
  const last = queue.set(10, () => log.push('c'))
  await time.advance(10)
  assert.deepEqual(log, ['a', 'b', 'd'])
})

test('without timers the clock has none', () => {
  const time = new VirtualTime()
  const queue = new TimerQueue(time)
  const timer = queue.set(10, () => {})
  queue.cancel(timer)
  queue.cancel(timer)
  assert.equal(time.pending, 0)
  queue.set(10, () => {})
  queue.close()
  assert.deepEqual([queue.size, time.pending], [0, 0])
})
