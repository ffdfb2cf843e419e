import type { Clock } from '../clock.ts'
import { isIpAddress, isIpv6 } from '../message/host.ts'
import { param } from '../message/params.ts'
import { parseUri, schemeOf, type SipUri } from '../message/uri.ts'
import type { Endpoint, TransportName } from '../transaction-user.ts'
import { LocateError } from './locate-error.ts'
import { cached } from './cache.ts'
import { systemResolver, type Resolver } from './resolver.ts'
import { findServices, type Hop, type ServiceQuestion } from './services.ts'

export interface LocateOptions {
  readonly clock: Clock
  /** `auto`: both families, in the order the resolver gives them (RFC 6724). */
  readonly ipVersion: 'auto' | '4' | '6'
  /** The transports that can be sent over; a URI that demands another one leads nowhere. */
  readonly transports: readonly TransportName[]
  readonly resolver?: Resolver
  /** How long a name may take, ms; half of it for finding out whether there are records of services. */
  readonly timeoutMs?: number
  /** 0 to 1, for the weights of SRV records. */
  readonly random?: () => number
}

/** So many addresses are enough to fail over to. */
const mostAddresses = 32

/**
 * Where a SIP URI leads (RFC 3263 4), best first, never empty. The function it returns rejects with a LocateError and
 * with nothing else.
 */
export function createLocate(options: LocateOptions): (uri: string) => Promise<readonly Endpoint[]> {
  const resolver = cached(options.resolver ?? systemResolver(), options.clock)
  return async (text) => {
    const uri = parseUri(text)
    if (!uri) {
      const known = schemeOf(text) !== null
      throw new LocateError('bad-uri', known ? `no address can be had from ${text}` : `not a SIP URI: ${text}`)
    }
    const named = namedTransport(uri)
    const allowed = allowedTransports(uri, named, options.transports)
    // RFC 3263 4: maddr, where it is given, is the target instead of the host.
    const host = withoutBrackets(param(uri.params, 'maddr') || uri.host)
    const [transport] = allowed
    const port = uri.port || (transport === 'tls' ? 5061 : 5060) // RFC 3263 4.2
    const itself: Hop = { transport, host, port }
    // RFC 3263 4.1, 4.2: a number or a port leaves nothing to ask; a name of one word is no domain with services
    const plain = isIpAddress(host) || uri.port || !host.includes('.') || !(resolver.srv || resolver.naptr)
    const question = {
      domain: host,
      transports: allowed,
      chooses: named === undefined,
      random: options.random ?? Math.random,
    }
    const hops = plain ? [itself] : await services(resolver, question, options)
    return addresses(hops.length > 0 ? hops : [itself], uri, resolver, options)
  }
}

/** The URI's own word (RFC 3263 4.1). */
function namedTransport(uri: SipUri): string | undefined {
  const named = param(uri.params, 'transport')?.toLowerCase() || undefined
  if (uri.scheme !== 'sips') return named
  // RFC 3261 26.2.2: sips is TLS, and `transport=tcp` says no more than that; there is none over UDP.
  return named === undefined || named === 'tcp' || named === 'tls' ? 'tls' : `secure ${named}`
}

/** Never empty; UDP first, which is what RFC 3263 4.1 assumes where nothing is said. */
function allowedTransports(
  uri: SipUri,
  named: string | undefined,
  available: readonly TransportName[],
): readonly [TransportName, ...TransportName[]] {
  const known: readonly TransportName[] = named === undefined ? ['udp', 'tcp'] : ['udp', 'tcp', 'tls']
  const [first, ...others] = known.filter(
    (candidate) => available.includes(candidate) && (named === undefined || candidate === named),
  )
  if (!first) throw new LocateError('unsupported-transport', `${named ?? uri.scheme} is not available`)
  return [first, ...others]
}

async function services(resolver: Resolver, question: ServiceQuestion, { clock, timeoutMs = 5_000 }: LocateOptions) {
  let stop = () => {}
  const late = new Promise<Hop[]>((resolve) => (stop = clock.after(timeoutMs / 2, () => resolve([]))))
  try {
    return await Promise.race([findServices(resolver, question), late])
  } finally {
    stop()
  }
}

/** All addresses of all places, in order. One place without an address is no reason to give up the others. */
async function addresses(
  hops: readonly Hop[],
  uri: SipUri,
  resolver: Resolver,
  options: LocateOptions,
): Promise<readonly Endpoint[]> {
  const found = await Promise.all(hops.map((hop) => ofHop(hop, uri, resolver, options)))
  const ends = found.flatMap((end) => (end instanceof LocateError ? [] : end))
  const failure = found.find((end) => end instanceof LocateError)
  if (ends.length === 0 && failure instanceof LocateError) throw failure
  const once = new Map(ends.map((end) => [`${end.transport} ${end.address} ${end.port}`, end]))
  return [...once.values()].slice(0, mostAddresses)
}

async function ofHop(
  { transport, host, port }: Hop,
  uri: SipUri,
  resolver: Resolver,
  options: LocateOptions,
): Promise<readonly Endpoint[] | LocateError> {
  try {
    const found = isIpAddress(host) ? [host] : await lookup(resolver, host, options)
    const usable = [...new Set(found)].filter((address) => wanted(address, options.ipVersion))
    if (usable.length === 0) {
      return new LocateError('no-address', `${host} has no address of IP version ${options.ipVersion}`)
    }
    // RFC 5922 4: the certificate has to be for the domain of the URI, whatever server the DNS names for it
    const serverName = transport === 'tls' && !isIpAddress(withoutBrackets(uri.host)) ? uri.host : undefined
    return usable.map((address) => ({ transport, address, port, ...(serverName !== undefined && { serverName }) }))
  } catch (error) {
    return LocateError.of(error, host)
  }
}

async function lookup(resolver: Resolver, host: string, options: LocateOptions): Promise<readonly string[]> {
  const { clock, timeoutMs = 5_000 } = options
  let stop = () => {}
  const timeout = new Promise<never>((_, reject) => {
    const late = () => reject(new LocateError('timeout', `the name ${host} was not resolved in ${timeoutMs} ms`))
    stop = clock.after(timeoutMs, late)
  })
  try {
    const found = await Promise.race([resolver.lookup(host), timeout])
    return found.filter(isIpAddress)
  } catch (error) {
    throw LocateError.of(error, host)
  } finally {
    stop()
  }
}

function wanted(address: string, version: LocateOptions['ipVersion']): boolean {
  return version === 'auto' || (version === '6') === isIpv6(address)
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}
