import type { AccountTestProgress } from '../../electron/phone/account-test.ts'
import { createPhone, type Phone, type PhoneDelegate, type PhoneDependencies } from '../../electron/phone/phone.ts'
import type {
  CallEnded,
  CallQuality,
  CallStateChange,
  DtmfReceived,
  MessageReceived,
  Snapshot,
} from '../../electron/phone/shapes.ts'
import { TraceRecorder } from '../../electron/trace/recorder.ts'
import { FakeMedia } from './fake-media.ts'
import { FakeUserAgent } from './fake-user-agent.ts'
import { MemoryStore } from './memory-store.ts'
import { seeded } from './seeded.ts'
import { testLog } from './silent-log.ts'
import { VirtualTime } from './virtual-time.ts'

/** A phone among fakes, and everything it announced. */
export interface Bench {
  readonly phone: Phone
  readonly agent: FakeUserAgent
  readonly media: FakeMedia
  readonly store: MemoryStore
  readonly time: VirtualTime
  readonly trace: TraceRecorder
  readonly log: ReturnType<typeof testLog>
  readonly heard: Heard
}

class Heard implements PhoneDelegate {
  readonly snapshots: { readonly at: number; readonly snapshot: Snapshot }[] = []
  readonly states: CallStateChange[] = []
  readonly ended: CallEnded[] = []
  readonly digits: DtmfReceived[] = []
  readonly qualities: CallQuality[] = []
  readonly messages: MessageReceived[] = []
  readonly conversations: string[] = []
  readonly tested: AccountTestProgress[] = []
  readonly #time: VirtualTime

  constructor(time: VirtualTime) {
    this.#time = time
  }

  /** `calling`, `early 180` ... of one call or of all. */
  path(callId?: string): string[] {
    return this.states
      .filter((change) => callId === undefined || change.callId === callId)
      .map(({ state, code }) => (code === undefined ? state : `${state} ${code}`))
  }

  onSnapshot(snapshot: Snapshot): void {
    this.snapshots.push({ at: this.#time.now(), snapshot })
  }

  onCallState(change: CallStateChange): void {
    this.states.push(change)
  }

  onCallEnded(ended: CallEnded): void {
    this.ended.push(ended)
  }

  onDtmf(received: DtmfReceived): void {
    this.digits.push(received)
  }

  onQuality(quality: CallQuality): void {
    this.qualities.push(quality)
  }

  onMessage(message: MessageReceived): void {
    this.messages.push(message)
  }

  onTestStep(tested: AccountTestProgress): void {
    this.tested.push(tested)
  }

  onConversation(peer: string): void {
    this.conversations.push(peer)
  }
}

export interface BenchOptions extends Partial<PhoneDependencies> {
  readonly prepare?: (parts: Omit<Bench, 'phone'>) => void
}

export async function benchPhone({ prepare, ...options }: BenchOptions = {}): Promise<Bench> {
  const time = new VirtualTime()
  const parts = {
    agent: new FakeUserAgent(),
    media: new FakeMedia(),
    store: new MemoryStore(),
    time,
    trace: new TraceRecorder(time),
    log: testLog(),
    heard: new Heard(time),
  }
  prepare?.(parts)
  const phone = await createPhone({
    version: '1.0',
    profile: 'default',
    startUserAgent: parts.agent.start,
    startMedia: parts.media.start,
    store: parts.store,
    trace: parts.trace,
    clock: time,
    log: parts.log,
    random: seeded(1),
    audio: () => ({ source: { kind: 'device' }, sink: { kind: 'device' } }),
    ...options,
  })
  phone.delegate = parts.heard
  return { ...parts, phone }
}

/** A plain G.711 description, as a peer at `address` would send it. */
export function peerSdp(
  options: { address?: string; port?: number; formats?: string; extra?: readonly string[] } = {},
) {
  const { address = '192.0.2.2', port = 30_000, formats = '0 8 101', extra = [] } = options
  const events = formats.split(' ').includes('101') ? ['a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15'] : []
  const family = address.includes(':') ? 'IP6' : 'IP4'
  const lines = ['v=0', `o=bob 1 1 IN ${family} ${address}`, 's=-', `c=IN ${family} ${address}`, 't=0 0']
  return [...lines, `m=audio ${port} RTP/AVP ${formats}`, ...events, ...extra, ''].join('\r\n')
}
