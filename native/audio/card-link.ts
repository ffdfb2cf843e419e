import { timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import type { CardDelegate, CardPort, CardState } from './card-port.ts'
import { CardStream } from './card-stream.ts'
import { encodeFrame, FrameReader, FrameStreamError } from './frame-stream.ts'
import type { AudioFrame } from './frame-stream.ts'

/** Frames that stay away so long count as stalled, milliseconds: five chunks of the microphone. */
const stallMs = 100
/** How long a stranger may take to show the token, milliseconds. */
const helloMs = 1000
const maximumStrangers = 4
/** A host that reads so little of what it asked for is as good as dead, bytes. */
const maximumUnread = 262_144

/**
 * The media process' end of the sound card: listens on a local socket for the audio host and turns its device's chunks
 * into frames of the calls' rate. Every host that dies is followed by another one, which takes its place here.
 */
class CardLink implements CardPort {
  readonly #server: Server
  readonly #token: Buffer
  readonly #warn: (message: string) => void
  readonly #strangers = new Set<Socket>()
  #host: Socket | undefined
  #stream: CardStream | undefined
  #delegate: CardDelegate | undefined
  #rate = 8000
  #state: CardState | undefined
  #startedAt = 0
  #hostDelayMs = 0
  #watch: NodeJS.Timeout | undefined

  constructor(path: string, token: string, warn: (message: string) => void) {
    this.#token = Buffer.from(token)
    this.#warn = warn
    this.#server = createServer((socket) => this.#receive(socket))
    this.#server.on('error', (error) => warn(`no socket for the sound card: ${error.message}`))
    this.#server.listen(path)
  }

  get delayMs(): number {
    return this.#stream === undefined ? 0 : Math.round(this.#hostDelayMs + this.#stream.delayMs)
  }

  start(delegate: CardDelegate, rate: number): void {
    this.#rate = rate
    if (this.#stream) this.#stream.rate = rate
    if (this.#delegate === delegate) return
    this.#delegate = delegate
    this.#state = undefined
    this.#startedAt = performance.now()
    this.#stream?.reset()
    this.#watch ??= setInterval(() => this.#look(), stallMs / 4)
  }

  stop(): void {
    this.#delegate = undefined
    clearInterval(this.#watch)
    this.#watch = undefined
  }

  async close(): Promise<void> {
    this.stop()
    for (const stranger of this.#strangers) stranger.destroy()
    this.#drop()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #receive(socket: Socket): void {
    const reader = new FrameReader()
    if (this.#strangers.size >= maximumStrangers) {
      socket.destroy()
      return
    }
    this.#strangers.add(socket)
    const patience = setTimeout(() => socket.destroy(), helloMs)
    socket.on('error', (error) => this.#warn(`connection to the audio host: ${error.message}`))
    socket.on('close', () => {
      clearTimeout(patience)
      this.#strangers.delete(socket)
      if (socket === this.#host) this.#drop()
    })
    socket.on('data', (chunk) => {
      try {
        for (const frame of reader.push(chunk)) {
          if (socket === this.#host) this.#take(frame, socket)
          else if (frame.kind === 'hello' && this.#knows(frame.token)) {
            clearTimeout(patience)
            this.#adopt(socket)
          } else throw new FrameStreamError('the audio host did not show its token')
        }
      } catch (error) {
        if (!(error instanceof FrameStreamError)) throw error
        this.#warn(`audio host refused: ${error.message}`)
        socket.destroy()
      }
    })
  }

  #knows(token: string): boolean {
    const shown = Buffer.from(token)
    return shown.length === this.#token.length && timingSafeEqual(shown, this.#token)
  }

  #adopt(socket: Socket): void {
    this.#strangers.delete(socket)
    this.#drop()
    this.#host = socket
  }

  #drop(): void {
    const host = this.#host
    this.#host = undefined
    this.#stream?.close()
    this.#stream = undefined
    this.#hostDelayMs = 0
    host?.destroy()
  }

  #take(frame: AudioFrame, host: Socket): void {
    const now = performance.now()
    if (frame.kind === 'opened') {
      this.#stream?.close()
      this.#stream = new CardStream(frame.inputRate, frame.outputRate, this.#rate)
    } else if (frame.kind === 'report') this.#hostDelayMs = frame.delayMs
    else if (this.#stream === undefined) throw new FrameStreamError(`${frame.kind} before the device was open`)
    else if (frame.kind === 'microphone') {
      this.#stream.microphone(frame.samples, now, this.#heard())
      this.#look()
    } else if (frame.kind === 'pull') {
      const samples = this.#stream.speaker(frame.count, now, this.#heard())
      host.write(encodeFrame({ kind: 'speaker', sequence: frame.sequence, samples }))
      if (host.writableLength > maximumUnread) throw new FrameStreamError('it reads nothing of what it asked for')
      this.#look()
    } else throw new FrameStreamError(`${frame.kind} is not for the audio host to say`)
  }

  /** While one direction hangs, the engine keeps its own time: it must not get frames as well. */
  #heard(): CardDelegate | undefined {
    return this.#state === 'running' ? this.#delegate : undefined
  }

  #look(): void {
    const delegate = this.#delegate
    if (delegate === undefined) return
    const now = performance.now()
    const flowing = this.#stream?.flowing(now, stallMs) ?? false
    if (!flowing && this.#state === undefined && now - this.#startedAt < stallMs) return
    const state = flowing ? 'running' : 'stalled'
    if (state === this.#state) return
    this.#state = state
    delegate.onState(state)
  }
}

/**
 * See ListenForCard. `path` is a Unix socket in a folder that only this user may enter, or a named pipe. `warn` hears,
 * in words, of what goes wrong with the host or the socket; sound is then missing, nothing else.
 */
export function listenForCard(path: string, token: string, warn: (message: string) => void = () => {}): CardPort {
  return new CardLink(path, token, warn)
}
