import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import type { AudioTest, SessionAudio } from '../../native/protocol.ts'
import { level, speech } from '../support/sound.ts'
import { fitSine } from '../support/tone.ts'
import { EngineBench } from './engine-bench.ts'

/** Audio tests in the engine; the test is the sound card, and hears what comes out of it. */

const benches: EngineBench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.engine.close()
})

const device: SessionAudio = { source: { kind: 'device' }, sink: { kind: 'device' } }
const tone: SessionAudio['source'] = { kind: 'tone', hz: 1000, dbfs: -20 }

async function start(what: AudioTest, audio = device): Promise<EngineBench> {
  const bench = new EngineBench()
  benches.push(bench)
  bench.order({ op: 'listen-audio', path: '', token: '' })
  bench.order({ op: 'test', test: { what, audio } })
  await bench.event('test-level')
  return bench
}

/** Frame by frame as a card does: what the microphone hears goes in, what the speaker plays comes out. */
function play({ card }: EngineBench, microphone: Int16Array): Int16Array {
  const speaker = new Int16Array(microphone.length)
  for (let at = 0; at + 160 <= microphone.length; at += 160) {
    card.delegate?.onMicrophone(microphone.slice(at, at + 160))
    const frame = card.delegate?.pull()
    if (frame) speaker.set(frame, at)
  }
  return speaker
}

const wanted = ({ events }: EngineBench) => events.flatMap((one) => (one.event === 'audio-wanted' ? [one.wanted] : []))

test('tone: a clean 440 Hz on the speaker until it is ended', async () => {
  const bench = await start('tone')
  const heard = play(bench, new Int16Array(8000))
  assert.ok(Math.abs(level(heard, 440) - -18) < 0.1, `${level(heard, 440)} dBFS`)
  assert.ok(fitSine(heard, 8000, 440).restDb < -60)
  await bench.event('test-level', ({ speakerDbfs }) => Math.abs(speakerDbfs - -18) < 0.2)
  assert.deepEqual(wanted(bench), [true])
  bench.order({ op: 'test', test: null })
  await bench.event('audio-wanted', (one) => !one.wanted)
  assert.equal(bench.card.delegate, undefined)
})

test('echo: the microphone is heard again one second later, half as loud', async () => {
  const bench = await start('echo')
  const said = speech(3, 5)
  const heard = play(bench, said)
  assert.ok(heard.subarray(0, 8000 - 160).every((sample) => sample === 0))
  const back = said.subarray(0, 16_000 - 320)
  const from = heard.findIndex((sample) => sample !== 0) - said.findIndex((sample) => Math.abs(sample) >= 2)
  assert.ok(Math.abs(from - 8000) <= 160, `after ${from} samples`)
  assert.deepEqual(
    heard.subarray(from, from + back.length),
    back.map((sample) => Math.trunc(sample / 2)),
  )
})

test('meters: the microphone is measured, nothing is played', async () => {
  const bench = await start('meters')
  const heard = play(bench, new Int16Array(1600).fill(16_384))
  await bench.event('test-level', ({ microphoneDbfs }) => microphoneDbfs === -6)
  assert.ok(heard.every((sample) => sample === 0))
  assert.ok(bench.events.every((one) => one.event !== 'test-level' || one.speakerDbfs === -100))
})

test('without a sound card the sources of this run are tested, and no card is asked for', async () => {
  const discard: SessionAudio = { source: tone, sink: { kind: 'discard' } }
  const meters = await start('meters', discard)
  await meters.event('test-level', ({ microphoneDbfs, speakerDbfs }) => microphoneDbfs === -20 && speakerDbfs === -100)
  const echo = await start('echo', discard)
  await echo.event('test-level', ({ speakerDbfs }) => Math.abs(speakerDbfs - -26) < 0.2)
  for (const bench of [meters, echo]) assert.deepEqual(wanted(bench), [])
})

test('a card that is gone is no reason to end: levels go on', async () => {
  const bench = await start('meters')
  play(bench, new Int16Array(1600).fill(16_384))
  await bench.event('test-level', ({ microphoneDbfs }) => microphoneDbfs === -6)
  bench.events.length = 0
  await bench.event('test-level', ({ microphoneDbfs }) => microphoneDbfs === -100)
})

test('a new test takes the place of the old one; a file that is none is written down', async () => {
  const bench = await start('tone')
  bench.order({ op: 'test', test: { what: 'meters', audio: device } })
  bench.order({ op: 'test', test: { what: 'meters', audio: { ...device, source: { kind: 'file', path: '/none' } } } })
  await bench.event('log', ({ message }) => message.includes('/none'))
  assert.equal(bench.card.delegate, undefined)
  bench.order({ op: 'test', test: { what: 'tone', audio: device } })
  bench.events.length = 0
  await bench.event('test-level')
  assert.ok(level(play(bench, new Int16Array(800)), 440) > -19)
})
