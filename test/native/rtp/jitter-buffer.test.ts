import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JitterBuffer, type Taken } from '../../../native/rtp/jitter-buffer.ts'
import { seeded } from '../../support/seeded.ts'

/** Packet `k` of a stream of 20 ms packets. */
const packet = (k: number, more: { marker?: boolean; ts?: number; seq?: number } = {}) => ({
  sequence: (65_500 + (more.seq ?? k)) & 0xffff,
  timestamp: (0xfffffc00 + (more.ts ?? k * 160)) >>> 0,
  marker: more.marker ?? false,
  samples: 160,
  content: k,
})

interface Script {
  readonly arrivals: readonly (readonly [ms: number, arrival: ReturnType<typeof packet>])[]
  readonly frames: number
  /** When within its 20 ms the speaker asks. */
  readonly phase?: number
}

/** Virtual time: packets arrive when the script says, the speaker asks every 20 ms. */
function play({ arrivals, frames, phase = 7 }: Script) {
  const buffer = new JitterBuffer<number>()
  const queue = arrivals.toSorted(([a], [b]) => a - b)
  const taken: Taken<number>[] = []
  for (let frame = 0; frame < frames; frame++) {
    const now = frame * 20 + phase
    while (queue[0] && queue[0][0] <= now) {
      const [at, arrival] = queue.shift()!
      buffer.put(arrival, at)
    }
    taken.push(buffer.take(now))
  }
  return { buffer, taken, heard: taken.flatMap((one) => (one.kind === 'packet' ? [one.content] : [])) }
}

const regular = (count: number) => Array.from({ length: count }, (_, k) => [k * 20, packet(k)] as const)
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k)

test('a regular stream is played whole and in order, across both wraps, 20 to 40 ms after it arrived', () => {
  const { heard, taken, buffer } = play({ arrivals: regular(200), frames: 201 })
  assert.deepEqual(heard, range(0, 200))
  assert.equal(
    taken.findIndex(({ kind }) => kind === 'packet'),
    1,
  )
  assert.ok(buffer.delayMs >= 20 && buffer.delayMs <= 40, `${buffer.delayMs} ms`)
  assert.equal(taken.filter(({ kind }) => kind === 'lost').length, 0)
})

test('nothing is played before 40 ms are there, and a single packet not kept for ever', () => {
  const { taken } = play({ arrivals: [[0, packet(0)]], frames: 4 })
  assert.deepEqual(
    taken.map(({ kind }) => kind),
    ['idle', 'idle', 'packet', 'lost'],
  )
})

test('re-ordered packets are played in order and counted', () => {
  const arrivals = regular(50).map(([ms, p], k) => [k % 10 === 5 ? ms + 25 : ms, p] as const)
  const { heard, buffer } = play({ arrivals, frames: 52 })
  assert.deepEqual(heard, range(0, 50))
  assert.equal(buffer.reordered, 5)
  assert.equal(buffer.late, 0)
})

test('duplicates are played once, also when they come after their time', () => {
  const arrivals = regular(50).flatMap(([ms, p]) => [[ms, p] as const, [ms + 3, p] as const, [ms + 200, p] as const])
  const { heard, buffer } = play({ arrivals, frames: 70 })
  assert.deepEqual(heard, range(0, 50))
  assert.equal(buffer.duplicates, 100)
  assert.equal(buffer.late, 0)
})

test('a lost packet is told in its place, and the delay stays', () => {
  const { heard, taken, buffer } = play({
    arrivals: regular(50).filter((_, k) => k !== 20 && k !== 30 && k !== 31),
    frames: 51,
  })
  assert.deepEqual(
    heard,
    range(0, 50).filter((k) => k !== 20 && k !== 30 && k !== 31),
  )
  assert.equal(taken.filter(({ kind }) => kind === 'lost').length, 3)
  assert.equal(buffer.buffered, 0)
  const after = taken.find((one) => one.kind === 'packet' && one.content === 32)
  assert.equal(after?.kind === 'packet' && after.lostBefore, 2)
})

test('packets delayed beyond the buffer are waited for and played; the delay grows and is later taken back', () => {
  const arrivals = regular(600).map(([ms, p], k) => [k >= 100 && k < 104 ? 2075 : ms, p] as const)
  const { heard, buffer, taken } = play({ arrivals, frames: 640 })
  // Nothing but what was trimmed is missing, and what was concealed is what was waited for.
  const waited = taken.slice(90, 120).filter(({ kind }) => kind === 'lost').length
  const trimmed = taken.filter((one) => one.kind === 'packet' && one.trimmed).length
  assert.ok(waited >= 1 && waited <= 3, `${waited}`)
  assert.equal(heard.length, 600 - trimmed)
  assert.ok(trimmed >= 1, 'the delay was never taken back')
  assert.equal(buffer.late, 0)
  assert.ok(buffer.delayMs < 65, `${buffer.delayMs}`)
})

