/** Runs alone: it measures how soon the sound is back. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startMedia } from '../../electron/media/media-host.ts'
import type { MediaHost } from '../../electron/media/media-host.ts'
import { startNodeChild } from '../../electron/media/start-child.ts'
import type { Child, StartChild } from '../../electron/media/start-child.ts'
import type { AudioState, MediaOpen } from '../../electron/phone/ports.ts'
import { Resampler } from '../../native/audio/resample.ts'
import { wavHeader } from '../../native/audio/wav.ts'
import { realClock } from '../support/real-clock.ts'
import { testLog } from '../support/silent-log.ts'
import { likeness, speech } from '../support/sound.ts'
import { fitSine, sine } from '../support/tone.ts'
import { naudiodonMissing, VirtualCard, virtualCardMissing } from '../support/virtual-card.ts'

/** The whole chain with real processes: device, audio host, media process, RTP on loopback, and back to the device. */

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const entries = { mediaProcess: file('../../native/media-process.ts'), audioHost: file('../../native/audio-host.ts') }
const needsCard = { skip: virtualCardMissing }
const needsDriver = process.platform === 'linux' ? { skip: naudiodonMissing } : { skip: true }
let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sound-card-'))
})
after(() => rm(folder, { recursive: true }))

interface Started {
  readonly entry: string
  readonly child: Child
}

async function build(t: TestContext, env: Readonly<Record<string, string>>, audioHost = entries.audioHost) {
  const children: Started[] = []
  const states: AudioState[] = []
  const messages: string[] = []
  const levels: { microphone: number; speaker: number } = { microphone: -100, speaker: -100 }
  const startChild: StartChild = (entry, delegate, more) => {
    const child = startNodeChild(entry, delegate, { ...more, ...env })
    children.push({ entry, child })
    return child
  }
  const own = { ...entries, audioHost }
  const options = { startChild, entries: own, clock: realClock, log: testLog(), socketFolder: folder }
  const media = (await startMedia(options)({
    onDtmf: () => {},
    onQuality: () => {},
    onLevel: (_session, microphone, speaker) => Object.assign(levels, { microphone, speaker }),
    onAudioState: (state, message) => {
      states.push(state)
      messages.push(message)
    },
  })) as MediaHost
  t.after(() => media.shutdown())
  const last = (entry: string) => children.findLast((one) => one.entry === entry)?.child.pid ?? 0
  return { media, children, states, messages, levels, last, entries: own }
}

/** A call from the sound card to an echo. */
async function callEcho(media: MediaHost): Promise<void> {
  const open = (audio: MediaOpen['audio']): MediaOpen => ({
    address: '127.0.0.1',
    ports: [30_000, 30_999],
    demanded: false,
    audio,
  })
  const near = await media.open('near', open({ source: { kind: 'device' }, sink: { kind: 'device' } }))
  const far = await media.open('far', open({ source: { kind: 'echo' }, sink: { kind: 'discard' } }))
  const config = (remote: typeof near) => ({
    remote: { address: '127.0.0.1', ...remote },
    sending: true,
    receiving: true,
    codec: 'PCMU' as const,
    payloadType: 0,
    receivePayloadTypes: { 0: 'PCMU' as const },
    ptimeMs: 20,
  })
  media.configure('near', config(far))
  media.configure('far', config(near))
}

/** Gives up, with the test, after twenty seconds or so; says how many milliseconds it took. */
async function until(what: () => boolean): Promise<number> {
  const from = performance.now()
  for (let round = 0; !what(); round++) {
    assert.ok(round < 4000, 'what was awaited did not come')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return Math.round(performance.now() - from)
}

async function wav(name: string, samples: Int16Array, rate: number): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, Buffer.concat([wavHeader(rate, 1, samples.byteLength), new Uint8Array(samples.buffer)]))
  return path
}

/** What is recorded within the next `ms` at the speaker. */
async function listen(card: VirtualCard, ms: number): Promise<{ microphone: Int16Array; speaker: Int16Array }> {
  const recording = await card.record()
  await new Promise((resolve) => setTimeout(resolve, ms))
  return recording.stop()
}

/** Waits until the tone is heard at the speaker, cleanly, and says so. */
async function hearTone(card: VirtualCard, hz: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    assert.ok(tries < 25, 'no clean tone at the speaker')
    const { speaker } = await listen(card, 600)
    const { amplitude, restDb } = fitSine(speaker.subarray(-card.rate / 5), card.rate, hz)
    if (amplitude > 5000 && restDb < -25) return
  }
}

