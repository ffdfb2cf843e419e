import type { Server } from 'node:net'
import type { Clock } from '../clock.ts'
import { header } from '../message/headers.ts'
import type { Header, SipRequest, SipResponse } from '../message/message.ts'
import type {
  Endpoint,
  Engine,
  OutgoingRequest,
  RequestContext,
  ResponseContext,
  SendResult,
  SocketAddress,
  TransactionUser,
} from '../transaction-user.ts'
import { parseCommand, type Command, type SipText } from './commands.ts'
import { generatedMark, internalMark, localMarkOf, reliableMarkOf } from './marks.ts'
import { LinkSocket, type Held } from './link-socket.ts'
import {
  cancelHeaders,
  needsLocalAddress,
  requestHeaders,
  responseHeaders,
  withContentType,
  withLocalAddress,
} from './outgoing.ts'
import { OwedAnswers } from './owed-answers.ts'
import { OwnInvites, type OwnInvite } from './own-invites.ts'
import * as report from './reports.ts'

export interface LinkOptions {
  readonly clock: Clock
  /** The word drachtio-srf has to say first. */
  readonly secret: string
  readonly delegate: LinkDelegate
  /** What the peer at `remote` is told instead of `local`, behind a NAT; `internal` is the mark's word. */
  readonly advertise?: (local: Endpoint, remote: Endpoint, internal: string) => SocketAddress
}

interface LinkDelegate {
  /**
   * An INVITE outside any dialog, in its turn but before drachtio-srf hears of it: whoever calls need not wait for all
   * that is written and read on the way through drachtio-srf to learn that it rings. False: `respond` gave it a final
   * answer, and drachtio-srf never hears of it. It must not throw.
   */
  onInvite?(invite: SipRequest, context: RequestContext): boolean
  /** The link broke and is open again: what was under way is lost (and was ended towards the peers), dialogs go on. */
  onReopened(): void
  /** A fault of our own side; the link goes on. */
  onFault(error: unknown, where: string): void
}

type Sip = Extract<Command, { verb: 'sip' }>
type RequestText = Extract<SipText, { kind: 'request' }>
type ResponseText = Extract<SipText, { kind: 'response' }>

/**
 * The control link in memory: towards drachtio-srf it is a drachtio-server that has connected to it, towards the engine
 * it is the transaction user. No port is opened.
 */
export class DrachtioLink implements TransactionUser {
  readonly #options: LinkOptions
  readonly #owed: OwedAnswers
  readonly #own = new OwnInvites()
  /** What the engine said before the link was opened. */
  readonly #early: Held[] = []
  #closed = false
  #engine: Engine | undefined
  #socket: LinkSocket | undefined

