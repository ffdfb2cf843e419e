import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type {
  AudioTest,
  MediaCommand,
  MediaEvent,
  MissingCodec,
  Quality,
  SessionAudio,
  SessionConfig,
  DtmfWay,
  ToneName,
  TonePlan,
  TraceDepth,
  TracedPacket,
} from '../../native/protocol.ts'
import { MediaError } from '../phone/ports.ts'
import type {
  AudioDevice,
  AudioState,
  Clock,
  Log,
  Media,
  MediaDelegate,
  MediaOpen,
  MediaPorts,
  StartMedia,
} from '../phone/ports.ts'
import { AudioSupervisor } from './audio-supervisor.ts'
import type { AudioSocket } from './audio-supervisor.ts'
import { Heartbeat } from './heartbeat.ts'
import { KeptChild } from './kept-child.ts'
import { listDevices } from './list-devices.ts'
import { RingDevice, type ChosenDevices } from './ring-device.ts'
import { MediaSession } from './media-session.ts'
import type { ChildDelegate, StartChild } from './start-child.ts'

export interface MediaHostOptions {
  readonly startChild: StartChild
  /** The files that the two kinds of child run. */
  readonly entries: { readonly mediaProcess: string; readonly audioHost: string }
  readonly clock: Clock
  readonly log: Log
  /** A folder that only this user may enter, with a short path (a socket's has 104 bytes); not used on Windows. */
  readonly socketFolder: string
  /** Names of the devices the user chose, asked for whenever the sound card is opened. */
  readonly chosenDevices?: () => ChosenDevices
  readonly platform?: NodeJS.Platform
  /** Looks on at what passes the sockets. */
  readonly packetTap?: PacketTap
}

/** Who wants to see packets says how much of them, and when that changes. */
interface PacketTap {
  readonly depth: TraceDepth
  onDepthChanged: (() => void) | undefined
  onPackets(packets: readonly TracedPacket[]): void
}

/** Pending reads and writes of the sound card block a thread of the pool each. */
const audioHostEnvironment = { UV_THREADPOOL_SIZE: '16' }
/**
 * How long a process may take to get ready; each one after one that did not has twice as long, for a busy machine is
 * not helped by beginning anew.
 */
const startMs = 8000
const healthyMs = 10_000
const endMs = 2000
/** A port that the dead process still holds for a moment, or somebody else has taken. */
const openAgainMs = 250
/** How long a new media process may take to say whether it wants sound. */
const wantMs = 2000
const giveUpAfterStarts = 3

/** Starts the media process. Rejects with a MediaError `internal` when it will not live. */
export function startMedia(options: MediaHostOptions): StartMedia {
  return async (delegate) => {
    const host = new MediaHost(options, delegate)
    await host.started
    return host
  }
}

/**
 * The phone's media: runs the media process, and starts it again within a second when it dies or hangs. Sessions keep
 * their ports, their stream and all that was asked of them; the phone notices nothing but a gap.
 */
export class MediaHost implements Media {
  readonly started: Promise<void>
  readonly #options: MediaHostOptions
  readonly #delegate: MediaDelegate
  readonly #child: KeptChild
  readonly #heartbeat: Heartbeat
  readonly #audio: AudioSupervisor
  readonly #ring: RingDevice
  readonly #sessions = new Map<string, MediaSession>()
  readonly #cname = randomBytes(12).toString('base64url')
  readonly #settleStart: { resolve: () => void; reject: (error: Error) => void }
  #socket: AudioSocket
  #audioWanted = false
  #conference: readonly string[] = []
  #tone: { readonly tone: ToneName | null; readonly plan: TonePlan } = { tone: null, plan: 'us' }
  /** Which devices the sound card was opened with, as one text. */
  #opened = ''
  #test: { readonly what: AudioTest; readonly audio: SessionAudio } | null = null
  #missing: readonly MissingCodec[] = []
  #ready = false
  /** What the media process was told. */
  #traced: TraceDepth = 'off'
  #everReady = false
  /** Processes in a row that never got ready. */
  #failedStarts = 0
  #shutdown: Promise<void> | undefined
  #listing: Promise<readonly AudioDevice[]> | undefined
  readonly #stopListing = new AbortController()
  #cancelStart: () => void = () => {}

