import type { TransportName } from '../transaction-user.ts'
import type { NaptrRecord, Resolver } from './resolver.ts'
import { inSrvOrder } from './srv-order.ts'

/** A place to send to, its address yet to be found. */
export interface Hop {
  readonly transport: TransportName
  readonly host: string
  readonly port: number
}

/** More than these nobody has who means well. */
const mostRecords = 16

/** RFC 3263 4.1, RFC 3261 26.2.2 */
const naptrServices: Readonly<Record<string, TransportName>> = {
  'SIP+D2U': 'udp',
  'SIP+D2T': 'tcp',
  'SIPS+D2T': 'tls',
}
const srvPrefixes: Readonly<Record<TransportName, string>> = { udp: '_sip._udp', tcp: '_sip._tcp', tls: '_sips._tcp' }

export interface ServiceQuestion {
  readonly domain: string
  /** Those the URI and we allow, the preferred one first. */
  readonly transports: readonly TransportName[]
  /** Whether the domain may choose among them (RFC 3263 4.1: no transport in the URI). */
  readonly chooses: boolean
  readonly random: () => number
}

/**
 * The servers of a domain by NAPTR and SRV records (RFC 3263 4.1, 4.2), best first; empty if it has none. Never rejects:
 * a DNS that does not answer such questions may still know the address.
 */
export async function findServices(resolver: Resolver, question: ServiceQuestion): Promise<Hop[]> {
  const { domain, transports, chooses, random } = question
  const byName = transports.map((transport) => ({ transport, name: `${srvPrefixes[transport]}.${domain}` }))
  // Asked at once, although NAPTR would come first: who has none need not wait twice
  const guesses = byName.map(({ transport, name }) => servers(resolver, transport, name, random))
  const wished = chooses ? await chosenByDomain(resolver, domain, transports) : []
  const named = wished.map(({ transport, name }) => servers(resolver, transport, name, random))
  const found = (await Promise.all(named)).flat()
  return (found.length > 0 ? found : (await Promise.all(guesses)).flat()).slice(0, mostRecords)
}

async function chosenByDomain(resolver: Resolver, domain: string, transports: readonly TransportName[]) {
  const records = await orNone(resolver.naptr?.(domain))
  const usable = records.flatMap((record) => {
    const transport = naptrServices[record.service.toUpperCase()]
    const leads = record.flags.toLowerCase() === 's' && record.replacement !== ''
    return transport && leads && transports.includes(transport) ? [{ ...record, transport }] : []
  })
  const rank = (one: NaptrRecord, other: NaptrRecord) => one.order - other.order || one.preference - other.preference
  return usable
    .toSorted(rank)
    .slice(0, mostRecords)
    .map(({ transport, replacement }) => ({ transport, name: replacement }))
}

async function servers(
  resolver: Resolver,
  transport: TransportName,
  name: string,
  random: () => number,
): Promise<Hop[]> {
  const records = await orNone(resolver.srv?.(name))
  return inSrvOrder(records.slice(0, mostRecords), random).map(({ name: host, port }) => ({ transport, host, port }))
}

async function orNone<T>(asked: Promise<readonly T[]> | undefined): Promise<readonly T[]> {
  try {
    return (await asked) ?? []
  } catch {
    return [] // no such records, or nobody who could say so
  }
}
