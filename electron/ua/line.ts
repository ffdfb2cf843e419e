import type { Headers, Request, Response } from 'drachtio-srf'
import type { Line, LineOptions, Register, RegisterAnswer } from '../phone/ports.ts'
import {
  type Endpoint,
  internalMark,
  isGruu,
  type NameAddr,
  param,
  parseUri,
  parseVia,
  type SipUri,
} from '../sip/index.ts'
import { contactHeader } from './addresses.ts'
import { randomToken, type Core } from './core.ts'
import type { Memory } from './digest/authorise.ts'
import { lists } from './prack.ts'
import { register } from './register.ts'

/** More servers than one account has. */
const mostHops = 16

/** What requests and registrations of one account have in common, and what is remembered between them. */
export class AccountLine implements Line {
  /** A token that only the registrar knows: who calls with it comes from there. */
  readonly instanceToken: string
  /** RFC 3261 10.2.4: one Call-ID for all registrations, and a CSeq that grows. */
  readonly callId: string
  lastCSeq = 0
  /** Realms that challenged registrations, and those that challenged everything else. */
  memories: { register: Memory; other: Memory } = { register: [], other: [] }
  /** What the registrar wants calls to pass (RFC 3608), as Route values. */
  serviceRoute: readonly string[] = []
  /** Somebody on the way to the registrar has refused flows (439): they are not asked for again. */
  flowsRefused = false
  /** The registrar keeps to the flows of RFC 5626. */
  #byFlow = false
  /** The URI by which everybody reaches this very phone (RFC 5627), while the registrar knows it. */
  #gruu: string | undefined
  onFlowLost: (() => void) | undefined
  #options: LineOptions
  /** Where the registrar, or the proxy before it, took our binding: transport, address and port. */
  #flow: string | undefined
  readonly #core: Core
  readonly #hops = new Set<string>()
  readonly #forget: (line: AccountLine) => void

  constructor(core: Core, options: LineOptions, forget: (line: AccountLine) => void) {
    this.#core = core
    this.#options = options
    this.#forget = forget
    this.instanceToken = randomToken(core, 8)
    this.callId = randomToken(core, 16)
  }

  get options(): LineOptions {
    return this.#options
  }

  /** What the control link has to know of a request or answer of this account, as headers that stay on the link. */
  get marks(): Headers {
    return { [internalMark]: this.options.sendInternalIp ?? 'default' }
  }