const isGone = (pid: number) => {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

describe('sound card', { timeout: 120_000, concurrency: false }, () => {
  for (const rate of [48_000, 44_100])
    it(
      `carries speech from the microphone to the peer and back to the speaker at ${rate} Hz`,
      { ...needsCard, timeout: 40_000 },
      async (t) => {
        const card = await VirtualCard.start(rate)
        t.after(() => card.stop())
        const { media, states } = await build(t, card.env)
        await callEcho(media)
        await until(() => states.includes('running'))
        const up = new Resampler(8000, rate)
        const path = await wav(`speech-${rate}.wav`, up.process(speech(4, 7)), rate)
        const recording = await card.record()
        await card.speak(path)
        await new Promise((resolve) => setTimeout(resolve, 600))
        const heard = await recording.stop()
        const down = [new Resampler(rate, 8000), new Resampler(rate, 8000)] as const
        const [microphone, speaker] = [down[0].process(heard.microphone), down[1].process(heard.speaker)]
        const found = likeness(microphone, speaker, [0, 4800])
        t.diagnostic(`likeness ${found.toFixed(4)}`)
        assert.ok(found > 0.95, `likeness ${found}`)
        const quality = await media.close('near')
        await media.close('far')
        assert.ok((quality?.sent.packets ?? 0) > 150)
        await until(() => states.at(-1) === 'idle')
      },
    )

  it(
    'brings sound back when the audio host, the media process or the sound server dies or hangs',
    { ...needsCard, timeout: 100_000 },
    async (t) => {
      const card = await VirtualCard.start()
      t.after(() => card.stop())
      const { media, states, levels, last } = await build(t, card.env)
      const tone = await wav('tone.wav', sine(48_000, 1000, 48_000 * 90), 48_000)
      const speak = () => card.speak(tone).catch(() => {})
      void speak()
      await callEcho(media)
      await hearTone(card, 1000)

      for (const [entry, signal] of [
        [entries.audioHost, 'SIGKILL'],
        [entries.mediaProcess, 'SIGKILL'],
        [entries.audioHost, 'SIGSTOP'],
        [entries.mediaProcess, 'SIGSTOP'],
      ] as const) {
        const victim = last(entry)
        const seen = states.length
        process.kill(victim, signal)
        const lost = await until(() => states.slice(seen).includes('lost'))
        const back = await until(() => states.at(-1) === 'running')
        t.diagnostic(`${entry.split('/').at(-1)} ${signal}: noticed after ${lost} ms, sound back ${back} ms later`)
        assert.notEqual(last(entry), victim)
        await until(() => isGone(victim))
        await hearTone(card, 1000)
      }

      await card.killServer()
      await until(() => states.at(-1) === 'lost')
      // Silence goes out meanwhile, so the far end is still there when sound is back.
      await new Promise((resolve) => setTimeout(resolve, 1000))
      await card.startServer()
      void speak()
      t.diagnostic(`sound server: running ${await until(() => states.at(-1) === 'running')} ms after it was back`)
      await hearTone(card, 1000)
      await until(() => levels.microphone > -20 && levels.speaker > -20)

      const quality = await media.close('near')
      assert.ok(quality)
      await media.shutdown()
    },
  )

  it('lists the devices of the machine', needsCard, async (t) => {
    const card = await VirtualCard.start()
    t.after(() => card.stop())
    const { media, children } = await build(t, card.env)
    const devices = await media.devices()
    assert.ok(devices.some(({ name, kind }) => name === 'vmic' && kind === 'input'))
    assert.ok(devices.some(({ name, kind }) => name === 'vspk' && kind === 'output'))
    assert.deepEqual(
      devices
        .filter((one) => one.default)
        .map(({ name, kind }) => `${name} ${kind}`)
        .sort(),
      ['default input', 'default output'],
    )
    const lister = children.find(({ entry }) => entry === entries.audioHost)?.child.pid ?? 0
    await until(() => isGone(lister))
  })

  // The configuration that leaves no device is one of Linux.
  it('goes on with silence where there is no device, and says so', needsDriver, async (t) => {
    const configuration = join(folder, 'no-device.conf')
    await writeFile(configuration, 'pcm.!default { type hw card 99 }')
    const { media, states, messages } = await build(t, { ALSA_CONFIG_PATH: configuration })
    await assert.rejects(media.devices(), { code: 'no-audio-device', message: /plug in/ })
    await callEcho(media)
    await until(() => states.length > 0)
    assert.equal(states[0], 'unavailable')
    assert.match(messages[0] ?? '', /plug in/)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const quality = await media.close('near')
    assert.ok((quality?.sent.packets ?? 0) > 20, 'silence went out all the time')
    assert.ok((quality?.received.packets ?? 0) > 20)
  })

  it('goes on with silence where naudiodon is missing, and says how to get it', async (t) => {
    const { media, states, messages, children, entries } = await build(t, {}, file('../support/audio-host-bare.ts'))
    await assert.rejects(media.devices(), { code: 'no-audio-device', message: /npm install/ })
    await callEcho(media)
    await until(() => states.includes('unavailable'))
    assert.match(messages[0] ?? '', /naudiodon.*npm install/)
    const tries = children.filter(({ entry }) => entry === entries.audioHost).length
    assert.equal(tries, 2, 'one for the list, one for the call, none again')
  })

  it('leaves no child behind, even when the phone is killed', needsCard, async (t) => {
    const card = await VirtualCard.start()
    t.after(() => card.stop())
    const phone = spawn(process.execPath, [file('../support/media-user.ts')], {
      env: { ...process.env, ...card.env, SOCKET_FOLDER: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => phone.kill('SIGKILL'))
    phone.stdout.setEncoding('utf8')
    const [line] = (await once(phone.stdout, 'data')) as [string]
    const pids = JSON.parse(line) as number[]
    assert.equal(pids.length, 2)
    assert.ok(pids.every((pid) => !isGone(pid)))
    phone.kill('SIGKILL')
    await until(() => pids.every(isGone))
  })

  it('leaves no audio host behind that hangs in the driver when the phone is killed', async (t) => {
    const parent = spawn(process.execPath, [file('../support/stuck-parent.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => parent.kill('SIGKILL'))
    parent.stdout.setEncoding('utf8')
    const [line] = (await once(parent.stdout, 'data')) as [string]
    const stuck = Number(line)
    assert.ok(!isGone(stuck))
    parent.kill('SIGKILL')
    await until(() => isGone(stuck))
  })
})