test('a packet that comes after its neighbour was played is late', () => {
  const arrivals = regular(50).map(([ms, p], k) => [k === 20 ? ms + 70 : ms, p] as const)
  const { heard, buffer } = play({ arrivals, frames: 55 })
  assert.deepEqual(
    heard,
    range(0, 50).filter((k) => k !== 20),
  )
  assert.equal(buffer.late, 1)
})

test('a pause of the sender is silence, not loss, and the talkspurt after it is aligned anew', () => {
  const arrivals = [
    ...regular(20),
    ...range(20, 40).map((k) => [k * 20 + 1000, packet(k, { ts: k * 160 + 8000, marker: k === 20 })] as const),
  ]
  const { heard, taken } = play({ arrivals, frames: 95 })
  assert.deepEqual(heard, range(0, 40))
  // Up to 60 ms pass before it is clear that nothing more comes.
  assert.ok(taken.slice(0, 70).filter(({ kind }) => kind === 'lost').length <= 3)
  const first = taken.findIndex((one) => one.kind === 'packet' && one.content === 20)
  assert.equal(first, 71)
})

test('a gap in time without a gap in numbers, while more waits, is silence', () => {
  const arrivals = regular(40).map(
    ([ms, p], k) => [k >= 20 ? ms + 40 - 40 : ms, k >= 20 ? packet(k, { ts: k * 160 + 480 }) : p] as const,
  )
  const { taken } = play({ arrivals, frames: 45 })
  assert.equal(taken.filter(({ kind }) => kind === 'silence').length, 3)
})

for (const [what, ts] of [
  ['forwards', 5_000_000],
  ['backwards', -5_000_000],
] as const) {
  test(`a jump of the timestamp ${what} costs no packet`, () => {
    const arrivals = regular(100).map(([ms, p], k) => [ms, k >= 50 ? packet(k, { ts: k * 160 + ts }) : p] as const)
    const { heard } = play({ arrivals, frames: 106 })
    const missing = range(0, 100).filter((k) => !heard.includes(k))
    // Backwards, what waited of the old count is given up.
    assert.ok(missing.length <= (ts > 0 ? 0 : 2), `${missing}`)
    assert.deepEqual(heard.slice(-40), range(60, 100))
  })
}

test('a restart of both counts is taken up as soon as the old stream has ended', () => {
  const arrivals = [
    ...regular(50),
    ...range(0, 50).map(
      (k) => [1200 + k * 20, packet(100 + k, { seq: 30_000 + k, ts: -90_000_000 + k * 160 })] as const,
    ),
  ]
  const { heard } = play({ arrivals, frames: 115 })
  assert.deepEqual(heard, [...range(0, 50), ...range(100, 150)])
})

test('a flood is bounded', () => {
  const buffer = new JitterBuffer<number>()
  for (let k = 0; k < 10_000; k++) buffer.put(packet(k), 0)
  assert.ok(buffer.size <= 128 && buffer.buffered <= 8000)
  assert.ok(buffer.discarded > 9000)
  assert.equal(buffer.take(100).kind, 'packet')
})

test('packets of 10 and of 60 ms are played whole', () => {
  for (const samples of [80, 480]) {
    const buffer = new JitterBuffer<number>()
    const heard: number[] = []
    let [sent, played, lost] = [0, 0, 0]
    for (let now = 0; now < 3000; now += 10) {
      while (sent * samples <= now * 8 && sent < 30) {
        buffer.put({ sequence: sent, timestamp: sent * samples, marker: false, samples, content: sent }, now)
        sent++
      }
      // The speaker asks for packets until its 10 ms are full.
      while (played < now * 8 - 400) {
        const taken = buffer.take(now)
        if (taken.kind === 'packet') heard.push(taken.content)
        if (taken.kind === 'lost' && heard.length < 30) lost++
        if (taken.kind === 'idle') break
        played += taken.samples
      }
    }
    assert.deepEqual(heard, range(0, 30))
    assert.equal(lost, 0)
  }
})

test('seeded networks: nothing is played twice or out of order, and all that came in time is heard', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seeded(seed)
    const [loss, jitter, duplicates] = [random() * 0.2, random() * 35, random() * 0.1]
    const arrivals = regular(500)
      .filter(() => random() > loss)
      .flatMap(([ms, p]) => {
        const at = ms + random() * jitter
        return random() < duplicates ? [[at, p] as const, [at + random() * 100, p] as const] : [[at, p] as const]
      })
    const { heard, taken, buffer } = play({ arrivals, frames: 530, phase: random() * 20 })
    heard.forEach((content, index) =>
      assert.ok(index === 0 || content > heard[index - 1]!, `seed ${seed}: ${content} after ${heard[index - 1]}`),
    )
    const trimmed = taken.filter((one) => one.kind === 'packet' && one.trimmed).length
    const came = new Set(arrivals.map(([, { content }]) => content)).size
    assert.equal(heard.length + trimmed + buffer.late, came, `seed ${seed}`)
    // Waiting costs a little once, then jitter of less than the target does no more harm.
    assert.ok(buffer.late <= 5, `seed ${seed}: ${buffer.late} late of ${came}`)
  }
})
