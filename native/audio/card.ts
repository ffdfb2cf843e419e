import { chooseDevice, findDevices, noDevice } from './devices.ts'
import { CardError } from './naudiodon.ts'
import type { Naudiodon, NativeStream, StreamOptions } from './naudiodon.ts'
import { answerMissed, chunkQueued, openSpeakerQueue, queueChunks } from './speaker-queue.ts'

/**
 * The sound card through naudiodon: two simplex streams at the device's own rate, mono, 16 bit. Safe use of a package
 * that hangs for good when its device goes away, so this lives in a process that somebody else watches and kills:
 * nothing here closes a stream (`abort` throws, `end` and a second `quit` hang).
 */

interface CardUser {
  onMicrophone(samples: Int16Array): void
  /** The speaker needs that much; the answer goes to `play` with the same number, and until then silence is heard. */
  onPull(sequence: number, count: number): void
  onLost(message: string): void
}

interface CardNames {
  readonly input?: string
  readonly output?: string
  readonly outputOnly?: true
}

interface CardInfo {
  readonly input: { readonly name: string; readonly rate: number } | undefined
  readonly output: { readonly name: string; readonly rate: number } | undefined
}

/** Microphone chunks, and what the driver asks for at a time, milliseconds. */
const microphoneChunkMs = 20
const speakerBufferMs = 10

export class Card {
  readonly info: CardInfo
  readonly #user: CardUser
  readonly #output: (NodeJS.WritableStream & NativeStream) | undefined
  readonly #input: (NodeJS.ReadableStream & NativeStream) | undefined
  #queue = openSpeakerQueue(0)
  #sequence = 0
  /** The pull that was not answered yet. */
  #asked: number | undefined
  /** It was not answered in time. */
  #missed = false
  /** Silence is on its way to the driver, in place of the answer. */
  #silent = false
  /** The answer that came meanwhile. */
  #answer: Int16Array | undefined
  #late = 0
  #patience: NodeJS.Timeout | undefined

  /** Opens the devices of these names, or the defaults; one may be missing. Throws a CardError. May block for seconds. */
  constructor(audio: Naudiodon, names: CardNames, user: CardUser) {
    this.#user = user
    const devices = findDevices(audio)
    const input = names.outputOnly === true ? undefined : chooseDevice(devices, 'input', names.input)
    const output = chooseDevice(devices, 'output', names.output)
    if (input === undefined && output === undefined) throw noDevice()
    const opened = {
      input: input && openAtSomeRate(input, microphoneChunkMs, 16, (options) => audio.AudioIO({ inOptions: options })),
      output:
        output &&
        openAtSomeRate(output, speakerBufferMs, queueChunks, (options) => audio.AudioIO({ outOptions: options })),
    }
    this.#input = opened.input?.stream
    this.#output = opened.output?.stream
    this.info = {
      input: input && opened.input && { name: input.name, rate: opened.input.rate },
      output: output && opened.output && { name: output.name, rate: opened.output.rate },
    }
  }

  /** Milliseconds that wait in our own queues, both directions; what the driver holds is not known. */
  get delayMs(): number {
    const speaker = this.#output === undefined ? 0 : queueChunks * this.#queue.chunkMs + speakerBufferMs
    return speaker + (this.#input === undefined ? 0 : microphoneChunkMs)
  }

  get underruns(): number {
    return this.#queue.underruns
  }

  /** Answers to `onPull` that came when silence had been played before them. */
  get late(): number {
    return this.#late
  }

  start(): void {
    for (const stream of [this.#input, this.#output]) {
      // The package's own listener prints the error and nothing else.
      stream?.removeAllListeners('error')
      stream?.on('error', (error: unknown) => this.#user.onLost(error instanceof Error ? error.message : String(error)))
      stream?.on('close', () => this.#user.onLost('the stream was closed'))
    }
    this.#input?.on('data', (chunk: Buffer) => this.#user.onMicrophone(samplesOf(chunk)))
    this.#queue = openSpeakerQueue(performance.now())
    // The driver's callback blocks on an empty queue, so that is filled first.
    if (this.#output !== undefined) this.#prime(queueChunks)
    this.#input?.start()
  }

  /** The answer to `onPull`; anything else is dropped. Late, it is heard after the silence, and nothing of it is lost. */
  play(sequence: number, samples: Int16Array): void {
    if (sequence !== this.#asked) return
    this.#asked = undefined
    clearTimeout(this.#patience)
    if (this.#missed) {
      this.#late++
      this.#queue = answerMissed(this.#queue, performance.now())
    }
    this.#missed = false
    if (this.#silent) this.#answer = samples
    else this.#write(samples)
  }

  #prime(chunks: number): void {
    this.#output?.write(bytesOf(new Int16Array(this.#chunkSamples())), () => {
      if (chunks > 1) this.#prime(chunks - 1)
      else {
        this.#output?.start()
        this.#pull()
      }
    })
  }

  #pull(): void {
    this.#sequence++
    this.#asked = this.#sequence
    const count = this.#chunkSamples()
    // A full queue can lose two chunks of three and still not run empty.
    this.#wait(queueChunks - 1, count)
    this.#user.onPull(this.#sequence, count)
  }

  /** For so many chunks' time; then silence, and so on until the answer is there. */
  #wait(chunks: number, count: number): void {
    this.#patience = setTimeout(() => {
      this.#missed = true
      this.#silent = true
      this.#output?.write(bytesOf(new Int16Array(count)), () => {
        this.#silent = false
        const answer = this.#answer
        this.#answer = undefined
        // After silence the queue is not full.
        if (answer === undefined) return this.#wait(1, count)
        this.#write(answer)
      })
    }, this.#queue.chunkMs * chunks)
  }

  #write(samples: Int16Array): void {
    const before = performance.now()
    this.#output?.write(bytesOf(samples), () => {
      const now = performance.now()
      this.#queue = chunkQueued(this.#queue, now - before, now)
      this.#pull()
    })
  }

  #chunkSamples(): number {
    return Math.round(((this.info.output?.rate ?? 0) * this.#queue.chunkMs) / 1000)
  }
}

/** Shared mode of Windows refuses every rate but the device's own; elsewhere the own one may lie. */
function openAtSomeRate<S>(
  device: { readonly id: number; readonly name: string; readonly rate: number },
  bufferMs: number,
  maxQueue: number,
  open: (options: StreamOptions) => S,
): { stream: S; rate: number } {
  const failures: unknown[] = []
  for (const rate of new Set([device.rate, 48_000, 44_100])) {
    const frames = Math.round((rate * bufferMs) / 1000)
    const common = { deviceId: device.id, sampleRate: rate, channelCount: 1, sampleFormat: 16 as const }
    try {
      // The input's high water mark is its chunk size in bytes.
      const queue = { maxQueue, highwaterMark: frames * 2, closeOnError: false }
      return { stream: open({ ...common, ...queue, framesPerBuffer: frames }), rate }
    } catch (error) {
      failures.push(error)
    }
  }
  const reason = failures[0] instanceof Error ? failures[0].message : String(failures[0])
  throw new CardError(`"${device.name}" cannot be opened: ${reason}`, false, { cause: failures[0] })
}

const bytesOf = (samples: Int16Array) => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)

function samplesOf(bytes: Buffer): Int16Array {
  return new Int16Array(Uint8Array.from(bytes).buffer, 0, bytes.length >> 1)
}
