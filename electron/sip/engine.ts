import { isGroup } from './message/host.ts'
import { param } from './message/params.ts'
import { parseMessage } from './message/parse.ts'
import { responseFault } from './message/validate.ts'
import type { Header, SipRequest, SipResponse } from './message/message.ts'
import { rfc3261Timers } from './transaction/timer-values.ts'
import type {
  Engine,
  EngineCounts,
  FlowOptions,
  OutgoingRequest,
  OutgoingResponse,
  SendResult,
  SocketAddress,
} from './transaction-user.ts'
import { ClientTransactions } from './engine/client-transactions.ts'
import { Dialogs } from './engine/dialogs.ts'
import { EngineError } from './engine/engine-error.ts'
import { Flows } from './engine/flows.ts'
import { Identifiers } from './engine/identifiers.ts'
import { inboundRequest, inboundResponse, valueOf } from './engine/inbound.ts'
import { InDialog } from './engine/in-dialog.ts'
import { Loop } from './engine/loop.ts'
import { isReliable, Network, type Path } from './engine/network.ts'
import { defaultLimits, type EngineOptions } from './engine/options.ts'
import { RateLimitedSources } from './engine/rate-limit-sources.ts'
import { ServerTransactions } from './engine/server-transactions.ts'
import { TimerQueue } from './engine/timer-queue.ts'
import { Uac } from './engine/uac.ts'
import { Uas } from './engine/uas.ts'
import { UserPort } from './engine/user-port.ts'

type Done<M> = (result: SendResult<M>) => void

