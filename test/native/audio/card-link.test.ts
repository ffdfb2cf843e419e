import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { listenForCard } from '../../../native/audio/card-link.ts'
import type { CardDelegate, CardState } from '../../../native/audio/card-port.ts'
import { encodeFrame, FrameReader } from '../../../native/audio/frame-stream.ts'
import type { AudioFrame } from '../../../native/audio/frame-stream.ts'
import { fitSine, sine } from '../../support/tone.ts'

const token = '00112233445566778899aabbccddeeff'
let folder = ''
let sockets = 0
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'card-link-'))
})
after(() => rm(folder, { recursive: true }))

/** An audio host whose device is the test. */
class Host {
  readonly socket: Socket
  readonly heard: AudioFrame[] = []
  readonly closed: Promise<unknown>

  constructor(path: string) {
    const reader = new FrameReader()
    this.socket = connect(path)
    this.socket.on('error', () => {})
    this.socket.on('data', (chunk) => this.heard.push(...reader.push(chunk)))
    this.closed = new Promise((resolve) => this.socket.on('close', resolve))
  }

  say(...frames: AudioFrame[]): void {
    for (const frame of frames) this.socket.write(encodeFrame(frame))
  }
}

function listen(t: TestContext, onStart: Partial<CardDelegate> = {}) {
  const path = join(folder, `${++sockets}.sock`)
  const warnings: string[] = []
  const states: CardState[] = []
  const port = listenForCard(path, token, (message) => warnings.push(message))
  t.after(() => port.close())
  const delegate: CardDelegate = {
    onMicrophone: () => {},
    pull: () => null,
    onState: (state) => states.push(state),
    ...onStart,
  }
  const greet = (inputRate: number, outputRate: number) => {
    const host = new Host(path)
    t.after(() => host.socket.destroy())
    host.say({ kind: 'hello', token }, { kind: 'opened', inputRate, outputRate })
    return host
  }
  return { path, port, delegate, warnings, states, greet }
}

