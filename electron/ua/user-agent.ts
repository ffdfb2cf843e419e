import { isIPv6, Server } from 'node:net'
import {
  UserAgentError,
  type Clock,
  type FinalResponse,
  type Invite,
  type Line,
  type LineOptions,
  type ListeningPoint,
  type Log,
  type OutgoingInvite,
  type OutgoingInviteDelegate,
  type OutgoingMessage,
  type Publish,
  type PublishAnswer,
  type Route,
  type SeenAddress,
  type Subscribe,
  type Subscription,
  type SubscriptionDelegate,
  type UserAgent,
  type UserAgentDelegate,
} from '../phone/ports.ts'
import {
  createEngine,
  DrachtioLink,
  type Endpoint,
  type Engine,
  type EngineOptions,
  type LinkOptions,
  type TransactionUser,
} from '../sip/index.ts'
import { contactHeader, fromHeader, isTarget, toHeader } from './addresses.ts'
import { accept, allowedMethods, supportedExtensions } from './capabilities.ts'
import { randomToken, type Core } from './core.ts'
import { finalOf, unreachable } from './finals.ts'
import { Authorisation, transactAuthorised } from './authorisation.ts'
import { Inbound } from './inbound.ts'
import { sendMessage } from './message.ts'
import { publish } from './publish.ts'
import { ClientSubscription } from './subscribe.ts'
import { AccountLine } from './line.ts'
import { createQuietSrf } from './quiet-srf.ts'
import { Uac } from './uac.ts'
import { UnderWay } from './under-way.ts'
import { Wrap } from './wrap.ts'

interface UserAgentParts {
  readonly clock: Pick<Clock, 'now' | 'after'>
  readonly log: Log
  readonly delegate: UserAgentDelegate
  /** User-Agent and Server header, as `Dialtone/1.2.3`. */
  readonly product: string
  readonly random: (bytes: number) => Uint8Array
  /** What the engine needs beside what the user agent decides. */
  readonly engine: Omit<EngineOptions, 'clock' | 'random' | 'user' | 'userAgent' | 'allow' | 'supported' | 'onFault'>
}

/** The user agent on our own engine. Rejects with a UserAgentError: `port-in-use`, or `internal`. */
export function createUserAgent(options: UserAgentParts): Promise<UserAgent> {
  const { clock, random, log } = options
  return composeUserAgent(options, (user) =>
    createEngine({
      clock,
      random,
      user,
      userAgent: options.product,
      allow: allowedMethods,
      supported: supportedExtensions,
      onFault: (error, where) => new Wrap(log).fault(where, error),
      ...options.engine,
    }),
  )
}

/** The user agent on any engine: drachtio-srf in the middle, connected with it in memory. */
export async function composeUserAgent(
  options: Pick<UserAgentParts, 'clock' | 'log' | 'delegate' | 'random'>,
  startEngine: (user: TransactionUser) => Promise<Engine>,
): Promise<UserAgent> {
  const { clock, log, delegate, random } = options
  const wrap = new Wrap(log)
  const underWay = new UnderWay()
  const advertise: NonNullable<LinkOptions['advertise']> = ({ transport, address, port }, remote, mark) => {
    const local = { address, port }
    const place = { transport, local, remoteAddress: remote.address }
    const choice = mark === 'always' || mark === 'never' ? mark : 'default'
    return wrap.value('ownAddress', () => delegate.ownAddress?.(place, choice) ?? local, local)
  }
  const core: Core = {
    srf: createQuietSrf(),
    clock,
    log,
    wrap,
    delegate,
    random,
    underWay,
    respond: (transactionId, response) => link.respond(transactionId, response),
    place: async (uri, mark) => {
      const { local, remote } = await engine.route(uri)
      return { localAddress: local.address, told: advertise(local, remote, mark) ?? local }
    },
    dialogs: new Map(),
    subscriptions: new Map(),
    lines: new Set(),
  }
  const own = new Set<string>()
  const inbound = new Inbound(core, own)
  const secret = randomToken(core, 16)
  const link = new DrachtioLink({
    clock,
    secret,
    advertise,
    delegate: {
      onInvite: (invite, context) => wrap.value('INVITE', () => inbound.onInvite(invite, context), true),
      onReopened: () => {
        log.error('the control link broke and was opened again')
        underWay.abortAll()
      },
      onFault: (error, where) => wrap.fault(where, error),
    },
  })
  const engine = await startEngine(link).catch((error: unknown) => {
    throw userAgentError(error)
  })
  engine.onFlowClosed = wrap.callback('connection closed', (remote: Endpoint) => {
    for (const line of core.lines) line.flowClosed(remote)
  })
  inbound.install()
  const server = new Server()
  core.srf.on('error', (error) => wrap.fault('drachtio-srf', error))
  core.srf.listen({ server, secret })
  await link.open(engine, server)
  return new ComposedUserAgent(core, engine, link, own)
}