/**
 * The SIP engine: everything between sockets and transaction user. Listens from the first moment on, so that nothing
 * is lost between binding and running. Never rejects; a promise, because transports that must first connect will come.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  return new SipEngine(options)
}

class SipEngine implements Engine {
  onFlowClosed: Engine['onFlowClosed']
  readonly #options: EngineOptions
  readonly #loop: Loop
  readonly #network: Network
  readonly #timers: TimerQueue
  readonly #clients: ClientTransactions
  readonly #servers: ServerTransactions
  readonly #dialogs = new Dialogs()
  readonly #sources: RateLimitedSources
  readonly #flows: Flows
  readonly #uac: Uac
  readonly #uas: Uas
  #closing: Promise<void> | undefined

  constructor(options: EngineOptions) {
    const { clock, transports, probe, wireTap, onFault } = options
    this.#options = options
    const loop = (this.#loop = new Loop(onFault))
    const timers = (this.#timers = new TimerQueue(clock))
    const network = (this.#network = new Network({ transports, probe, clock, loop, wireTap, onFault }))
    const sources = (this.#sources = new RateLimitedSources(options.rates ?? {}, clock.now()))
    const context = {
      network,
      sources,
      timers,
      ids: new Identifiers(options.random),
      values: options.timers ?? rfc3261Timers,
      limits: { ...defaultLimits, ...options.limits },
      dialogs: this.#dialogs,
      user: new UserPort(options.user, loop),
      now: () => clock.now(),
      run: (task: () => void) => loop.run(task),
    }
    const clients = (this.#clients = new ClientTransactions(context))
    const servers = (this.#servers = new ServerTransactions(context))
    this.#flows = new Flows(options)
    const inDialog = new InDialog({ ...options, ...context, clients })
    this.#uac = new Uac({ ...context, clients, inDialog }, options)
    this.#uas = new Uas({ ...context, servers, inDialog }, options)
    network.open(
      (bytes, path) => this.#receive(bytes, path),
      (remote) => {
        clients.flowClosed(remote)
        loop.guard('onFlowClosed', () => this.onFlowClosed?.(remote))
      },
    )
  }

  get listening() {
    return this.#network.listening
  }

  send(request: OutgoingRequest, done: Done<SipRequest>): void {
    this.#ask(done, () => this.#uac.send(request, done))
  }

  sendInDialog(dialogId: string, request: OutgoingRequest, done: Done<SipRequest>): void {
    this.#ask(done, () => this.#uac.sendInDialog(dialogId, request, done))
  }

  cancel(transactionId: string, headers: readonly Header[], done: Done<SipRequest>): void {
    this.#ask(done, () => this.#uac.cancel(transactionId, headers, done))
  }

  respond(transactionId: string, response: OutgoingResponse, done: Done<SipResponse>): void {
    if (this.#closing) this.#refuse(done)
    else this.#loop.run(() => this.#uas.respond(transactionId, response, done))
  }

  async route(uri: string): ReturnType<Engine['route']> {
    if (this.#closing) throw new EngineError('closed', 'the engine is closed')
    let targets
    try {
      targets = await this.#options.locate(uri)
    } catch (cause) {
      const { code, message } = cause as { code?: unknown; message?: unknown }
      throw new EngineError(code === 'bad-uri' ? 'bad-uri' : 'unresolvable', String(message), { cause })
    }
    let failure = new EngineError('unresolvable', `${uri} leads nowhere`)
    for (const target of targets) {
      const path = await new Promise<Path | EngineError>((resolve) => this.#network.pathTo(target, resolve))
      if (!(path instanceof EngineError)) return { local: path.local, remote: path.remote }
      failure = path
    }
    throw failure
  }

  discover(server: SocketAddress): Promise<SocketAddress> {
    return this.#flows.discover(server)
  }

  keepAlive(uri: string, options: FlowOptions): () => void {
    return this.#flows.keepAlive(uri, options)
  }

  networkChanged(): void {
    this.#loop.run(() => this.#network.networkChanged())
  }

  counts(): EngineCounts {
    return {
      clientTransactions: this.#clients.size,
      serverTransactions: this.#servers.size,
      dialogs: this.#dialogs.size,
      timers: this.#timers.size,
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  #close(): Promise<void> {
    this.#loop.close()
    this.#flows.close()
    this.#clients.close()
    this.#servers.close()
    this.#dialogs.clear()
    this.#timers.close()
    return this.#network.close()
  }

  #ask<M>(done: Done<M>, task: () => void): void {
    if (this.#closing) this.#refuse(done)
    else this.#loop.defer(task)
  }

  #refuse<M>(done: Done<M>): void {
    queueMicrotask(() => this.#loop.guard('done', () => done({ ok: false, reason: 'the engine is closed' })))
  }

  #receive(bytes: Uint8Array, path: Path): void {
    const network = this.#network
    const parsed = parseMessage(bytes)
    if (!parsed.ok) {
      const { code, detail, status, partial } = parsed
      network.tap('in', path, bytes, false, code === 'keep-alive' ? code : `${code}: ${detail}`)
      if (code === 'keep-alive') return this.#pong(bytes, path)
      const request = partial && inboundRequest(partial, path)
      if (request && status)
        this.#uas.refuse(request, { status, ...(status === 400 && { reason: `Bad Request: ${detail}` }) })
      return
    }
    const { message, notes } = parsed
    const announce = (note?: string) => (repeated: boolean, more?: string) => {
      const all = [...notes, note, more].filter((said) => said !== undefined)
      network.tap('in', path, bytes, repeated, all.length > 0 ? all.join('; ') : undefined)
    }
    // RFC 3261 20.14: over a stream it tells where the message ends
    const endless = isReliable(path) && valueOf(message.headers, 'Content-Length') === undefined
    if (message.kind === 'request') {
      const request = inboundRequest(message, path)
      if (!request) announce('no usable Via')(false)
      // RFC 3261 10.2.6: a phone may listen to what registrars are told there, and does not answer
      else if (isGroup(param(request.via.params, 'maddr') ?? '')) announce('sent to a group')(false)
      else if (endless) {
        announce('no Content-Length')(false)
        this.#uas.refuse(request, { status: 400, reason: 'Missing Content-Length' })
      } else this.#uas.receive(request, announce())
      return
    }
    const fault = endless ? { reason: 'no Content-Length' } : responseFault(message)
    const response = fault ? undefined : inboundResponse(message, path)
    if (!response) announce(fault?.reason ?? 'no usable Via')(false)
    else if (this.#clients.receive(response, announce()))
      this.#sources.proven(path.remote.address, this.#options.clock.now())
    else announce('belongs to no transaction')(false)
  }

  /** RFC 5626 3.5.1: a double line end asks for a single one. */
  #pong(bytes: Uint8Array, path: Path): void {
    if (bytes.byteLength === 4 && bytes[0] === 0x0d) this.#network.send(path, bytes.subarray(0, 2), false)
  }
}
