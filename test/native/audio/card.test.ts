import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'
import { Card } from '../../../native/audio/card.ts'
import { CardError } from '../../../native/audio/naudiodon.ts'
import type { Naudiodon, StreamOptions } from '../../../native/audio/naudiodon.ts'

/** A stream of the driver, with its queue: a write waits for its place, as naudiodon's does. */
class FakeStream extends EventEmitter {
  readonly options: StreamOptions
  readonly played: Buffer[] = []
  started = false
  #waiting: { readonly chunk: Buffer; readonly done: () => void } | undefined
  #queue: Buffer[] = []

  constructor(options: StreamOptions) {
    super()
    this.options = options
  }

  start(): void {
    this.started = true
  }

  write(chunk: Buffer, done: () => void): boolean {
    assert.equal(this.#waiting, undefined, 'one write at a time')
    this.#waiting = { chunk: Buffer.from(chunk), done }
    this.#admit()
    return true
  }

  /** The device takes a chunk. False: there was none, and the driver would hang. */
  take(): boolean {
    const chunk = this.#queue.shift()
    if (chunk !== undefined) this.played.push(chunk)
    this.#admit()
    return chunk !== undefined
  }

  #admit(): void {
    if (this.#waiting === undefined || this.#queue.length >= this.options.maxQueue) return
    const { chunk, done } = this.#waiting
    this.#waiting = undefined
    this.#queue.push(chunk)
    queueMicrotask(done)
  }
}

interface Machine {
  readonly inputs?: number
  readonly outputs?: number
  /** What the driver accepts, Hz. */
  readonly rates?: readonly number[]
}

function build({ inputs = 1, outputs = 2, rates = [44_100] }: Machine = {}) {
  const streams: { input?: FakeStream; output?: FakeStream } = {}
  const open = (options: StreamOptions) => {
    if (!rates.includes(options.sampleRate)) throw new Error('Format not supported: Invalid sample rate')
    return new FakeStream(options)
  }
  const device = { id: 4, name: 'Headset', hostAPIName: 'ALSA', defaultSampleRate: 44_100 }
  const audio = {
    getDevices: () => [{ ...device, maxInputChannels: inputs, maxOutputChannels: outputs }],
    getHostAPIs: () => ({
      defaultHostAPI: 0,
      HostAPIs: [{ name: 'ALSA', type: 'ALSA', defaultInput: 4, defaultOutput: 4 }],
    }),
    AudioIO: (options: { inOptions?: StreamOptions; outOptions?: StreamOptions }) => {
      if (options.inOptions) return (streams.input = open(options.inOptions))
      return (streams.output = open(options.outOptions!))
    },
  } as unknown as Naudiodon
  const heard: Int16Array[] = []
  const pulls: { sequence: number; count: number }[] = []
  const losses: string[] = []
  const make = () =>
    new Card(
      audio,
      {},
      {
        onMicrophone: (samples) => heard.push(samples),
        onPull: (sequence, count) => pulls.push({ sequence, count }),
        onLost: (message) => losses.push(message),
      },
    )
  return { streams, heard, pulls, losses, make }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('card', () => {
  it('opens two simplex streams at the device’s own rate', () => {
    const { streams, make } = build()
    const card = make()
    assert.deepEqual(card.info, { input: { name: 'Headset', rate: 44_100 }, output: { name: 'Headset', rate: 44_100 } })
    const { input, output } = streams
    assert.deepEqual(
      [input!.options.deviceId, input!.options.sampleRate, input!.options.channelCount, input!.options.sampleFormat],
      [4, 44_100, 1, 16],
    )
    // 20 ms, and as many bytes a chunk.
    assert.deepEqual([input!.options.framesPerBuffer, input!.options.highwaterMark], [882, 1764])
    assert.ok(!input!.options.closeOnError && !output!.options.closeOnError)
  })

  it('takes another rate where the device refuses its own', () => {
    const { make } = build({ rates: [48_000] })
    assert.equal(make().info.output?.rate, 48_000)
    assert.throws(
      build({ rates: [96_000] }).make,
      (error) => error instanceof CardError && /Headset.*sample rate/.test(error.message),
    )
  })

  it('does with a microphone or a speaker alone', () => {
    assert.equal(build({ inputs: 0 }).make().info.input, undefined)
    assert.equal(build({ outputs: 0 }).make().info.output, undefined)
    assert.throws(build({ inputs: 0, outputs: 0 }).make, CardError)
  })

  it('fills the queue before it starts the speaker, then asks for one chunk after another', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { streams, pulls, make } = build()
    const card = make()
    card.start()
    for (let i = 0; i < 10; i++) await settle()
    const output = streams.output!
    assert.ok(output.started)
    assert.deepEqual(pulls, [{ sequence: 1, count: 441 }])
    for (let i = 1; i <= 20; i++) {
      card.play(i, new Int16Array(441).fill(i))
      await settle()
      assert.ok(output.take(), 'the driver found the queue empty')
      await settle()
      assert.equal(pulls.at(-1)?.sequence, i + 1)
    }
    const first = output.played.map((chunk) => chunk.readInt16LE(0))
    assert.deepEqual(first, [0, 0, 0, ...Array.from({ length: 17 }, (_, i) => i + 1)])
    card.play(21, new Int16Array(441))
    assert.equal(card.late, 0)
  })

  it('plays silence until the answer is there, and loses nothing of it', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { streams, pulls, make } = build()
    const card = make()
    card.start()
    const output = streams.output!
    // The device plays at the pace of the chunks, 10 ms.
    const play = async (chunks: number) => {
      for (let i = 0; i < chunks; i++) {
        t.mock.timers.tick(10)
        await settle()
        assert.ok(output.take(), 'the driver found the queue empty')
        await settle()
      }
    }
    for (let i = 0; i < 10; i++) await settle()
    await play(30)
    assert.deepEqual(pulls, [{ sequence: 1, count: 441 }], 'it asks once')
    card.play(7, new Int16Array(441).fill(66))
    card.play(1, new Int16Array(441).fill(77))
    card.play(1, new Int16Array(441).fill(88))
    await settle()
    assert.equal(card.late, 1)
    assert.ok(output.played.every((chunk) => chunk.every((byte) => byte === 0)))
    await play(1)
    assert.deepEqual(pulls.at(-1), { sequence: 2, count: 441 })
    card.play(2, new Int16Array(441).fill(99))
    await play(4)
    const heard = output.played.map((chunk) => chunk.readInt16LE(0)).filter((sample) => sample !== 0)
    assert.deepEqual(heard, [77, 99])
    assert.equal(card.late, 1)
  })

  it('hands on what the microphone hears, and tells when a stream fails', () => {
    const { streams, heard, losses, make } = build()
    make().start()
    assert.ok(streams.input!.started)
    streams.input!.emit('data', Buffer.from([1, 0, 0xff, 0xff, 7]))
    assert.deepEqual(heard, [Int16Array.of(1, -1)])
    streams.input!.emit('error', new Error('device unavailable'))
    streams.output!.emit('close')
    assert.deepEqual(losses, ['device unavailable', 'the stream was closed'])
  })
})
