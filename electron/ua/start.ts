import { randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { UserAgentError, type CertificateDecisions, type Clock, type Log, type StartUserAgent } from '../phone/ports.ts'
import {
  createLocate,
  KernelProbe,
  startTcp,
  startTls,
  UdpTransport,
  type Resolver,
  type TlsOptions,
  type Transport,
  type WireTap,
} from '../sip/index.ts'
import { createUserAgent } from './user-agent.ts'

export interface UserAgentWorld {
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
 * ports they are. NOTE: without an address it listens on every IPv4 interface; IPv6 needs its literal.
 */
export function userAgentStarter(world: UserAgentWorld): StartUserAgent {
  const { clock, log, wireTap, resolver } = world
  return async ({ address, port, product, certificates }, delegate) => {
    const ipVersion = isIPv6(address) ? '6' : '4'
    const transports = await bindAll(address || '0.0.0.0', port, {
      ...world,
      tls: { ...decidedBy(certificates), ...world.tls },
    })
    try {
      return await createUserAgent({
        clock,
        log,
        delegate,
        product,
        random: randomBytes,
        engine: {
          transports,
          probe: new KernelProbe(clock),
          locate: createLocate({
            clock,
            ipVersion,
            transports: transports.map(({ local }) => local.transport),
            random: Math.random,
            ...(resolver && { resolver }),
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