/** Gives up, with the test, after so many rounds of the event loop with 1 ms each. */
async function until(what: () => boolean): Promise<void> {
  for (let round = 0; !what(); round++) {
    assert.ok(round < 10_000, 'what was awaited did not come')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

describe('card link', { timeout: 20_000 }, () => {
  for (const rate of [48_000, 44_100, 16_000])
    it(`carries sound both ways through a device of ${rate} Hz`, async (t) => {
      const heard: number[] = []
      let played = 0
      const { port, delegate, states, greet } = listen(t, {
        onMicrophone: (frame) => {
          assert.equal(frame.length, 160)
          heard.push(...frame)
        },
        pull: () => sine(8000, 440, 160, 10_000, 160 * played++),
      })
      port.start(delegate, 8000)
      const host = greet(rate, rate)
      const chunk = Math.round(rate / 100)
      for (let i = 0; i < 100; i++) {
        host.say({ kind: 'microphone', samples: sine(rate, 1000, chunk, 8000, i * chunk) })
        host.say({ kind: 'pull', sequence: i, count: chunk })
      }
      await until(() => host.heard.length === 100)
      const spoken = host.heard.flatMap((frame) => (frame.kind === 'speaker' ? [frame] : []))
      assert.deepEqual(
        spoken.map(({ sequence }) => sequence),
        Array.from({ length: 100 }, (_, i) => i),
      )
      assert.ok(spoken.every(({ samples }) => samples.length === chunk))
      const microphone = fitSine(Int16Array.from(heard.slice(800)), 8000, 1000)
      assert.ok(Math.abs(microphone.amplitude - 8000) < 200 && microphone.restDb < -45, JSON.stringify(microphone))
      const sound = spoken.flatMap(({ samples }) => [...samples])
      const speaker = fitSine(Int16Array.from(sound.slice(rate / 10)), rate, 440)
      assert.ok(Math.abs(speaker.amplitude - 10_000) < 200 && speaker.restDb < -45, JSON.stringify(speaker))
      assert.deepEqual(states, ['running'])
      host.say({ kind: 'report', delayMs: 60, underruns: 0, late: 0 })
      await until(() => port.delayMs >= 60)
      assert.ok(port.delayMs < 60 + 40)
    })

  it('hears from one device alone, with the clock of the other', async (t) => {
    const counts = { heard: 0, pulled: 0 }
    const { port, delegate, states, greet } = listen(t, {
      onMicrophone: () => counts.heard++,
      pull: () => {
        counts.pulled++
        return null
      },
    })
    port.start(delegate, 8000)
    const speaker = greet(0, 48_000)
    for (let i = 0; i < 20; i++) speaker.say({ kind: 'pull', sequence: i, count: 960 })
    await until(() => speaker.heard.length === 20)
    assert.ok(counts.heard >= 18 && Math.abs(counts.heard - counts.pulled) <= 1, JSON.stringify(counts))
    const microphone = greet(48_000, 0)
    await until(() => {
      microphone.say({ kind: 'microphone', samples: new Int16Array(960) })
      return counts.heard >= 40
    })
    assert.ok(Math.abs(counts.heard - counts.pulled) <= 1, JSON.stringify(counts))
    assert.equal(states[0], 'running')
  })

  it('tells when frames stay away, and when a new host brings them back', async (t) => {
    let heard = 0
    const { port, delegate, states, greet } = listen(t, { onMicrophone: () => heard++ })
    port.start(delegate, 8000)
    await until(() => states.length === 1)
    assert.deepEqual(states, ['stalled'], 'nobody came')
    const feed = (host: Host) => {
      host.say({ kind: 'microphone', samples: new Int16Array(960) }, { kind: 'pull', sequence: 1, count: 960 })
    }
    const first = greet(48_000, 48_000)
    feed(first)
    await until(() => states.length === 2)
    // Only the microphone goes on: the engine keeps its own time again, so it gets nothing.
    await until(() => {
      first.say({ kind: 'microphone', samples: new Int16Array(960) })
      return states.length === 3
    })
    const before = heard
    first.say(
      { kind: 'microphone', samples: new Int16Array(960) },
      { kind: 'microphone', samples: new Int16Array(960) },
    )
    const second = greet(44_100, 44_100)
    feed(second)
    await until(() => states.length === 4)
    await first.closed
    assert.deepEqual(states, ['stalled', 'running', 'stalled', 'running'])
    assert.ok(heard <= before + 1)
  })

  it('is silent to a host after stop, and calls nobody', async (t) => {
    let calls = 0
    const { port, delegate, states, greet } = listen(t, {
      onMicrophone: () => calls++,
      pull: () => {
        calls++
        return sine(8000, 440, 160)
      },
    })
    port.start(delegate, 8000)
    const host = greet(48_000, 48_000)
    host.say({ kind: 'microphone', samples: new Int16Array(960) }, { kind: 'pull', sequence: 1, count: 960 })
    await until(() => states.includes('running'))
    port.stop()
    const before = calls
    for (let i = 2; i < 12; i++) host.say({ kind: 'pull', sequence: i, count: 960 })
    await until(() => host.heard.some((frame) => frame.kind === 'speaker' && frame.sequence === 11))
    assert.equal(calls, before)
    const last = host.heard.at(-1)
    assert.ok(last?.kind === 'speaker' && last.samples.every((sample) => sample === 0))
  })

  it('lets nobody in without the token, and nobody who talks nonsense', async (t) => {
    const { path, greet, warnings, states, port, delegate } = listen(t)
    port.start(delegate, 8000)
    const right = greet(48_000, 48_000)
    const liars: AudioFrame[][] = [
      [{ kind: 'hello', token: 'wrong' }],
      [{ kind: 'hello', token: token.replace('0', '1') }],
      [{ kind: 'opened', inputRate: 48_000, outputRate: 48_000 }],
    ]
    for (const frames of liars) {
      const liar = new Host(path)
      liar.say(...frames)
      await liar.closed
    }
    const nonsense = new Host(path)
    nonsense.socket.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
    await nonsense.closed
    assert.equal(warnings.length, 4)
    assert.ok(!right.socket.destroyed, 'the right one is not disturbed')

    for (const frames of [
      [{ kind: 'pull', sequence: 1, count: 4_000_000_000 }],
      [{ kind: 'opened', inputRate: 1, outputRate: 0 }],
      [{ kind: 'opened', inputRate: 0, outputRate: 0 }],
      [{ kind: 'hello', token }],
      [{ kind: 'speaker', sequence: 1, samples: new Int16Array(1) }],
    ] satisfies AudioFrame[][]) {
      const host = greet(48_000, 48_000)
      host.say(...frames)
      await host.closed
    }
    const early = new Host(path)
    early.say({ kind: 'hello', token }, { kind: 'microphone', samples: new Int16Array(960) })
    await early.closed
    const good = greet(48_000, 48_000)
    await until(() => {
      good.say({ kind: 'microphone', samples: new Int16Array(960) }, { kind: 'pull', sequence: 1, count: 960 })
      return states.includes('running')
    })
  })

  it('keeps the number of strangers at the door small', async (t) => {
    const { path } = listen(t)
    const strangers = Array.from({ length: 10 }, () => new Host(path))
    t.after(() => strangers.forEach(({ socket }) => socket.destroy()))
    let refused = 0
    for (const { closed } of strangers) void closed.then(() => refused++)
    await until(() => refused === 6)
    assert.equal(strangers.filter(({ socket }) => !socket.destroyed).length, 4)
  })

  it('closes with a host connected', async () => {
    const path = join(folder, 'closing.sock')
    const port = listenForCard(path, token)
    const host = new Host(path)
    host.say({ kind: 'hello', token }, { kind: 'opened', inputRate: 48_000, outputRate: 0 })
    await once(host.socket, 'connect')
    await port.close()
    await host.closed
    assert.equal(port.delayMs, 0)
  })
})
