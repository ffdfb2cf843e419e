import { EventEmitter, once } from 'node:events'
import { MediaEngine, type EngineCommand } from '../../native/media-engine.ts'
import type { CardDelegate, CardPort } from '../../native/audio/card-port.ts'
import type { MediaEvent, SessionAudio, SessionConfig } from '../../native/protocol.ts'
import { sessionConfig } from '../support/session-config.ts'

/** An engine in this process, its events to wait for, and a sound card played by the test. */

export class EngineBench {
  readonly events: MediaEvent[] = []
  readonly card = new TestCard()
  readonly engine: MediaEngine
  readonly #arrivals = new EventEmitter().setMaxListeners(0)

  constructor() {
    this.engine = new MediaEngine({
      emit: (event) => {
        this.events.push(event)
        this.#arrivals.emit('event')
      },
      listenForCard: (_path, _token, warn) => {
        this.card.warn = warn
        return this.card
      },
    })
  }

  order(command: EngineCommand): void {
    this.engine.handle(command)
  }

  /** The first event of this kind since `from` events ago. */
  async event<E extends MediaEvent['event']>(
    kind: E,
    matches: (event: Extract<MediaEvent, { event: E }>) => boolean = () => true,
  ): Promise<Extract<MediaEvent, { event: E }>> {
    type Wanted = Extract<MediaEvent, { event: E }>
    for (;;) {
      const found = this.events.find((event): event is Wanted => event.event === kind && matches(event as Wanted))
      if (found) return found
      await once(this.#arrivals, 'event')
    }
  }

  /** Opens a session and says where its packets arrive. */
  async open(session: string, audio: Partial<SessionAudio> = {}, more: object = {}): Promise<number> {
    this.order({
      op: 'open',
      session,
      address: '127.0.0.1',
      ports: [28_000, 28_999],
      audio: { source: { kind: 'silence' }, sink: { kind: 'discard' }, ...audio },
      cname: `${session}@test`,
      ...more,
    })
    const opened = await this.event('opened', (event) => event.session === session)
    return opened.rtpPort
  }

  async close(session: string) {
    this.order({ op: 'close', session })
    return (await this.event('closed', (event) => event.session === session)).quality
  }
}

export const config = (port: number, more: Partial<SessionConfig> = {}) =>
  sessionConfig({ address: '127.0.0.1', port }, more)

/** The test is the card: it calls the delegate. */
export class TestCard implements CardPort {
  delegate: CardDelegate | undefined
  /** Of the frames, Hz. */
  rate = 0
  warn: (message: string) => void = () => {}
  delayMs = 30
  closed = false

  start(delegate: CardDelegate, rate: number): void {
    this.delegate = delegate
    this.rate = rate
  }

  stop(): void {
    this.delegate = undefined
  }

  close(): Promise<void> {
    this.delegate = undefined
    this.closed = true
    return Promise.resolve()
  }
}
