import type {
  Endpoint,
  Engine,
  Header,
  OutgoingRequest,
  OutgoingResponse,
  RequestContext,
  SendResult,
  SipRequest,
  SipResponse,
  SocketAddress,
  TransactionUser,
} from '../../electron/sip/index.ts'

/**
 * An engine without a network: it writes down what its user asks, lets it succeed unless told otherwise, and says what
 * the test has it say.
 */
export class FakeEngine implements Engine {
  readonly listening: readonly Endpoint[] = [here]
  readonly sent: { transactionId: string; dialogId: string; request: OutgoingRequest }[] = []
  readonly cancelled: { transactionId: string; headers: readonly Header[] }[] = []
  readonly answered: { transactionId: string; response: OutgoingResponse }[] = []
  readonly routed: string[] = []
  closed = false
  /** A reason here makes the next calls fail. */
  refuse: string | undefined
  user: TransactionUser | undefined
  #ids = 0
  readonly #answeredFinally = new Set<string>()

  discover(): Promise<SocketAddress> {
    return Promise.resolve({ address: here.address, port: here.port })
  }

  networkChanged(): void {}

  keepAlive(): () => void {
    return () => {}
  }

  send(request: OutgoingRequest, done: (result: SendResult<SipRequest>) => void): void {
    this.#send('', request, done)
  }

  sendInDialog(dialogId: string, request: OutgoingRequest, done: (result: SendResult<SipRequest>) => void): void {
    this.#send(dialogId, request, done)
  }

  cancel(transactionId: string, headers: readonly Header[], done: (result: SendResult<SipRequest>) => void): void {
    this.cancelled.push({ transactionId, headers })
    const message: SipRequest = {
      kind: 'request',
      method: 'CANCEL',
      uri: 'sip:bob@far',
      headers: basic('CANCEL'),
      body: none,
    }
    this.#finish(done, message, `cancel-${transactionId}`, '')
  }

  respond(transactionId: string, response: OutgoingResponse, done: (result: SendResult<SipResponse>) => void): void {
    this.answered.push({ transactionId, response })
    if (this.#answeredFinally.has(transactionId)) {
      queueMicrotask(() => done({ ok: false, reason: 'Response not sent due to unknown transaction' }))
      return
    }
    if (response.status >= 200) this.#answeredFinally.add(transactionId)
    const headers = [...basic('INVITE', ';tag=us'), ...response.headers]
    const { status, reason, body } = response
    const dialogId = `${transactionId}-dialog`
    this.#finish(done, { kind: 'response', status, reason, headers, body }, transactionId, dialogId)
  }

  route(uri: string): Promise<{ local: Endpoint; remote: Endpoint }> {
    this.routed.push(uri)
    return uri.includes('nowhere')
      ? Promise.reject(new Error('no way there'))
      : Promise.resolve({ local: here, remote: there })
  }

  close(): Promise<void> {
    this.closed = true
    return Promise.resolve()
  }

  counts() {
    return { clientTransactions: 0, serverTransactions: 0, dialogs: 0, timers: 0 }
  }

  /** Of the latest request. */
  get lastTransactionId(): string {
    return this.sent.at(-1)?.transactionId ?? ''
  }

  receive(request: Partial<SipRequest> & { method: string }, context: Partial<RequestContext> = {}): void {
    const { method, headers = [], ...rest } = request
    const message: SipRequest = {
      kind: 'request',
      uri: 'sip:us@127.0.0.1:5060',
      body: none,
      ...rest,
      method,
      headers: merged(basic(method), headers),
    }
    this.user?.onRequest(message, { transactionId: 't1', dialogId: '', local: here, remote: there, ...context })
  }

  reply(
    transactionId: string,
    response: Partial<SipResponse> & { status: number },
    context: { dialogId?: string; generated?: boolean; method?: string } = {},
  ): void {
    const { status, headers = [], ...rest } = response
    const { method = 'INVITE', dialogId = '', generated = false } = context
    const own = merged(basic(method, ';tag=them'), headers)
    const message: SipResponse = { kind: 'response', reason: 'Words', body: none, ...rest, status, headers: own }
    this.user?.onResponse(message, { transactionId, dialogId, local: here, remote: there, generated })
  }

  #send(dialogId: string, request: OutgoingRequest, done: (result: SendResult<SipRequest>) => void): void {
    const transactionId = `c${++this.#ids}`
    this.sent.push({ transactionId, dialogId, request })
    const { method, uri, body } = request
    const headers = merged(basic(method), request.headers)
    this.#finish(done, { kind: 'request', method, uri: uri || 'sip:them@far', headers, body }, transactionId, dialogId)
  }

  #finish<M>(done: (result: SendResult<M>) => void, message: M, transactionId: string, dialogId: string): void {
    const reason = this.refuse
    queueMicrotask(() =>
      done(
        reason === undefined
          ? { ok: true, sent: { message, local: here, remote: there, transactionId, dialogId } }
          : { ok: false, reason },
      ),
    )
  }
}

const here: Endpoint = { transport: 'udp', address: '127.0.0.1', port: 5060 }
const there: Endpoint = { transport: 'udp', address: '127.0.0.9', port: 5090 }

const none = new Uint8Array()

function basic(method: string, toTag = ''): Header[] {
  return [
    { name: 'Via', value: 'SIP/2.0/UDP 127.0.0.9:5090;branch=z9hG4bK1' },
    { name: 'From', value: '<sip:them@127.0.0.9>;tag=them' },
    { name: 'To', value: `<sip:us@127.0.0.1>${toTag}` },
    { name: 'Call-ID', value: 'call-1' },
    { name: 'CSeq', value: `1 ${method}` },
    { name: 'Contact', value: '<sip:them@127.0.0.9:5090>' },
  ]
}

/** Later ones in the place of earlier ones; an empty value takes a header away. */
function merged(list: readonly Header[], changes: readonly Header[]): Header[] {
  const changed = new Set(changes.map(({ name }) => name))
  return [...list.filter(({ name }) => !changed.has(name)), ...changes.filter(({ value }) => value !== '')]
}

/** Lets everything that only waits for microtasks and immediates happen. */
export async function settled(rounds = 6): Promise<void> {
  for (let round = 0; round < rounds; round++) await new Promise((resolve) => setImmediate(resolve))
}