  constructor(options: MediaHostOptions, delegate: MediaDelegate) {
    const { clock, log, startChild, entries } = options
    this.#options = options
    this.#delegate = delegate
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.started = promise
    // Whoever awaits it is told; that nobody does is no fault.
    promise.catch(() => {})
    this.#settleStart = { resolve, reject }
    this.#socket = this.#newSocket()
    this.#heartbeat = new Heartbeat(
      clock,
      () => this.#child.send({ op: 'ping' } satisfies MediaCommand),
      () => this.#child.replace('it did not answer'),
    )
    const chosen = options.chosenDevices ?? ((): ChosenDevices => ({}))
    const startHost = (delegate: ChildDelegate) => startChild(entries.audioHost, delegate, audioHostEnvironment)
    this.#ring = new RingDevice({ clock, log, start: startHost, chosen, onUsable: () => this.#sendTone() })
    this.#audio = new AudioSupervisor({
      clock,
      log,
      start: startHost,
      chosen: () => {
        this.#opened = this.#chosenCard()
        const { input, output } = chosen()
        return { ...(input && { input }), ...(output && { output }) }
      },
      onState: (state, message) => this.#audioState(state, message),
    })
    this.#child = new KeptChild({
      clock,
      start: (delegate) => startChild(entries.mediaProcess, delegate),
      delayAfter: (deaths) => (deaths === 1 ? 0 : Math.min(5000, 50 * 2 ** deaths)),
      healthyMs,
      onStarted: () => {
        const limitMs = startMs * 2 ** Math.min(this.#failedStarts, giveUpAfterStarts - 1)
        this.#cancelStart = clock.after(limitMs, () => this.#child.replace('it did not get ready'))
      },
      onMessage: (message) => this.#hear(message as MediaEvent),
      onGone: (reason, deaths, againInMs) => this.#gone(reason, deaths, againInMs),
    })
    if (options.packetTap) options.packetTap.onDepthChanged = () => this.#trace()
    this.#child.run()
  }

  get missing(): readonly MissingCodec[] {
    return this.#missing
  }

  open(session: string, options: MediaOpen): Promise<MediaPorts> {
    if (this.#shutdown !== undefined) return Promise.reject(new MediaError('internal', 'the phone is shutting down'))
    if (this.#sessions.has(session)) return Promise.reject(new MediaError('internal', `session ${session} is open`))
    return new Promise((resolve, reject) => {
      const { clock } = this.#options
      const send = (command: MediaCommand) => this.#child.send(command)
      const kept = { ...options, session, cname: this.#cname, send, now: () => clock.now() }
      const opened = new MediaSession(kept, { resolve, reject })
      this.#sessions.set(session, opened)
      if (this.#ready) opened.open()
    })
  }

  configure(session: string, config: SessionConfig): void {
    this.#sessions.get(session)?.configure(config)
  }

  async record(session: string, path: string | null): Promise<void> {
    await this.#sessions.get(session)?.record(path)
  }

  conference(sessions: readonly string[]): void {
    this.#conference = sessions
    if (this.#ready) this.#child.send({ op: 'conference', sessions } satisfies MediaCommand)
  }

  mute(session: string, on: boolean): void {
    this.#sessions.get(session)?.mute(on)
  }

  dtmf(session: string, digits: string, way: DtmfWay): Promise<void> {
    const open = this.#sessions.get(session)
    return open?.dtmf(digits, way) ?? Promise.reject(new MediaError('internal', `session ${session} is not open`))
  }

  close(session: string): Promise<Quality | undefined> {
    return this.#sessions.get(session)?.close() ?? Promise.resolve(undefined)
  }

  tone(tone: ToneName | null, plan: TonePlan): void {
    this.#tone = { tone, plan }
    this.#ring.anew()
    this.#sendTone()
  }

  test(what: AudioTest | null, audio: SessionAudio): void {
    this.#test = what === null ? null : { what, audio }
    if (this.#ready) this.#child.send({ op: 'test', test: this.#test } satisfies MediaCommand)
  }

  devices(): Promise<readonly AudioDevice[]> {
    const { startChild, entries, clock } = this.#options
    // Whoever asks meanwhile gets the same answer.
    this.#listing ??= listDevices(startChild, entries.audioHost, clock, this.#stopListing.signal).finally(() => {
      this.#listing = undefined
    })
    return this.#listing
  }

  /** Other devices were chosen: the sound card is opened anew. */
  devicesChanged(): void {
    if (this.#opened !== this.#chosenCard()) this.#audio.changed()
    this.#ring.changed()
    this.#sendTone()
    this.#sendCapture()
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#end()
    return this.#shutdown
  }

  async #end(): Promise<void> {
    this.#heartbeat.stop()
    this.#cancelStart()
    this.#child.send({ op: 'shutdown' } satisfies MediaCommand)
    this.#stopListing.abort()
    await Promise.all([this.#child.end(endMs), this.#audio.close(), this.#ring.close()])
    for (const session of this.#sessions.values()) session.closed(undefined)
    this.#sessions.clear()
    this.#settleStart.reject(new MediaError('internal', 'the phone is shutting down'))
  }

  #hear(event: MediaEvent): void {
    // Whatever it says, it is alive.
    this.#heartbeat.answered()
    if ('session' in event) this.#hearSession(event, this.#sessions.get(event.session))
    else if (event.event === 'log') this.#options.log[event.level](`media: ${event.message}`)
    // Nothing is begun for one that is about to end.
    else if (this.#shutdown !== undefined) return
    else if (event.event === 'ready') this.#getReady(event.missing)
    else if ('ring' in event) this.#ring.hear(event)
    else if (event.event === 'audio-wanted') this.#wantAudio(event.wanted)
    else if (event.event === 'audio-stalled') this.#audio.stalled()
    else if (event.event === 'audio-running') this.#audio.running()
    else if (event.event === 'test-level') this.#delegate.onLevel(undefined, event.microphoneDbfs, event.speakerDbfs)
    else if (event.event === 'packets') this.#options.packetTap?.onPackets(event.packets)
  }

  #hearSession(event: MediaEvent & { readonly session: string }, session: MediaSession | undefined): void {
    if (session === undefined) return
    switch (event.event) {
      case 'opened': {
        const { event: _event, session: _session, ...ports } = event
        return session.opened(ports)
      }
      case 'failed':
        return this.#openFailed(event.session, session, new MediaError(event.code, event.message))
      case 'quality':
        session.report(event.quality, event.position, event.srtpReceived)
        return this.#delegate.onQuality(event.session, event.quality)
      case 'dtmf-received':
        return this.#delegate.onDtmf(event.session, event.digit, event.way)
      case 'dtmf-sent':
        return session.dtmfSent(event.ok)
      case 'recorded':
        return session.recorded()
      case 'level':
        return this.#delegate.onLevel(event.session, event.microphoneDbfs, event.speakerDbfs)
      case 'closed':
        this.#sessions.delete(event.session)
        return session.closed(event.quality)
    }
  }

  #openFailed(name: string, session: MediaSession, error: MediaError): void {
    // An order that could not be obeyed; the session goes on.
    if (session.live) this.#options.log.error('media', { session: name, code: error.code, reason: error.message })
    else if (session.placed && !session.closing) {
      // The peer sends to these ports and no others, so there is nothing but to try again.
      this.#options.log.warn('a session could not be opened again yet', { session: name, reason: error.message })
      this.#options.clock.after(openAgainMs, () => {
        if (this.#ready && this.#sessions.get(name) === session) session.open()
      })
    } else if (!session.closing && session.failed(error)) session.open()
    else {
      this.#sessions.delete(name)
      session.closed(undefined)
    }
  }

  #getReady(missing: readonly MissingCodec[] = []): void {
    this.#missing = missing
    this.#cancelStart()
    this.#ready = true
    this.#everReady = true
    this.#failedStarts = 0
    this.#child.send({ op: 'listen-audio', ...this.#socket } satisfies MediaCommand)
    if (this.#options.chosenDevices) this.#listenForRing()
    this.#trace()
    for (const session of this.#sessions.values()) session.open()
    if (this.#conference.length > 0) this.conference(this.#conference)
    if (this.#tone.tone !== null) this.#sendTone()
    if (this.#test !== null) this.test(this.#test.what, this.#test.audio)
    this.#heartbeat.start()
    // The audio host was started on the word of the process before; does this one want it?
    this.#cancelStart = this.#options.clock.after(wantMs, () => this.#wantAudio(this.#audioWanted))
    this.#settleStart.resolve()
  }

  #listenForRing(): void {
    this.#ring.moved(this.#newSocket())
    this.#child.send({ op: 'listen-audio', ...this.#ring.socket, ring: true } satisfies MediaCommand)
  }

  #sendCapture(): void {
    const { capture } = this.#options.chosenDevices?.() ?? {}
    if (this.#ready && capture) this.#child.send({ op: 'capture', capture } satisfies MediaCommand)
  }

  #sendTone(): void {
    const ring = this.#tone.tone === 'ring' && this.#ring.usable
    if (this.#ready) this.#child.send({ op: 'tone', ...this.#tone, ...(ring && { ring }) } satisfies MediaCommand)
  }

  #chosenCard(): string {
    const { input = '', output = '' } = this.#options.chosenDevices?.() ?? {}
    return JSON.stringify([input, output])
  }

  #trace(): void {
    const { depth = 'off' } = this.#options.packetTap ?? {}
    if (this.#ready && depth !== this.#traced) this.#child.send({ op: 'trace', depth } satisfies MediaCommand)
    this.#traced = depth
  }

  #wantAudio(wanted: boolean): void {
    this.#audioWanted = wanted
    if (wanted) this.#sendCapture()
    this.#audio.want(wanted ? this.#socket : undefined)
  }

  #gone(reason: string, deaths: number, againInMs: number): void {
    if (!this.#ready) this.#failedStarts++
    this.#ready = false
    this.#traced = 'off'
    this.#heartbeat.stop()
    this.#cancelStart()
    this.#audioWanted = false
    this.#socket = this.#newSocket()
    this.#audio.moved(this.#socket)
    this.#options.log.error('media process gone', { reason, deaths, againInMs })
    for (const [name, session] of this.#sessions) {
      session.orphaned()
      if (!session.closing) continue
      this.#sessions.delete(name)
      session.closed(undefined)
    }
    if (this.#everReady || this.#failedStarts < giveUpAfterStarts) return
    this.#settleStart.reject(new MediaError('internal', `the media process does not start: ${reason}`))
    void this.shutdown()
  }

  #audioState(state: AudioState, message: string): void {
    this.#options.log.info(`sound card ${state}: ${message}`)
    this.#delegate.onAudioState(state, message)
  }

  /** A path of its own for each media process: the last one's may still lie there. */
  #newSocket(): AudioSocket {
    const name = `dialtone-${randomBytes(8).toString('hex')}`
    const windows = (this.#options.platform ?? process.platform) === 'win32'
    const path = windows ? `\\\\.\\pipe\\${name}` : join(this.#options.socketFolder, `${name}.sock`)
    return { path, token: randomBytes(16).toString('hex') }
  }
}
