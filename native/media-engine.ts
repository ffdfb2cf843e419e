import { randomBytes } from 'node:crypto'
import { AudioTesting, type TestLevels } from './audio-testing.ts'
import type { ListenForCard } from './audio/card-port.ts'
import { CardDesk } from './card-desk.ts'
import { Conference } from './conference.ts'
import { MediaSession, type Surroundings } from './media-session.ts'
import { loadOpus, needsOpus } from './opus-file.ts'
import { monotonicNow, ThreadPacer, type Pacer } from './pacer.ts'
import { PacketTap } from './packet-tap.ts'
import type { MediaCommand, MediaErrorCode, MediaEvent, Quality, SeenPorts } from './protocol.ts'
import { RtpPortPair } from './rtp-port-pair.ts'
import { openDrivers } from './session-audio.ts'

/** Obeys the commands of native/protocol.ts. Whatever goes wrong is told as an event; no failure throws. */

interface EngineOptions {
  readonly emit: (event: MediaEvent) => void
  readonly listenForCard: ListenForCard
  /** One of its own unless given. */
  readonly pacer?: Pacer
}

/** `shutdown` concerns the process; here it is `close`. */
export type EngineCommand = Exclude<MediaCommand, { op: 'shutdown' }>

type Command<Op extends MediaCommand['op']> = Extract<MediaCommand, { op: Op }>

/** A session and the commands to it, which are obeyed in order. */
interface Line {
  session: MediaSession | undefined
  last: Promise<void>
}

interface Begun {
  readonly session: MediaSession
  readonly pair: RtpPortPair
  readonly seen: SeenPorts | undefined
}

export class MediaEngine {
  readonly #emit: (event: MediaEvent) => void
  readonly #pacer: Pacer
  readonly #desk: CardDesk
  /** The device that only rings. */
  readonly #ring: CardDesk
  readonly #around: Surroundings
  readonly #lines = new Map<string, Line>()
  readonly #conference = new Conference()
  readonly #tap: PacketTap
  #listening: Promise<void> = Promise.resolve()
  #testing: Promise<AudioTesting | undefined> = Promise.resolve(undefined)

