/**
 * How much sound lies ready in front of the speaker: three chunks of a length that grows when the queue ran dry and
 * shrinks again, slowly, when all is calm. Each step costs or saves 3 times its length in mouth-to-ear delay. Pure.
 *
 * What is seen of the queue: a chunk normally waits for its place in a full queue about as long as it lasts. One that
 * finds a place at once means the queue has lost a chunk; as many in a row as the queue is long, that it was empty.
 */
export interface SpeakerQueue {
  readonly openedAt: number
  /** Milliseconds, one of `chunkLengths`. */
  readonly chunkMs: number
  /** Chunks in a row that did not wait. */
  readonly hasty: number
  readonly underruns: number
  /** When the queue last ran dry, or the chunk length last changed. */
  readonly changedAt: number
  /** How long it must be calm before a shorter chunk is tried again: doubles with every relapse. */
  readonly calmMs: number
}

export const queueChunks = 3
/** So long whoever is to answer begins itself, and its being late says nothing of later. */
const beginningMs = 2000
const chunkLengths = [5, 10, 15, 20, 30, 40] as const
const longestCalmMs = 600_000

export function openSpeakerQueue(now: number, chunkMs = 10): SpeakerQueue {
  // The first chunks find an empty queue, which is no fault.
  return { openedAt: now, chunkMs, hasty: -queueChunks - 1, underruns: 0, changedAt: now, calmMs: 20_000 }
}

/** A chunk found its place in the queue after `waitedMs`. */
export function chunkQueued(queue: SpeakerQueue, waitedMs: number, now: number): SpeakerQueue {
  if (queue.hasty < 0) return { ...queue, hasty: queue.hasty + 1 }
  const hasty = waitedMs < queue.chunkMs / 4 ? queue.hasty + 1 : 0
  if (hasty >= queueChunks) return { ...longer(queue, now), underruns: queue.underruns + 1 }
  if (now - queue.changedAt < queue.calmMs) return { ...queue, hasty }
  const shorter = chunkLengths.findLast((length) => length < queue.chunkMs) ?? queue.chunkMs
  return { ...queue, chunkMs: shorter, hasty, changedAt: now }
}

/** What was to be queued came so late that silence had to stand in. */
export function answerMissed(queue: SpeakerQueue, now: number): SpeakerQueue {
  return now - queue.openedAt < beginningMs ? { ...queue, hasty: -queueChunks } : longer(queue, now)
}

function longer(queue: SpeakerQueue, now: number): SpeakerQueue {
  const chunkMs = chunkLengths.find((length) => length > queue.chunkMs) ?? queue.chunkMs
  return { ...queue, chunkMs, hasty: -queueChunks, changedAt: now, calmMs: Math.min(longestCalmMs, queue.calmMs * 2) }
}
