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

test('clocks that differ by 500 parts of a million for forty minutes are no delay', () => {
  for (const skew of [5e-4, -5e-4]) {
    const estimator = new DelayEstimator()
    feed(estimator, 0, 2_400_000, (at) => 5000 + at * skew)
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

/** The same wait, reckoned anew for each packet from lists of all that counts. */
class Reckoned {
  #transits: number[] = []
  #floors: { since: number; least: number }[] = []
  #begunAt = 0
  #last = -Infinity
  #drained = 0
  #guardUntil = -Infinity
  least = Infinity
  targetMs = 40

  arrived(sent: number, now: number): boolean {
    const transit = now - sent
    const jumped = this.#transits.length > 0 && Math.abs(transit - this.least) > 1500
    if (jumped) this.#forget()
    if (now - (this.#floors.at(-1)?.since ?? -Infinity) >= 1000) this.#floors.push({ since: now, least: transit })
    const second = this.#floors.at(-1)!
    second.least = Math.min(second.least, transit)
    this.least = Math.min(...this.#floors.slice(-8).map(({ least }) => least))
    const waited = now - this.#last
    if (transit - this.least > 150 && waited > 150) this.#guardUntil = now + 8000
    this.#drained = waited < 4 && transit - this.least > 4 ? this.#drained + 1 : 0
    this.#last = now
    if (this.#transits.length === 0) this.#begunAt = now
    if (this.#drained < 3) this.#transits.push(Math.min(transit, this.least + 800))
    const late = (transits: number[]) => transits.map((one) => one - this.least).sort((a, b) => b - a)
    const long = this.#transits.slice(-400)
    const origin = this.#transits[0] ?? 0
    // In whole milliseconds, of which a fiftieth of the packets may come later.
    const whole = long.map((one) => Math.floor(one - origin) - Math.floor(this.least - origin)).sort((a, b) => b - a)
    const wait = Math.max(0, whole[Math.floor(long.length * 0.02)] ?? 0, late(long.slice(-50))[3] ?? 0) + 2
    const doubt = now - this.#begunAt < 450 ? 40 : 0
    this.targetMs = Math.max(5, wait, doubt, now < this.#guardUntil ? 60 : 0)
    return !jumped
  }

  #forget(): void {
    this.#transits = []
    this.#floors = []
    this.#last = this.#guardUntil = -Infinity
    this.#drained = 0
  }
}

test('through jitter, stalls, bursts, drifts and jumps the wait is what a plain reckoning says', () => {
  for (const seed of [1, 2, 3]) {
    const random = seeded(seed)
    const [estimator, reckoned] = [new DelayEstimator(), new Reckoned()]
    let [clock, now, base] = [0, 0, 50]
    for (let n = 0; n < 1500; n++) {
      clock += 20
      const chance = random()
      if (chance < 0.004) base += 30 * (random() - 0.5)
      // The sender's clock jumps, by just too little to be a jump now and then.
      if (chance > 0.998) clock += (random() < 0.5 ? 1 : -1) * (random() < 0.5 ? 1400 : 2000)
      const stall = chance > 0.99 ? 100 + random() * 300 : 0
      // Nothing overtakes: what has waited comes within a few milliseconds.
      now = Math.max(now + random() * 5, 20 * n + base + random() ** 4 * 60 + stall)
      assert.equal(estimator.arrived(clock, now), reckoned.arrived(clock, now), `${seed}: packet ${n}`)
      assert.equal(estimator.targetMs, reckoned.targetMs, `${seed}: packet ${n}`)
      assert.equal(estimator.fastest, reckoned.least)
    }
  }
})

test('the bounds: a jump, a stall, a burst, the first half second', () => {
  const fresh = (transit = 20, until = 1000) => {
    const estimator = new DelayEstimator()
    feed(estimator, 0, until, () => transit)
    return estimator
  }
  assert.equal(fresh().arrived(1000 - 1500, 1020), true)
  assert.equal(fresh().arrived(1000 - 1501, 1020), false)
  const after = (sent: number, now: number) => {
    const estimator = fresh()
    estimator.arrived(sent, now)
    return estimator.targetMs
  }
  // The last one came at 1000, a moment ago it took 20 ms.
  assert.equal(after(980, 1151), 60, 'late by 151 ms after 151 ms of nothing')
  assert.equal(after(980, 1150), 5, 'that was no stall')
  assert.equal(after(981, 1151), 5, 'nor is that late')
  assert.deepEqual([fresh(20, 440).targetMs, fresh(20, 460).targetMs, fresh(20, 480).targetMs], [40, 40, 5])
})
