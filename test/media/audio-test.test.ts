/** Keeps time: it hears its own speaker in the virtual microphone, in real time. */

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { MediaHost, startMedia } from '../../electron/media/media-host.ts'
import { startNodeChild } from '../../electron/media/start-child.ts'
import { wavHeader } from '../../native/audio/wav.ts'
import { FakeChildren } from '../support/fake-children.ts'
import { realClock } from '../support/real-clock.ts'
import { testLog } from '../support/silent-log.ts'
import { fitSine, sine } from '../support/tone.ts'
import { until } from '../support/until.ts'
import { VirtualCard, virtualCardMissing } from '../support/virtual-card.ts'
import { VirtualTime } from '../support/virtual-time.ts'

const audio = { source: { kind: 'device' }, sink: { kind: 'device' } } as const
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

test('a media process that dies takes no test with it', async () => {
  const clock = new VirtualTime()
  const children = new FakeChildren()
  children.onStart = (child) => queueMicrotask(() => child.say({ event: 'ready' }))
  const levels: unknown[] = []
  const delegate = {
    onDtmf() {},
    onQuality() {},
    onLevel: (...level: unknown[]) => levels.push(level),
    onAudioState() {},
  }
  const entries = { mediaProcess: 'media', audioHost: 'audio' }
  const host = new MediaHost(
    { startChild: children.start, entries, clock, log: testLog(), socketFolder: '/x' },
    delegate,
  )
  const tests = () =>
    children
      .of('media')
      .at(-1)
      ?.heard.filter((one) => 'op' in one && one.op === 'test')
  host.test('echo', audio)
  await clock.pass(0)
  const echo = { op: 'test', test: { what: 'echo', audio } }
  assert.deepEqual(tests(), [echo], 'asked for before it was ready')
  children.of('media').at(-1)?.say({ event: 'test-level', microphoneDbfs: -3, speakerDbfs: -9 })
  assert.deepEqual(levels, [[undefined, -3, -9]])
  children.of('media').at(-1)?.exit({ code: 1 })
  await clock.pass(100)
  assert.equal(children.of('media').length, 2)
  assert.deepEqual(tests(), [echo])
  host.test(null, audio)
  assert.deepEqual(tests(), [echo, { op: 'test', test: null }])
  children.of('media').at(-1)?.exit({ code: 1 })
  await clock.pass(1000)
  assert.deepEqual(tests(), [], 'it has ended')
})

test(
  'on a sound card: the tone is heard, and the echo comes a second after what was said',
  {
    skip: virtualCardMissing,
    timeout: 60_000,
  },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'audio-test-'))
    const card = await VirtualCard.start()
    t.after(async () => {
      await media.shutdown()
      await card.stop()
      await rm(folder, { recursive: true })
    })
    const entries = {
      mediaProcess: file('../../native/media-process.ts'),
      audioHost: file('../../native/audio-host.ts'),
    }
    const loudest = { microphone: -100, speaker: -100 }
    const media = await startMedia({
      startChild: (entry, delegate, env) => startNodeChild(entry, delegate, { ...env, ...card.env }),
      entries,
      clock: realClock,
      log: testLog(),
      socketFolder: folder,
    })({
      onDtmf() {},
      onQuality() {},
      onLevel(session, microphone, speaker) {
        assert.equal(session, undefined)
        loudest.microphone = Math.max(loudest.microphone, microphone)
        loudest.speaker = Math.max(loudest.speaker, speaker)
      },
      onAudioState() {},
    })
    const listen = async (ms: number) => {
      const recording = await card.record()
      await new Promise((resolve) => setTimeout(resolve, ms))
      return recording.stop()
    }

    media.test('tone', audio)
    await until(
      'a clean tone',
      async () => {
        const { speaker } = await listen(500)
        const { amplitude, restDb } = fitSine(speaker.subarray(-card.rate / 5), card.rate, 440)
        return Math.abs(20 * Math.log10(amplitude / 32_767) - -18) < 1 && restDb < -25
      },
      20_000,
    )

    media.test('echo', audio)
    // A second of 700 Hz, with silence before and after.
    const said = sine(card.rate, 700, card.rate)
    const path = join(folder, 'said.wav')
    await writeFile(path, Buffer.concat([wavHeader(card.rate, 1, said.byteLength), new Uint8Array(said.buffer)]))
    // The card may be opening still.
    await until(
      'the echo',
      async () => {
        const recording = await card.record()
        await card.speak(path)
        await new Promise((resolve) => setTimeout(resolve, 1500))
        const { microphone, speaker } = await recording.stop()
        const begin = (samples: Int16Array) => samples.findIndex((sample) => Math.abs(sample) > 1500)
        if (begin(speaker) < 0) return false
        const seconds = (begin(speaker) - begin(microphone)) / card.rate
        t.diagnostic(`the echo came after ${seconds.toFixed(3)} s`)
        const from = begin(speaker) + card.rate / 4
        const { amplitude, restDb } = fitSine(speaker.subarray(from, from + card.rate / 4), card.rate, 700)
        // One second, and the way through card and resamplers.
        return seconds > 1 && seconds < 1.5 && Math.abs(amplitude - 5000) < 500 && restDb < -25
      },
      30_000,
    )
    assert.ok(loudest.microphone > -12 && loudest.speaker > -19, JSON.stringify(loudest))
  },
)
