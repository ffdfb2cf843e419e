import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JitterBuffer } from '../../../native/rtp/jitter-buffer.ts'
import { seeded } from '../../support/seeded.ts'

/** Packet `k` of a stream of 20 ms packets, across both wraps. */
const packet = (k: number, more: { ts?: number; seq?: number } = {}) => ({
  sequence: (65_500 + (more.seq ?? k)) & 0xffff,
  timestamp: (0xfffffc00 + (more.ts ?? k * 160)) >>> 0,
  marker: false,
  samples: 160,
  content: k,
})

const drain = (buffer: JitterBuffer<number>) => {
  const heard: number[] = []
  for (let entry = buffer.take(); entry; entry = buffer.take()) heard.push(entry.content)
  return heard
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k)

test('packets leave in the order of their timestamps; overtaken ones and duplicates are counted', () => {
  const buffer = new JitterBuffer<number>()
  for (const k of [0, 1, 3, 2, 2, 4, 3, 6, 5]) buffer.put(packet(k), k)
  assert.deepEqual(drain(buffer), range(0, 7))
  assert.deepEqual([buffer.reordered, buffer.duplicates, buffer.late], [2, 2, 0])
})

test('what is missing is told: how far the next packet is, and how many were lost', () => {
  const buffer = new JitterBuffer<number>()
  for (const k of [0, 3]) buffer.put(packet(k), 0)
  buffer.take()
  assert.deepEqual([buffer.gap, buffer.missing], [320, 2])
  buffer.skip(320)
  assert.equal(buffer.gap, 0)
  buffer.put(packet(1), 50)
  assert.equal(buffer.late, 1)
  assert.deepEqual(drain(buffer), [3])
  // A pause of the sender: time passed, numbers did not.
  buffer.put(packet(9, { seq: 4 }), 100)
  assert.deepEqual([buffer.gap, buffer.missing], [800, 0])
})

test('time that was covered meanwhile makes what lies before it late, but not what reaches beyond it', () => {
  const buffer = new JitterBuffer<number>()
  for (const k of range(0, 4)) buffer.put(packet(k), 0)
  buffer.take()
  buffer.skip(240)
  assert.deepEqual([buffer.late, buffer.first?.content, buffer.gap], [1, 2, -80])
})

test('a count of time that jumps back is a new stream, at once or when the old one ended', () => {
  const sameNumbers = new JitterBuffer<number>()
  for (const k of range(0, 5)) sameNumbers.put(packet(k), k)
  sameNumbers.take()
  sameNumbers.playing = true
  sameNumbers.put(packet(5, { ts: -5_000_000 }), 6)
  assert.deepEqual(drain(sameNumbers), [5])

  const bothCounts = new JitterBuffer<number>()
  for (const k of range(0, 5)) bothCounts.put(packet(k), k)
  drain(bothCounts)
  const old = packet(100, { seq: -3000, ts: -5_000_000 })
  bothCounts.playing = true
  assert.equal(bothCounts.put(old, 10), false)
  bothCounts.playing = false
  assert.equal(bothCounts.put({ ...old, sequence: old.sequence + 1 }, 20), true)
})

test('a flood is bounded', () => {
  const buffer = new JitterBuffer<number>()
  for (let k = 0; k < 10_000; k++) buffer.put(packet(k), 0)
  assert.ok(buffer.size <= 50, 'more than a second waits')
  assert.equal(buffer.discarded + buffer.size, 10_000)
})

test('seeded networks: nothing leaves twice or out of order', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seeded(seed)
    const buffer = new JitterBuffer<number>()
    const arrivals = range(0, 400)
      .flatMap((k) => (random() < 0.1 ? [] : random() < 0.1 ? [k, k] : [k]))
      .map((k) => ({ k, at: k * 20 + random() * 90 }))
      .sort((a, b) => a.at - b.at)
    const heard: number[] = []
    for (const { k, at } of arrivals) {
      buffer.put(packet(k), at)
      if (buffer.size > 4) heard.push(buffer.take()!.content)
    }
    heard.push(...drain(buffer))
    heard.forEach((k, i) => assert.ok(i === 0 || k > heard[i - 1]!, `seed ${seed}: ${k} after ${heard[i - 1]}`))
    assert.equal(heard.length + buffer.late, new Set(arrivals.map(({ k }) => k)).size, `seed ${seed}`)
  }
})