class ComposedUserAgent implements UserAgent {
  readonly #core: Core
  readonly #engine: Engine
  readonly #link: DrachtioLink
  readonly #own: Set<string>

  constructor(core: Core, engine: Engine, link: DrachtioLink, own: Set<string>) {
    this.#core = core
    this.#engine = engine
    this.#link = link
    this.#own = own
  }

  get listening(): readonly ListeningPoint[] {
    return this.#engine.listening
  }

  async route(uri: string, line?: Line): Promise<Route> {
    if (!isTarget(uri)) throw new UserAgentError('bad-target', `${uri} is no SIP URI`)
    try {
      const { local, remote } = await this.#engine.route(line instanceof AccountLine ? line.firstHop(uri) : uri)
      const { address: remoteAddress, port: remotePort, transport } = remote
      return { localAddress: local.address, remoteAddress, remotePort, transport }
    } catch (error) {
      throw userAgentError(error, 'unreachable')
    }
  }

  async discover(server: string): Promise<{ readonly server: SeenAddress; readonly seen: SeenAddress }> {
    // RFC 8489 8.1: 3478 where nothing is said; a literal of IPv6 has its brackets.
    const bracketed = isIPv6(server) ? `[${server}]` : server
    const uri = `sip:${/:\d+$/.test(bracketed) && !isIPv6(server) ? bracketed : `${bracketed}:3478`};transport=udp`
    if (!isTarget(uri)) throw new UserAgentError('bad-target', `${server} is no server's name`)
    try {
      const { remote } = await this.#engine.route(uri)
      const asked = { address: remote.address, port: remote.port }
      return { server: asked, seen: await this.#engine.discover(asked) }
    } catch (error) {
      throw userAgentError(error, 'unreachable')
    }
  }

  invite(invite: Invite, delegate: OutgoingInviteDelegate): OutgoingInvite {
    return new Uac(this.#core, this.#own, invite, delegate)
  }

  openLine(options: LineOptions): Line {
    const line = new AccountLine(this.#core, options, (closed) => this.#core.lines.delete(closed))
    this.#core.lines.add(line)
    return line
  }

  options(uri: string, through?: Line): Promise<FinalResponse> {
    if (!isTarget(uri)) return Promise.reject(new UserAgentError('bad-target', `${uri} is no SIP URI`))
    // Nobody in particular asks; the control link puts our address for `localhost`.
    const line = through instanceof AccountLine ? through : undefined
    const self = 'sip:localhost'
    const route = line?.routeTo(uri) ?? []
    const headers = {
      From: fromHeader(line?.options.from ?? { uri: self }, randomToken(this.#core, 8)) ?? '',
      ...(route.length > 0 && { Route: route.join(', ') }),
      ...line?.marks,
      To: toHeader(uri),
      Contact: contactHeader(self),
      ...accept,
    }
    return new Promise((resolve) => {
      transactAuthorised(
        this.#core,
        new Authorisation(this.#core, line, 'other'),
        uri,
        { method: 'OPTIONS', headers },
        {
          onFinal: (response) => resolve(finalOf(response)),
          onFailed: (reason) => resolve(unreachable(reason)),
        },
      )
    })
  }

  async message(message: OutgoingMessage): Promise<FinalResponse> {
    const { uri, line } = message
    if (!isTarget(uri)) throw new UserAgentError('bad-target', `${uri} is no SIP URI`)
    const firstHop = line instanceof AccountLine ? line.firstHop(uri) : uri
    const { local } = await this.#engine.route(firstHop).catch((error: unknown) => {
      throw userAgentError(error, 'unreachable')
    })
    return sendMessage(this.#core, message, local)
  }

  subscribe(subscribe: Subscribe, delegate: SubscriptionDelegate): Subscription {
    return new ClientSubscription(this.#core, subscribe, delegate)
  }

  publish(what: Publish): Promise<PublishAnswer> {
    return publish(this.#core, what)
  }

  networkChanged(): void {
    this.#engine.networkChanged()
  }

  async close(): Promise<void> {
    this.#link.close()
    this.#core.underWay.abortAll()
    for (const dialog of this.#core.dialogs.values()) dialog.abandon()
    await this.#engine.close()
  }
}

const words: Readonly<Record<string, UserAgentError['code']>> = {
  'bad-uri': 'bad-target',
  'port-in-use': 'port-in-use',
  unresolvable: 'unresolvable',
  'certificate-untrusted': 'certificate-untrusted',
  'tls-failed': 'tls-failed',
}

/** An error of the engine, or of the transport behind it, in the port's words. */
function userAgentError(error: unknown, otherwise: UserAgentError['code'] = 'internal'): UserAgentError {
  if (error instanceof UserAgentError) return error
  const codes = [error, error instanceof Error ? error.cause : undefined].map(
    (each) => each instanceof Error && 'code' in each && words[String(each.code)],
  )
  const known = codes.findLast((code) => typeof code === 'string') ?? otherwise
  return new UserAgentError(known, error instanceof Error ? error.message : String(error), { cause: error })
}