  register(what: Register): Promise<RegisterAnswer> {
    return register(this.#core, this, what)
  }

  change(options: LineOptions): void {
    this.#options = options
  }

  close(): void {
    this.#forget(this)
  }

  /**
   * Values of the Route headers that a request to `uri` is given (RFC 3261 8.1.2). None where the only one would name
   * the host that the Request-URI leads to anyway.
   */
  routeTo(uri: string): readonly string[] {
    const own = this.options.route
    const routes =
      this.serviceRoute.length > 0 ? [...own.filter((hop) => !this.#leadsBack(hop)), ...this.serviceRoute] : own
    return this.#asHeaders(routes, uri)
  }

  /** The same for REGISTER, which a Service-Route is not for (RFC 3608 5). */
  routeToRegistrar(): readonly string[] {
    return this.#asHeaders(this.options.route, this.options.registrar)
  }

  /** Where a request to `uri` goes first, as a SIP URI. */
  firstHop(uri: string): string {
    return /<([^>]+)>/.exec(this.routeTo(uri)[0] ?? '')?.[1] ?? uri
  }

  /** The answer to a REGISTER; `bound` says whether it binds us, `binding` what it tells of that. */
  boundBy(response: Response, bound: boolean, binding: NameAddr | undefined): void {
    const transport = parseVia(response.get('via') ?? '')?.transport.toLowerCase() ?? ''
    this.#flow = bound ? flowOf(transport, response.source_address, response.source_port) : undefined
    this.#byFlow = bound && lists(response.get('require'), 'outbound')
    this.#gruu = bound && binding ? gruuOf(binding) : undefined
  }

  /**
   * The Contact of whatever makes a dialog as the user of `uri`: where the registrar gives a GRUU that one (RFC 5627
   * 4.4), else our address; `ob` keeps what follows on the flow of the registration (RFC 5626 4.3).
   */
  contactHeader(uri: string): string {
    return this.#gruu === undefined ? contactHeader(uri, this.#byFlow ? [{ name: 'ob' }] : []) : `<${this.#gruu}>`
  }

  /** RFC 5626 4.5: what the registrar has of us leads nowhere now, if it was that connection. */
  flowClosed({ transport, address, port }: Endpoint): void {
    if (this.#flow !== flowOf(transport, address, port)) return
    this.#flow = undefined
    this.onFlowLost?.()
  }

  /** A request that was sent along the route: whoever got it is one of the account's own servers. */
  remember(request: Request): void {
    this.#hops.add(hopOf(request))
    const [oldest] = this.#hops
    if (this.#hops.size > mostHops && oldest !== undefined) this.#hops.delete(oldest)
  }

  /** Whether it came from, or went to, one of the account's own servers. */
  passes(request: Pick<Request, 'source_address' | 'source_port'>): boolean {
    return this.#hops.has(hopOf(request))
  }

  /** Whether an INVITE that came in was for this account and came through its server. */
  owns(invite: Pick<Request, 'uri' | 'source_address' | 'source_port'>): boolean {
    const uri = parseUri(invite.uri)
    if (!uri) return false
    if (param(uri.params, 'rinstance') === this.instanceToken) return true
    return this.passes(invite) && uri.user === parseUri(this.options.from.uri)?.user
  }

  /** The realms that have challenged this account outside dialogs. */
  get realms(): ReadonlySet<string> {
    return new Set([...this.registrarRealms, ...this.memories.other.map(({ challenge }) => challenge.realm)])
  }

  get registrarRealms(): ReadonlySet<string> {
    return new Set(this.memories.register.map(({ challenge }) => challenge.realm))
  }

  #asHeaders(routes: readonly string[], uri: string): readonly string[] {
    const target = parseUri(uri)
    const [only, ...more] = routes
    const first = only === undefined ? null : parseUri(bare(only))
    if (more.length === 0 && first && target && sameHost(first, target)) return []
    return routes.map(looseRoute)
  }

  /** A Service-Route that begins with the outbound proxy names it already. */
  #leadsBack(hop: string): boolean {
    const [service] = this.serviceRoute
    const one = parseUri(bare(hop))
    const other = service === undefined ? null : parseUri(bare(service))
    return one !== null && other !== null && sameHost(one, other)
  }
}

/** Anything but a SIP URI that names a `gr` is passed over: it goes into our own header fields. */
function gruuOf({ params }: NameAddr): string | undefined {
  const quoted = /^"([^"\\\s<>]{1,512})"$/.exec(param(params, 'pub-gruu') ?? '')?.[1] ?? ''
  const uri = parseUri(quoted)
  return uri && isGruu(uri) ? quoted : undefined
}

const flowOf = (transport: string, address: string, port: number) => `${transport} ${address} ${port}`

function hopOf({
  source_address: address,
  source_port: port,
}: Pick<Request, 'source_address' | 'source_port'>): string {
  return `${address} ${port}`
}

function bare(route: string): string {
  return /<([^>]+)>/.exec(route)?.[1] ?? route
}

/** A route as a header value; a URI without brackets gets them, and `lr`. */
function looseRoute(route: string): string {
  if (route.includes('<')) return route
  const uri = parseUri(route)
  return uri && param(uri.params, 'lr') === undefined ? `<${route};lr>` : `<${route}>`
}

/** Requests to both go to the same place. */
function sameHost(one: SipUri, other: SipUri): boolean {
  const transport = (uri: SipUri) => param(uri.params, 'transport')?.toLowerCase() ?? ''
  return (
    one.scheme === other.scheme &&
    one.host.toLowerCase() === other.host.toLowerCase() &&
    (one.port ?? 0) === (other.port ?? 0) &&
    transport(one) === transport(other)
  )
}
