import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pcmu } from '../../../native/codec/pcmu.ts'
import { JitterBuffer } from '../../../native/rtp/jitter-buffer.ts'
import { Playout, type Coded } from '../../../native/session/playout.ts'
import { sine } from '../../support/sound.ts'

interface Sent {
  readonly at: number
  readonly sequence: number
  readonly timestamp: number
  readonly marker?: boolean
}

/** Packets of 20 ms of a tone in, 20 ms frames out; the loudness of each frame, from the first packet on. */
function play(sent: readonly Sent[], ms: number) {
  const buffer = new JitterBuffer<Coded | undefined>()
  const playout = new Playout(buffer)
  const payload = new Uint8Array(160)
  pcmu.encode(sine(400, 0.02), payload)
  const frame = new Int16Array(160)
  const loud: number[] = []
  let next = 0
  for (let now = 7; now < ms; now += 20) {
    for (let packet = sent[next]; packet && packet.at <= now; packet = sent[++next]) {
      const { sequence, timestamp, marker = false } = packet
      const content = { decoder: pcmu, rate: 8000, payload }
      playout.put({ sequence: sequence & 0xffff, timestamp: timestamp >>> 0, marker, samples: 160, content }, packet.at)
    }
    playout.take(frame, now)
    loud.push(Math.sqrt(frame.reduce((sum, sample) => sum + sample * sample, 0) / 160))
  }
  return { playout, buffer, loud, heardMs: loud.filter((level) => level > 4000).length * 20 }
}

const stream = (count: number, at = 0, sequence = 65_000, timestamp = 0xffffff00): Sent[] =>
  Array.from({ length: count }, (_, k) => ({
    at: at + k * 20,
    sequence: sequence + k,
    timestamp: timestamp + k * 160,
    marker: k === 0,
  }))

test('an even stream is heard whole, across both wraps, with nothing concealed', () => {
  const { playout, heardMs } = play(stream(700), 14_200)
  // The end of the stream is drawn out for a moment.
  assert.ok(heardMs >= 13_900 && heardMs <= 14_200, `${heardMs}`)
  assert.equal(playout.gapMaxMs, 0)
  assert.ok(playout.delayMs < 30, `${playout.delayMs}`)
})

test('a pause that the sender makes is silence, no gap, and what follows keeps the delay', () => {
  const pause = 2000
  const sent = [...stream(100), ...stream(100, 2000 + pause, 65_100, 0xffffff00 + 160 * 200)]
  const { playout, loud, buffer } = play(sent, 6200)
  const quiet = loud.slice(130, 200)
  assert.ok(
    quiet.every((level) => level === 0),
    'the pause is silent once its beginning has faded',
  )
  assert.equal(playout.gapMaxMs, 0)
  assert.equal(buffer.late, 0)
  const resumed = loud.findIndex((level, frame) => frame > 190 && level > 4000)
  assert.ok(resumed * 20 - (2000 + pause) < 60, `${resumed * 20 - (2000 + pause)} ms after its first packet`)
})

for (const [what, sequence, timestamp] of [
  ['the timestamp forwards', 65_100, 5_000_000],
  ['the timestamp backwards', 65_100, -5_000_000],
  ['both counts', 20_000, -900_000_000],
] as const) {
  test(`a jump of ${what} costs a moment, and all that follows is heard in time`, () => {
    const { playout, loud } = play([...stream(100), ...stream(200, 2000, sequence, 0xffffff00 + timestamp)], 6000)
    const lost = loud.slice(100, 295).filter((level) => level < 1000).length
    assert.ok(lost <= 12, `${lost * 20} ms`)
    assert.ok(
      loud.slice(130, 295).every((level) => level > 4000),
      'heard without a break from then on',
    )
    assert.ok(playout.delayMs < 60, `${playout.delayMs}`)
  })
}