  constructor(options: LinkOptions) {
    this.#options = options
    this.#owed = new OwedAnswers(options.clock, (transactionId, { method }) => {
      options.delegate.onFault(new Error(`${method} was not answered`), 'control link')
      this.#answer(transactionId, 500, 'Server Internal Error')
    })
  }

  /**
   * Connects `engine` with the drachtio-srf that listens on `server` (a server that never opens a port). Resolves once
   * drachtio-srf is ready; what the engine told before then is kept. Rejects when it says the wrong secret.
   */
  open(engine: Engine, server: Server): Promise<void> {
    this.#engine = engine
    return new Promise((resolve, reject) => {
      let ready = false
      const connect = (): void => {
        const socket = new LinkSocket(this.#socket?.held ?? this.#early, {
          onPayload: (payload) => this.#onCommand(parseCommand(payload)),
          onReady: () => {
            if (ready) this.#options.delegate.onReopened()
            ready = true
            resolve()
          },
          onClosed: (wasReady) => {
            if (this.#socket !== socket) return
            this.#abandon(new Set(socket.held.map(({ transactionId }) => transactionId)))
            // A link that breaks before it was ever ready would break again, for ever.
            if (wasReady) connect()
            else reject(new Error('drachtio-srf did not accept the control link'))
          },
          onFault: (error) => this.#options.delegate.onFault(error, 'control link'),
        })
        this.#socket = socket
        socket.connectTo(server)
      }
      connect()
    })
  }

  close(): void {
    const socket = this.#socket
    this.#socket = undefined
    this.#closed = true
    this.#owed.clear()
    socket?.destroy()
  }

  // --- from the engine ---------------------------------------------------------------------------------------------

  onRequest(request: SipRequest, context: RequestContext): void {
    const { method } = request
    if (this.#closed) return
    if (method === 'CANCEL') this.#owed.settle(context.transactionId)
    else if (method !== 'ACK' && !this.#owe(request, context)) return
    const { transactionId } = context
    const written = () => report.requestReceived(request, context, [localMarkOf(context.local)])
    const { delegate } = this.#options
    const first = method === 'INVITE' && context.dialogId === '' ? delegate.onInvite?.bind(delegate) : undefined
    this.#put({ transactionId, payload: () => (first?.(request, context) === false ? undefined : written()) })
  }

  /** An answer past drachtio-srf, sent before this returns. It gets what an answer of drachtio-srf's would get. */
  respond(transactionId: string, response: Omit<ResponseText, 'kind'>): void {
    this.#respondWith(transactionId, response, () => {})
  }

  onResponse(response: SipResponse, context: ResponseContext): void {
    // drachtio-srf takes a 100 for an answer: its promises would settle on it.
    if (response.status <= 100) return
    if (response.status >= 200) {
      const forgotten = this.#own.answered(context.transactionId, response.status, context.dialogId)
      if (forgotten) this.#acknowledge(context.dialogId, forgotten)
    }
    const marks: Header[] = [localMarkOf(context.local), ...reliableMarkOf(response)]
    if (context.generated) marks.push({ name: generatedMark, value: String(response.status) })
    this.#tell(report.responseReceived(response, context, marks))
  }

  onDialogEnded(dialogId: string, bye: SipRequest, _local: Endpoint, remote: Endpoint): void {
    this.#own.acknowledged(dialogId)
    this.#tell(report.unsolicited(dialogId, bye, remote))
  }

  /** Remembers that an answer is owed; false if the request was answered here and now. */
  #owe(request: SipRequest, { transactionId, dialogId, local, remote }: RequestContext): boolean {
    const { method } = request
    const callId = header(request, 'Call-ID') ?? ''
    // NOTE: drachtio-srf knows pending INVITEs by Call-ID alone, so that a CANCEL for one would end another. Nobody
    // sends two but a looping or forking proxy, and 482 is what RFC 3261 8.2.2.2 has for those.
    if (method === 'INVITE' && this.#owed.hasInvite(callId)) {
      if (dialogId === '') this.#answer(transactionId, 482, 'Loop Detected')
      else this.#answer(transactionId, 491, 'Request Pending')
      return false
    }
    this.#owed.add(transactionId, { method, callId, local, remote })
    return true
  }

  #answer(transactionId: string, status: number, reason: string): void {
    this.#engine?.respond(transactionId, { status, reason, headers: [], body: new Uint8Array() }, () => {})
  }

  // --- from drachtio-srf -------------------------------------------------------------------------------------------

  #onCommand(command: Command): void {
    switch (command.verb) {
      case 'authenticate':
        this.#authenticate(command.id, command.secret)
        break
      case 'route':
      case 'remove_route':
        // There is one client, and it gets everything.
        this.#tell(report.done(command.id))
        break
      case 'ping':
        this.#tell(report.done(command.id, 'pong'))
        break
      case 'proxy':
        this.#tell(report.failed(command.id, 'this is no proxy'))
        break
      case 'sip':
        this.#sip(command)
        break
      case 'unknown':
        this.#options.delegate.onFault(new Error(`unknown verb ${command.name}`), 'control link')
        this.#tell(report.failed(command.id, 'Unknown message type', 'NO'))
        break
    }
  }

  #authenticate(id: string, secret: string): void {
    const socket = this.#socket
    if (secret === this.#options.secret) {
      socket?.accept(report.authenticated(id, this.#engine?.listening ?? []))
    } else {
      socket?.refuse(report.failed(id, 'incorrect secret', 'NO'))
    }
  }

  #sip(command: Sip): void {
    const { id, text, transactionId, dialogId } = command
    if (text.kind === 'broken') this.#tell(report.failed(id, 'unreadable SIP message'))
    else if (text.kind === 'response') this.#respond(id, transactionId, text)
    else if (dialogId !== '') this.#requestInDialog(id, dialogId, text)
    else if (text.method === 'CANCEL') this.#cancel(id, transactionId, text)
    else this.#request(id, command.nextHop, text)
  }

  #respond(id: string, transactionId: string, text: ResponseText): void {
    if (transactionId === '') return this.#tell(report.failed(id, 'transaction id missing'))
    this.#respondWith(transactionId, text, (result) => {
      this.#tell(result.ok ? report.responseSent(id, result.sent) : report.failed(id, result.reason))
    })
  }

  #respondWith(
    transactionId: string,
    { status, reason, headers: given, body }: Omit<ResponseText, 'kind'>,
    done: (result: SendResult<SipResponse>) => void,
  ): void {
    const owed = this.#owed.get(transactionId)
    const written = responseHeaders(given)
    const headers = owed ? withLocalAddress(written, this.#told(owed.local, owed.remote, given)) : written
    if (status >= 200) this.#owed.settle(transactionId)
    this.#engine?.respond(transactionId, { status, reason, headers, body: Buffer.from(body) }, done)
  }

  #requestInDialog(id: string, dialogId: string, text: RequestText): void {
    // drachtio-srf acknowledges every final answer to an INVITE; only a 2xx has an ACK of the user's (RFC 3261 13.2.2.4).
    if (text.method === 'ACK' && !this.#own.acknowledged(dialogId)) {
      return this.#tell(report.failed(id, 'there is nothing to acknowledge'))
    }
    // drachtio-srf writes a placeholder where it leaves the Request-URI to us.
    const uri = text.uri === 'sip:placeholder' ? '' : text.uri
    const inDialog = text.method === 'ACK' || text.method === 'PRACK' ? '' : uri
    this.#prepare(id, text, inDialog, '', (request, done) => this.#engine?.sendInDialog(dialogId, request, done))
  }

  #request(id: string, nextHop: string, text: RequestText): void {
    if (text.method === 'ACK' || text.method === 'PRACK') {
      return this.#tell(report.failed(id, 'Server error: unable to find dialog for dialog id provided'))
    }
    this.#prepare(id, text, text.uri, nextHop, (request, done) => this.#engine?.send(request, done))
  }

  #prepare(
    id: string,
    text: RequestText,
    uri: string,
    nextHop: string,
    send: (request: OutgoingRequest, done: (result: SendResult<SipRequest>) => void) => void,
  ): void {
    const headers = withContentType(requestHeaders(text.headers), text.body)
    if (!headers) return this.#tell(report.failed(id, 'missing content-type'))
    const request = { method: text.method, uri, headers, body: Buffer.from(text.body), ...(nextHop && { nextHop }) }
    const done = (result: SendResult<SipRequest>): void => this.#requestDone(id, text.method, result)
    const needed = needsLocalAddress(headers)
    // In a dialog Via says what our Contact said; outside of one the way has to be known first.
    if (!needed && (uri === '' || !this.#options.advertise)) return send(request, done)
    if (uri === '') return this.#tell(report.failed(id, 'localhost means nothing within a dialog'))
    const target = nextHop || header({ headers }, 'Route')?.replace(/^[^<]*<|>.*$/g, '') || uri
    this.#engine?.route(target).then(
      ({ local, remote }) => {
        const told = this.#told(local, remote, text.headers)
        const sentBy = told === local ? {} : { sentBy: { address: told.address, port: told.port } }
        send({ ...request, ...sentBy, headers: withLocalAddress(headers, told) }, done)
      },
      (error: unknown) => {
        if (needed) this.#tell(report.failed(id, error instanceof Error ? error.message : 'no way there'))
        else send(request, done)
      },
    )
  }

  /** Our end of the way, as the peer is told of it. */
  #told(local: Endpoint, remote: Endpoint, headers: readonly Header[]): Endpoint {
    const told = this.#options.advertise?.(local, remote, header({ headers }, internalMark) ?? 'default')
    if (!told || (told.address === local.address && told.port === local.port)) return local
    return { ...local, address: told.address, port: told.port }
  }

  #requestDone(id: string, method: string, result: SendResult<SipRequest>): void {
    if (!result.ok) return this.#tell(report.failed(id, result.reason))
    const { transactionId, dialogId } = result.sent
    if (method === 'INVITE') this.#own.sent(transactionId, dialogId !== '')
    this.#tell(report.requestSent(id, result.sent, [localMarkOf(result.sent.local)]))
  }

  #cancel(id: string, transactionId: string, text: RequestText): void {
    this.#engine?.cancel(transactionId, cancelHeaders(text.headers), (result) => {
      this.#tell(
        result.ok ? report.requestSent(id, result.sent, []) : report.failed(id, `unable to cancel: ${result.reason}`),
      )
    })
  }

  /** Towards the peers: everything drachtio-srf has forgotten with its link gets an end. What it has not heard of yet waits. */
  #abandon(untold: ReadonlySet<string>): void {
    for (const transactionId of this.#owed.transactionIds) {
      if (untold.has(transactionId)) continue
      this.#owed.settle(transactionId)
      this.#answer(transactionId, 500, 'Server Internal Error')
    }
    const { open, accepted } = this.#own.abandonAll()
    for (const transactionId of open) this.#engine?.cancel(transactionId, [], () => {})
    for (const [dialogId, invite] of accepted) this.#acknowledge(dialogId, invite)
  }

  /** In the place of drachtio-srf. A call that nobody knows of is ended. */
  #acknowledge(dialogId: string, { inDialog }: OwnInvite): void {
    for (const method of inDialog ? ['ACK'] : ['ACK', 'BYE']) {
      this.#engine?.sendInDialog(dialogId, { method, uri: '', headers: [], body: new Uint8Array() }, () => {})
    }
  }

  #tell(payload: string): void {
    this.#put({ payload: () => payload, transactionId: '' })
  }

  #put(held: Held): void {
    if (this.#socket) this.#socket.tell(held)
    else if (!this.#closed) this.#early.push(held)
  }
}