  constructor({ emit, listenForCard, pacer }: EngineOptions) {
    this.#emit = emit
    this.#tap = new PacketTap(emit, () => performance.timeOrigin + performance.now())
    const onError = (error: unknown) => this.#log(error)
    this.#pacer = pacer ?? new ThreadPacer(onError)
    const delegate = (which: { readonly ring?: true }) => ({
      onWanted: (wanted: boolean) => emit({ event: 'audio-wanted', wanted, ...which }),
      onState: (state: 'running' | 'stalled') =>
        emit({ event: state === 'running' ? 'audio-running' : 'audio-stalled', ...which }),
      onWarning: (message: string) => emit({ event: 'log', level: 'warn', message }),
      onError,
    })
    this.#desk = new CardDesk(delegate({}), listenForCard)
    this.#ring = new CardDesk(delegate({ ring: true }), listenForCard)
    const random = () => randomBytes(4).readUInt32BE()
    const parts = { pacer: this.#pacer, desk: this.#desk, conference: this.#conference }
    this.#around = { ...parts, emit, now: monotonicNow, wallTime: Date.now, random }
  }

  /** Sessions open or opening. */
  get size(): number {
    return this.#lines.size
  }

  /** Throws on what is no command. */
  handle(command: EngineCommand): void {
    switch (command.op) {
      case 'open':
        return this.#open(command)
      case 'configure':
        return this.#configure(command)
      case 'mute':
        return this.#tell(command.session, (session) => session.mute(command.on))
      case 'record':
        return this.#record(command)
      case 'conference':
        return this.#conference.meet(command.sessions)
      case 'dtmf':
        return this.#dtmf(command)
      case 'close':
        return void this.#close(command.session)
      case 'tone':
        return this.#tone(command)
      case 'capture':
        this.#desk.capture.settings = command.capture
        return
      case 'test':
        return this.#test(command)
      case 'trace':
        if (command.depth === 'off') this.#tap.flush()
        this.#tap.depth = command.depth
        return
      case 'ping':
        return this.#emit({ event: 'pong' })
      case 'listen-audio':
        this.#listening = this.#listening
          .then(() => (command.ring ? this.#ring : this.#desk).listen(command.path, command.token))
          .catch((error: unknown) => this.#log(error))
        return
      default:
        throw new Error(`unknown command ${JSON.stringify(command satisfies never)}`)
    }
  }

  /** Closes every session and all that is open. Never rejects. */
  async close(): Promise<void> {
    await Promise.all([...this.#lines.keys()].map((id) => this.#close(id)))
    this.#test({ op: 'test', test: null })
    await Promise.all([this.#listening, this.#testing])
    const results = await Promise.allSettled([this.#desk.close(), this.#ring.close(), this.#pacer.close()])
    for (const result of results) if (result.status === 'rejected') this.#log(result.reason)
  }

  #open(command: Command<'open'>): void {
    const { session: id } = command
    if (this.#lines.has(id)) return this.#fail(id, new Error(`session ${id} is open already`))
    const line: Line = { session: undefined, last: Promise.resolve() }
    this.#lines.set(id, line)
    line.last = this.#begin(command).then(
      ({ session, pair, seen }) => {
        line.session = session
        const { rtpPort, rtcpPort } = pair
        this.#emit({ event: 'opened', session: id, rtpPort, rtcpPort, ...(seen && { seen }) })
      },
      (error: unknown) => {
        this.#lines.delete(id)
        this.#fail(id, error)
      },
    )
  }

  async #begin(command: Command<'open'>): Promise<Begun> {
    // The ports first: a recording is not begun (and no file replaced) for a call that cannot be.
    const pair = await RtpPortPair.bind(command)
    pair.onPacket = this.#tap.seen
    try {
      const [drivers, seen] = await Promise.all([openDrivers(command.audio), command.stun && pair.seenBy(command.stun)])
      return { session: new MediaSession(command.session, command, pair, drivers, this.#around), pair, seen }
    } catch (error) {
      await pair.close()
      throw error
    }
  }

  #tone({ tone, plan = 'us', ring = false }: Command<'tone'>): void {
    this.#desk.tone(ring ? null : tone, plan)
    this.#ring.tone(ring ? tone : null, plan)
  }

  #test({ test }: Command<'test'>): void {
    const around = { ...this.#around, tell: (levels: TestLevels) => this.#emit({ event: 'test-level', ...levels }) }
    this.#testing = this.#testing
      .then(async (before) => {
        before?.close()
        return test === null ? undefined : await AudioTesting.start(test.what, test.audio, around)
      })
      .catch((error: unknown) => {
        this.#log(error)
        return undefined
      })
  }

  /** Opus is loaded first, if that is spoken. */
  #configure({ session: id, config }: Command<'configure'>): void {
    const line = this.#lines.get(id)
    if (line && needsOpus(config)) line.last = line.last.then(loadOpus).catch((error: unknown) => this.#fail(id, error))
    this.#tell(id, (session) => session.configure(config))
  }

  /** After all that was ordered before. A session that is gone, or never came to be, needs no orders. */
  #tell(id: string, order: (session: MediaSession) => void): void {
    const line = this.#lines.get(id)
    if (!line) return
    line.last = line.last.then(() => {
      try {
        if (line.session) order(line.session)
      } catch (error) {
        this.#fail(id, error)
      }
    })
  }

  /** A recording that cannot be made costs the call nothing. */
  #record({ session: id, path }: Command<'record'>): void {
    const line = this.#lines.get(id)
    if (!line) return
    line.last = line.last.then(async () => {
      try {
        await line.session?.record(path)
      } catch (error) {
        this.#log(error)
      }
      this.#emit({ event: 'recorded', session: id })
    })
  }

  #dtmf({ session: id, digits, durationMs, way }: Command<'dtmf'>): void {
    if (!this.#lines.has(id)) return this.#emit({ event: 'dtmf-sent', session: id, ok: false })
    this.#tell(id, (session) => session.dtmf(digits, durationMs, way))
  }

  /** `closed` follows always, so that nobody waits for ever. */
  async #close(id: string): Promise<void> {
    const line = this.#lines.get(id)
    if (!line) return this.#emit({ event: 'closed', session: id, quality: nothingHeard })
    await (line.last = line.last.then(async () => {
      const { session } = line
      line.session = undefined
      let quality = nothingHeard
      try {
        if (session) quality = await session.close()
      } catch (error) {
        this.#fail(id, error)
      }
      if (this.#lines.get(id) === line) this.#lines.delete(id)
      this.#tap.flush()
      this.#emit({ event: 'closed', session: id, quality })
    }))
  }

  #fail(session: string, error: unknown): void {
    const code = (error as { code?: unknown } | undefined)?.code
    const known: MediaErrorCode = code === 'port-in-use' || code === 'bad-file' ? code : 'internal'
    this.#emit({
      event: 'failed',
      session,
      code: known,
      message: error instanceof Error ? error.message : String(error),
    })
  }

  #log(error: unknown): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.#emit({ event: 'log', level: 'error', message })
  }
}

/** The figures of a session that never was. */
const nothingHeard: Quality = {
  received: {
    codec: '',
    packets: 0,
    lost: 0,
    lossPercent: 0,
    late: 0,
    duplicates: 0,
    reordered: 0,
    jitterMs: 0,
    bufferMs: 0,
    concealedMs: 0,
    gapMaxMs: 0,
    rFactor: 0,
    mos: 0,
  },
  sent: { codec: '', packets: 0, bytes: 0, kbpsIp: 0, kbpsEthernet: 0 },
  delayMs: { packetization: 0, buffer: 0, device: 0, total: 0 },
}
