import { randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { UserAgentError, type CertificateDecisions, type Clock, type Log, type StartUserAgent } from '../phone/ports.ts'
import {
  createLocate,
  KernelProbe,
  startTcp,
  startTls,
  systemResolver,
  UdpTransport,
  type Resolver,
  type TlsOptions,
  type Transport,
  type WireTap,
} from '../sip/index.ts'
import { pooled } from './random-pool.ts'
import { createUserAgent } from './user-agent.ts'

interface UserAgentWorld {
  readonly clock: Clock
  readonly log: Log
  readonly wireTap?: WireTap
  /** How TLS judges certificates; without it only what the system's authorities vouch for is taken. */
  readonly tls?: Pick<TlsOptions, 'authorities' | 'pinned' | 'onUntrusted' | 'identity'>
  /** Where names are looked up instead of the system's DNS. */
  readonly resolver?: Resolver
}

/**
 * Starts user agents on the real network. UDP decides which port it is. TCP listens on the same one; if another program
 * has it there, on any free one: a phone without TCP on its usual port is still a phone, and `listening` says which
 * ports they are. Without an address it listens on every interface, of both families where the machine has both.
 */
export function userAgentStarter(world: UserAgentWorld): StartUserAgent {
  const { clock, log, wireTap, resolver } = world
  return async ({ address, ipVersion: wanted = 'auto', port, product, certificates }, delegate) => {
    const tls = { ...decidedBy(certificates), ...world.tls }
    const [first, also] = address === '' ? everywhere[wanted] : ([address] as const)
    const main = await bindAll(first, port, { ...world, tls })
    const more = also === undefined ? [] : await bindAlso(also, main[0]?.local.port ?? port, { ...world, tls })
    const transports = [...main, ...more]
    const ipVersion = more.length > 0 ? 'auto' : isIPv6(first) ? '6' : '4'
    try {
      return await createUserAgent({
        clock,
        log,
        delegate,
        product,
        random: pooled(randomBytes),
        engine: {
          transports,
          probe: new KernelProbe(clock),
          locate: createLocate({
            clock,
            ipVersion,
            transports: [...new Set(transports.map(({ local }) => local.transport))],
            random: Math.random,
            resolver: ipv4First(resolver ?? systemResolver()),
          }),
          ...(wireTap && { wireTap }),
        },
      })
    } catch (error) {
      await Promise.all(transports.map((transport) => transport.close()))
      throw error
    }
  }
}

const everywhere = { auto: ['0.0.0.0', '::'], '4': ['0.0.0.0'], '6': ['::'] } as const

/** RFC 3261 10.2.6: whoever registers there asks every registrar of the network, with or without a DNS. */
const allSipServers = { name: 'sip.mcast.net', address: '224.0.1.75' }

/**
 * NOTE: not the order of RFC 6724. Most SIP servers that have both addresses serve IPv4, and what a name leads to first
 * decides the address in the session description, also when another one answers in the end.
 */
function ipv4First(resolver: Resolver): Resolver {
  const lookup = async (host: string) => {
    const found = host.toLowerCase() === allSipServers.name ? [allSipServers.address] : await resolver.lookup(host)
    return found.toSorted((one, other) => Number(isIPv6(one)) - Number(isIPv6(other)))
  }
  const { srv, naptr } = resolver
  return { lookup, ...(srv && { srv: srv.bind(resolver) }), ...(naptr && { naptr: naptr.bind(resolver) }) }
}

/** The other family, on the same port if possible; a machine without it is as good. */
async function bindAlso(address: string, port: number, world: UserAgentWorld): Promise<Transport[]> {
  try {
    return await bindAll(address, port, world).catch(() => bindAll(address, 0, world))
  } catch (error) {
    world.log.warn(`${address} cannot be listened on`, { error: String(error) })
    return []
  }
}

function decidedBy(certificates: CertificateDecisions | undefined): UserAgentWorld['tls'] {
  if (certificates === undefined) return {}
  return { pinned: certificates.pinned, onUntrusted: (facts) => certificates.decide(facts) }
}

/** UDP, TCP, TLS. NOTE: TLS listens only where it has a certificate of its own to show, one port above the others. */
async function bindAll(address: string, port: number, { clock, log, tls }: UserAgentWorld): Promise<Transport[]> {
  const udp = await UdpTransport.bind({ address, port, exact: true }).catch((error: unknown) => {
    throw bindError(error)
  })
  const own = udp.local.port
  const tcp = await onPortOrAny('TCP', own, log, (wanted) => startTcp({ address, port: wanted }, { clock }))
  const secure = await onPortOrAny('TLS', own + 1, log, (wanted) =>
    startTls({ address, port: wanted }, { clock, ...tls }),
  )
  return [udp, tcp, secure].filter((transport) => transport !== undefined)
}

async function onPortOrAny(
  name: string,
  port: number,
  log: Log,
  start: (port: number) => Promise<Transport>,
): Promise<Transport | undefined> {
  try {
    return await start(port)
  } catch (error) {
    log.warn(`${name} port ${port} cannot be had, any free one is taken`, { error: String(error) })
  }
  try {
    return await start(0)
  } catch (error) {
    log.warn(`There is no ${name}`, { error: String(error) })
    return undefined
  }
}

function bindError(error: unknown): UserAgentError {
  const code = error instanceof Error && 'code' in error && error.code === 'port-in-use' ? 'port-in-use' : 'internal'
  return new UserAgentError(code, error instanceof Error ? error.message : String(error), { cause: error })
}
