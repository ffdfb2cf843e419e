import type { AudioHostCommand, AudioHostEvent } from '../../native/protocol.ts'
import type { AudioState, Clock, Log } from '../phone/ports.ts'
import { KeptChild } from './kept-child.ts'
import type { ChildDelegate, Child } from './start-child.ts'

interface AudioSupervisorOptions {
  readonly clock: Clock
  readonly log: Log
  /** Starts an audio host, with the environment that it needs. */
  readonly start: (delegate: ChildDelegate) => Child
  /** Names of the devices the user chose; empty or absent: the default one. */
  readonly chosen: () => { readonly input?: string; readonly output?: string; readonly outputOnly?: true }
  readonly onState: (state: AudioState, message: string) => void
}

/** Where the media process waits for the audio host. */
export interface AudioSocket {
  readonly path: string
  readonly token: string
}

/** The media process says `audio-stalled` after 100 ms; with this it is a second. */
const stallMs = 900
/** Opening a device may take that long, and so may the first frame after it, milliseconds. */
const openMs = 5000
const firstFrameMs = 2000

/**
 * Runs the audio host while sound is wanted. A host whose device goes away hangs or falls silent; it is killed and
 * replaced until one finds a device again. Calls go on with silence meanwhile.
 */
export class AudioSupervisor {
  readonly #options: AudioSupervisorOptions
  readonly #host: KeptChild
  #socket: AudioSocket | undefined
  #state: AudioState = 'idle'
  #everRan = false
  /** Why there is no use in trying, until something is changed. */
  #hopeless: string | undefined
  #cancelWatch: () => void = () => {}

  constructor(options: AudioSupervisorOptions) {
    this.#options = options
    this.#host = new KeptChild({
      clock: options.clock,
      start: options.start,
      healthyMs: 10_000,
      delayAfter: (deaths) => this.#delayAfter(deaths),
      onStarted: () => this.#started(),
      onMessage: (message) => this.#hear(message as AudioHostEvent),
      onGone: (reason, deaths, againInMs) => this.#gone(reason, deaths, againInMs),
    })
  }

  /** Sound is wanted through this socket; undefined: no more. */
  want(socket: AudioSocket | undefined): void {
    if (socket === undefined) {
      this.#socket = undefined
      this.#cancelWatch()
      void this.#host.stop()
      this.#tell('idle', 'no call wants the sound card')
      return
    }
    this.#socket = socket
    if (this.#hopeless !== undefined) this.#tell('unavailable', this.#hopeless)
    else this.#host.run()
  }

  /**
   * The media process died, and the next one will wait at `socket`: a host starts beside it, not after it, so that
   * sound is back sooner.
   */
  moved(socket: AudioSocket): void {
    if (this.#socket === undefined) return
    this.#cancelWatch()
    this.#socket = socket
    if (this.#hopeless !== undefined) return
    if (this.#state === 'running') this.#tell('lost', 'the media process is started again')
    this.#host.renew('the media process is a new one')
  }

  /** The media process hears nothing, or hears again. */
  stalled(): void {
    if (this.#socket !== undefined && this.#state === 'running') this.#watch(stallMs, 'no sound for a second')
  }

  running(): void {
    if (this.#socket === undefined) return
    this.#cancelWatch()
    this.#everRan = true
    this.#tell('running', 'sound flows')
  }

  /** Other devices were chosen. */
  changed(): void {
    this.#hopeless = undefined
    if (this.#socket === undefined) return
    this.#host.replace('other devices were chosen')
    this.#host.run()
  }

  close(): Promise<void> {
    this.#socket = undefined
    this.#cancelWatch()
    return this.#host.stop()
  }

  #started(): void {
    const socket = this.#socket
    if (socket === undefined) return
    const { input, output, outputOnly } = this.#options.chosen()
    const names = { ...(input && { input }), ...(output && { output }), ...(outputOnly && { outputOnly }) }
    this.#host.send({ op: 'run', ...socket, ...names } satisfies AudioHostCommand)
    this.#watch(openMs, 'the sound device did not open')
  }

  #hear(event: AudioHostEvent): void {
    if (event.event === 'running') {
      const { input, output } = event
      this.#options.log.info('sound device open', { input, output })
      if (this.#state !== 'running') this.#watch(firstFrameMs, 'the sound device gives no sound')
    } else if (event.event === 'failed') {
      this.#hopeless = event.permanent ? event.message : undefined
      if (event.permanent) this.#tell('unavailable', event.message)
      else this.#miss(event.message)
      this.#cancelWatch()
      if (event.permanent) void this.#host.stop()
      else this.#host.replace(event.message)
    }
  }

  #gone(reason: string, deaths: number, againInMs: number): void {
    this.#cancelWatch()
    this.#options.log.warn('audio host gone', { reason, deaths, againInMs })
    this.#miss(reason)
  }

  #watch(ms: number, reason: string): void {
    this.#cancelWatch()
    this.#cancelWatch = this.#options.clock.after(ms, () => {
      this.#miss(reason)
      this.#host.replace(reason)
    })
  }

  /** One that was there is lost; one that never was is not available. The first reason is the one that is told. */
  #miss(reason: string): void {
    this.#tell(this.#everRan ? 'lost' : 'unavailable', reason)
  }

  #tell(state: AudioState, message: string): void {
    if (state === this.#state) return
    this.#state = state
    this.#options.onState(state, message)
  }

  /** A device that was there comes back, so the first minute looks for it three times a second. */
  #delayAfter(deaths: number): number {
    if (deaths === 1) return 0
    if (!this.#everRan) return Math.min(5000, 250 * 2 ** (deaths - 2))
    return deaths <= 200 ? 300 : 2000
  }
}
