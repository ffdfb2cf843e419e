import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answerMissed, chunkQueued, openSpeakerQueue, queueChunks } from '../../../native/audio/speaker-queue.ts'
import type { SpeakerQueue } from '../../../native/audio/speaker-queue.ts'

/** A device that takes chunks on time, for `ms`. */
function calm(queue: SpeakerQueue, from: number, ms: number): SpeakerQueue {
  let now = from
  for (; now < from + ms; now += queue.chunkMs) queue = chunkQueued(queue, queue.chunkMs, now)
  return queue
}

/** Chunks that find room at once, as after a pause of ours of `chunks` lengths. */
function hasty(queue: SpeakerQueue, now: number, chunks: number): SpeakerQueue {
  for (let i = 0; i < chunks; i++) queue = chunkQueued(queue, 0.2, now)
  return queue
}

describe('speaker queue', () => {
  it('does not take its own filling at start for a fault', () => {
    const queue = hasty(openSpeakerQueue(0), 0, queueChunks)
    assert.deepEqual([queue.chunkMs, queue.underruns], [10, 0])
  })

  it('holds more once it ran dry, not for less', () => {
    const steady = calm(openSpeakerQueue(0), 0, 1000)
    const nearly = calm(hasty(steady, 1000, queueChunks - 1), 1000, 100)
    assert.deepEqual([nearly.chunkMs, nearly.underruns], [10, 0])
    const dry = hasty(steady, 1000, queueChunks)
    assert.deepEqual([dry.chunkMs, dry.underruns], [15, 1])
  })

  it('holds more when it was not given in time, unless that was in the beginning', () => {
    const begun = hasty(answerMissed(calm(openSpeakerQueue(0), 0, 1000), 1000), 1000, queueChunks)
    assert.deepEqual([begun.chunkMs, begun.underruns], [10, 0])
    const longer = hasty(answerMissed(calm(begun, 1000, 2000), 3000), 3000, queueChunks)
    assert.deepEqual([longer.chunkMs, longer.underruns], [15, 0])
  })

  it('grows no further than 40 ms a chunk', () => {
    let queue = calm(openSpeakerQueue(0), 0, 1000)
    for (let i = 0; i < 10; i++) queue = calm(hasty(queue, 2000, queueChunks), 2000, 1000)
    assert.deepEqual([queue.chunkMs, queue.underruns], [40, 10])
  })

  it('tries less after a calm time, and waits longer for it after each relapse', () => {
    const shorter = calm(openSpeakerQueue(0), 0, 21_000)
    assert.equal(shorter.chunkMs, 5)
    const relapsed = hasty(shorter, 30_000, queueChunks)
    assert.equal(relapsed.chunkMs, 10)
    assert.equal(calm(relapsed, 30_000, 35_000).chunkMs, 10)
    assert.equal(calm(relapsed, 30_000, 41_000).chunkMs, 5)
  })
})
