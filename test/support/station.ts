import { createLocate } from '../../electron/sip/locate/locate.ts'
import { createEngine } from '../../electron/sip/engine.ts'
import type { EngineOptions } from '../../electron/sip/engine/options.ts'
import type { Header, SipRequest, SipResponse } from '../../electron/sip/message/message.ts'
import type {
  Endpoint,
  Engine,
  OutgoingRequest,
  RequestContext,
  ResponseContext,
  SendResult,
  Sent,
  TransactionUser,
  WireMessage,
} from '../../electron/sip/transaction-user.ts'
import type { LossyNet } from './lossy-net.ts'
import { seeded } from './seeded.ts'
import type { VirtualTime } from './virtual-time.ts'

const empty = new Uint8Array(0)

interface Heard<M, C> {
  readonly message: M
  readonly context: C
  readonly at: number
}

/** An engine on a simulated host, with a user that writes down what it hears and does what the test says. */
export class Station implements TransactionUser {
  readonly address: string
  readonly port: number
  readonly requests: Heard<SipRequest, RequestContext>[] = []
  readonly responses: Heard<SipResponse, ResponseContext>[] = []
  readonly ended: { readonly dialogId: string; readonly bye: SipRequest }[] = []
  readonly faults: { readonly error: unknown; readonly where: string }[] = []
  readonly wire: WireMessage[] = []
  readonly #time: VirtualTime
  #engine: Engine | undefined
  /** What to do with a request; by default nothing. */
  handle: (request: SipRequest, context: RequestContext) => void = () => {}
  handleResponse: (response: SipResponse, context: ResponseContext) => void = () => {}

  private constructor(time: VirtualTime, address: string, port: number) {
    this.#time = time
    this.address = address
    this.port = port
  }

  static async open(
    net: LossyNet,
    time: VirtualTime,
    address: string,
    options: Partial<EngineOptions> & { readonly port?: number; readonly hosts?: Record<string, string[]> } = {},
  ): Promise<Station> {
    const { port = 5060, hosts = {}, ...rest } = options
    const station = new Station(time, address, port)
    const random = seeded(Number.parseInt(address.replaceAll(/\D/g, ''), 10) + port)
    const resolver = {
      lookup: (host: string) => Promise.resolve(hosts[host] ?? []),
    }
    station.#engine = await createEngine({
      clock: time,
      random: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
      transports: rest.transports ?? [net.bind(address, port)],
      probe: net.probe(address),
      user: station,
      locate: createLocate({ clock: time, ipVersion: 'auto', transports: ['udp'], resolver }),
      wireTap: { onMessage: (message) => void station.wire.push(message) },
      onFault: (error, where) => void station.faults.push({ error, where }),
      userAgent: 'Dialtone/test',
      allow: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO', 'UPDATE'],
      supported: [],
      ...rest,
    })
    return station
  }

  get engine(): Engine {
    if (!this.#engine) throw new Error('not open')
    return this.#engine
  }

  get uri(): string {
    return `sip:${this.address}:${this.port}`
  }

  onRequest(message: SipRequest, context: RequestContext): void {
    this.requests.push({ message, context, at: this.#time.now() })
    this.handle(message, context)
  }

  onResponse(message: SipResponse, context: ResponseContext): void {
    this.responses.push({ message, context, at: this.#time.now() })
    this.handleResponse(message, context)
  }

  onDialogEnded(dialogId: string, bye: SipRequest, _local: Endpoint, _remote: Endpoint): void {
    this.ended.push({ dialogId, bye })
  }

  send(method: string, uri: string, headers: readonly Header[] = [], more: Partial<OutgoingRequest> = {}) {
    return sent<SipRequest>((done) => this.engine.send({ method, uri, headers, body: empty, ...more }, done))
  }

  sendInDialog(dialogId: string, method: string, headers: readonly Header[] = []) {
    return sent<SipRequest>((done) =>
      this.engine.sendInDialog(dialogId, { method, uri: '', headers, body: empty }, done),
    )
  }

  cancel(transactionId: string, headers: readonly Header[] = []) {
    return sent<SipRequest>((done) => this.engine.cancel(transactionId, headers, done))
  }

  respond(transactionId: string, status: number, headers: readonly Header[] = []) {
    return sent<SipResponse>((done) =>
      this.engine.respond(transactionId, { status, reason: '', headers, body: empty }, done),
    )
  }

  /** The statuses heard, of one transaction or of all. */
  statuses(transactionId?: string): number[] {
    return this.responses
      .filter(({ context }) => transactionId === undefined || context.transactionId === transactionId)
      .map(({ message }) => message.status)
  }

  /** `out INVITE`, `in 100 INVITE` ...; repeated ones marked with a star. */
  ladder(): string[] {
    return this.wire.map(({ direction, bytes, retransmission }) => {
      const lines = Buffer.from(bytes).toString().split('\r\n')
      const cseq =
        lines
          .find((line) => line.startsWith('CSeq:'))
          ?.split(' ')
          .at(-1) ?? '?'
      const [first = ''] = lines
      const what = first.startsWith('SIP/2.0') ? `${first.split(' ')[1]} ${cseq}` : first.split(' ')[0]
      return `${direction} ${what}${retransmission ? '*' : ''}`
    })
  }
}

/** The result, or an error with the reason. */
function sent<M>(ask: (done: (result: SendResult<M>) => void) => void): Promise<Sent<M>> {
  const promise = new Promise<Sent<M>>((resolve, reject) => {
    ask((result) => (result.ok ? resolve(result.sent) : reject(new Error(result.reason))))
  })
  // Whoever does not wait for it does not care whether it failed
  promise.catch(() => {})
  return promise
}

export const idle = { clientTransactions: 0, serverTransactions: 0, dialogs: 0, timers: 0 }
