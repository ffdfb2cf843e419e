import type {
  DtmfWay,
  MediaCommand,
  Quality,
  SessionConfig,
  SrtpReceived,
  StreamPosition,
} from '../../native/protocol.ts'
import { MediaError } from '../phone/ports.ts'
import type { MediaOpen, MediaPorts } from '../phone/ports.ts'
import { resumePosition } from './resume-position.ts'

interface Answer<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: MediaError) => void
}

interface MediaSessionOptions extends MediaOpen {
  readonly session: string
  /** RFC 3550 6.5.1: the same in every process that sends this stream. */
  readonly cname: string
  readonly send: (command: MediaCommand) => void
  readonly now: () => number
}

const digitMs = 120

/**
 * What the phone asked of one session, kept so that a new media process can be told all of it again, and the answers
 * that are still owed.
 */
export class MediaSession {
  readonly #options: MediaSessionOptions
  readonly #ranges: (readonly [first: number, last: number])[]
  #opening: Answer<MediaPorts> | undefined
  #ports: MediaPorts | undefined
  /** Whether the media process of now has opened it. */
  #open = false
  #lives = 0
  #config: SessionConfig | undefined
  #muted = false
  #recording: string | null = null
  /** Those who wait for `recorded`, in the order of what was ordered. */
  #orderedRecordings: (() => void)[] = []
  #position: { readonly last: StreamPosition; readonly at: number } | undefined
  #srtpReceived: SrtpReceived | undefined
  #quality: Quality | undefined
  #digits: Answer<void>[] = []
  #closing: ((quality: Quality | undefined) => void)[] | undefined

  constructor(options: MediaSessionOptions, opening: Answer<MediaPorts>) {
    this.#options = options
    this.#opening = opening
    this.#ranges = [options.ports, ...(options.demanded ? [] : elsewhere(options.ports))]
  }

  /** Whether its ports are known: it was open once and must stay where it is. */
  get placed(): boolean {
    return this.#ports !== undefined
  }

  /** Whether the media process of now has it. */
  get live(): boolean {
    return this.#open
  }

  get closing(): boolean {
    return this.#closing !== undefined
  }

  /** Tells a media process to open it: the first one, or a new one on the same ports. */
  open(): void {
    const { session, address, cname, ports } = this.#options
    this.#open = false
    const { stun } = this.#options
    const again = this.#ports ? { exactPort: this.#ports.rtpPort } : { ...(stun && { stun }) }
    const resume = this.#config?.srtp ? this.#resumeSrtp() : this.#resumeClear()
    const command = {
      op: 'open',
      session,
      address,
      ports: this.#ranges[0] ?? ports,
      audio: this.#audio(),
      cname,
    } as const
    this.#options.send({ ...command, ...again, ...resume })
  }

  opened(ports: MediaPorts): void {
    if (this.#ports === undefined) this.#lives++
    this.#ports = ports
    this.#open = true
    if (this.#config !== undefined) this.#send({ op: 'configure', config: this.#config })
    if (this.#muted) this.#send({ op: 'mute', on: true })
    if (this.#recording !== null) void this.#record(this.#another(this.#recording))
    this.#opening?.resolve(ports)
    this.#opening = undefined
    if (this.#closing !== undefined) this.#send({ op: 'close' })
  }

  /** It could not be opened. True: try the next range of ports at once. False: the phone was told, it is over. */
  failed(error: MediaError): boolean {
    if (error.code === 'port-in-use' && this.#ranges.length > 1) {
      this.#ranges.shift()
      return true
    }
    this.#opening?.reject(error)
    this.#opening = undefined
    return false
  }

  configure(config: SessionConfig): void {
    this.#config = config
    if (this.#open) this.#send({ op: 'configure', config })
  }

  mute(on: boolean): void {
    this.#muted = on
    if (this.#open) this.#send({ op: 'mute', on })
  }

  /** Resolves when the file is begun, or whole; or at once where no media process has the session now. */
  record(path: string | null): Promise<void> {
    this.#recording = path
    return this.#open ? this.#record(path) : Promise.resolve()
  }

  recorded(): void {
    this.#orderedRecordings.shift()?.()
  }

  dtmf(digits: string, way: DtmfWay): Promise<void> {
    if (!this.#open) return Promise.reject(new MediaError('not-now', 'the media process is being started again'))
    this.#send({ op: 'dtmf', digits, durationMs: digitMs, way })
    return new Promise((resolve, reject) => this.#digits.push({ resolve, reject }))
  }

  dtmfSent(ok: boolean): void {
    const answer = this.#digits.shift()
    if (ok) answer?.resolve()
    else
      answer?.reject(
        new MediaError(
          'not-now',
          'the digits could not be sent to their end: the call was put on hold, or its way changed',
        ),
      )
  }

  report(quality: Quality, position: StreamPosition, srtpReceived: SrtpReceived | undefined): void {
    this.#quality = quality
    this.#srtpReceived = srtpReceived
    this.#position = { last: position, at: this.#options.now() }
  }

  /** Resolves with the figures of the last moment. */
  close(): Promise<Quality | undefined> {
    const first = this.#closing === undefined
    if (first) this.#closing = []
    if (first && this.#open) this.#send({ op: 'close' })
    return new Promise((resolve) => this.#closing?.push(resolve))
  }

  /** It is over: what is still owed is answered. */
  closed(quality: Quality | undefined): void {
    const gone = new MediaError('internal', 'the session was closed')
    this.#opening?.reject(gone)
    for (const answer of this.#digits) answer.reject(gone)
    this.#endRecordings()
    for (const resolve of this.#closing ?? []) resolve(quality ?? this.#quality)
  }

  /** The media process died. */
  orphaned(): void {
    if (this.#open) this.#lives++
    this.#open = false
    const lost = new MediaError('internal', 'the media process died while it sent them')
    for (const answer of this.#digits) answer.reject(lost)
    this.#digits = []
    this.#endRecordings()
  }

  #record(path: string | null): Promise<void> {
    this.#send({ op: 'record', path })
    return new Promise((resolve) => this.#orderedRecordings.push(resolve))
  }

  /** What a media process wrote is whole after each write: when it is gone there is nothing to wait for. */
  #endRecordings(): void {
    for (const resolve of this.#orderedRecordings.splice(0)) resolve()
  }

  #resumeClear() {
    const position = this.#position
    return position && { resume: resumePosition(position.last, this.#options.now() - position.at) }
  }

  /** No `resume`: the new process takes an SSRC of its own, so that under the same key no index is used twice. */
  #resumeSrtp() {
    return this.#srtpReceived && { srtpReceived: this.#srtpReceived }
  }

  #send(command: SessionCommand): void {
    this.#options.send({ ...command, session: this.#options.session } as MediaCommand)
  }

  /** What was recorded before a crash stays: the next process writes a file beside it. */
  #audio(): MediaOpen['audio'] {
    const { audio } = this.#options
    return audio.record === undefined ? audio : { ...audio, record: this.#another(audio.record) }
  }

  #another(path: string): string {
    return this.#lives < 2 ? path : path.replace(/(\.\w+)?$/, `-${this.#lives}$1`)
  }
}

type Without<T> = T extends { readonly session: string } ? Omit<T, 'session'> : never
type SessionCommand = Without<MediaCommand>

/** Where to look when a range that is only a wish is full. */
function elsewhere([first, last]: readonly [number, number]): (readonly [number, number])[] {
  const above = last + 2 < 65_534 ? [[last + 1, 65_535] as const] : []
  const below = first > 1026 ? [[1024, first - 1] as const] : []
  return [...above, ...below]
}
