import type {
  AudioTest,
  DtmfWay,
  MissingCodec,
  Quality,
  SessionAudio,
  SessionConfig,
  ToneName,
  TonePlan,
} from '../../native/protocol.ts'
import type {
  AudioDevice,
  Media,
  MediaDelegate,
  MediaError,
  MediaOpen,
  MediaPorts,
  StartMedia,
} from '../../electron/phone/ports.ts'

export interface FakeSession {
  readonly options: MediaOpen
  readonly rtpPort: number
  config: SessionConfig | undefined
  muted: boolean
  closed: boolean
  readonly digits: string[]
}

/** Media that only remember what they were told. */
export class FakeMedia implements Media {
  missing: readonly MissingCodec[] = []
  readonly sessions = new Map<string, FakeSession>()
  readonly tones: (ToneName | null)[] = []
  readonly tests: (AudioTest | null)[] = []
  testAudio: SessionAudio | undefined
  timesDevicesChanged = 0
  /** Makes `open` fail. */
  openFault: MediaError | undefined
  /** `open` waits for this. */
  beforeOpen: Promise<void> = Promise.resolve()
  closeFault: Error | undefined
  /** `close` never comes back. */
  hangs = false
  ended = false
  delegate: MediaDelegate | undefined
  #next = 8000

  readonly start: StartMedia = async (delegate) => {
    this.delegate = delegate
    return this
  }

  /** The session of the only call there is, or was. */
  get only(): FakeSession {
    const session = [...this.sessions.values()].at(-1)
    if (session === undefined) throw new Error('no session was opened')
    return session
  }

  get openSessions(): number {
    return [...this.sessions.values()].filter(({ closed }) => !closed).length
  }

  /** What the STUN server says of the ports of a session. */
  seen: MediaPorts['seen']

  async open(session: string, options: MediaOpen): Promise<MediaPorts> {
    await this.beforeOpen
    if (this.openFault !== undefined) throw this.openFault
    const rtpPort = this.#next
    this.#next += 2
    this.sessions.set(session, { options, rtpPort, config: undefined, muted: false, closed: false, digits: [] })
    return { rtpPort, rtcpPort: rtpPort + 1, ...(options.stun && this.seen && { seen: this.seen }) }
  }

  configure(session: string, config: SessionConfig): void {
    this.#session(session).config = config
  }

  readonly recorded: (string | null)[] = []

  async record(_session: string, path: string | null): Promise<void> {
    this.recorded.push(path)
  }

  readonly conferences: (readonly string[])[] = []

  conference(sessions: readonly string[]): void {
    this.conferences.push(sessions)
  }

  mute(session: string, on: boolean): void {
    this.#session(session).muted = on
  }

  async dtmf(session: string, digits: string, way: DtmfWay): Promise<void> {
    this.#session(session).digits.push(way === 'inband' ? `tones ${digits}` : digits)
  }

  async close(session: string): Promise<Quality | undefined> {
    this.#session(session).closed = true
    if (this.hangs) await new Promise(() => {})
    if (this.closeFault !== undefined) throw this.closeFault
    return someQuality
  }

  tone(tone: ToneName | null, _plan: TonePlan): void {
    this.tones.push(tone)
  }

  test(what: AudioTest | null, audio: SessionAudio): void {
    this.tests.push(what)
    this.testAudio = audio
  }

  devicesChanged(): void {
    this.timesDevicesChanged += 1
  }

  async devices(): Promise<readonly AudioDevice[]> {
    return [{ name: 'Fake', kind: 'input', default: true }]
  }

  async shutdown(): Promise<void> {
    this.ended = true
  }

  #session(name: string): FakeSession {
    const session = this.sessions.get(name)
    if (session === undefined || session.closed) throw new Error(`session ${name} is not open`)
    return session
  }
}

export const someQuality: Quality = {
  received: {
    codec: 'PCMU',
    packets: 100,
    lost: 1,
    lossPercent: 1,
    late: 0,
    duplicates: 0,
    reordered: 0,
    jitterMs: 2,
    bufferMs: 40,
    concealedMs: 20,
    gapMaxMs: 20,
    rFactor: 90,
    mos: 4.3,
  },
  sent: { codec: 'PCMU', packets: 100, bytes: 17_200, kbpsIp: 80, kbpsEthernet: 87.2 },
  delayMs: { packetization: 20, buffer: 40, device: 10, total: 70 },
}
