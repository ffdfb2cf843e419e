import { canonicalName } from '../message/header-name.ts'
import { formatHost, isIpAddress } from '../message/host.ts'
import type { Header } from '../message/message.ts'
import { parseNameAddr } from '../message/name-addr.ts'
import { isGruu, parseUri } from '../message/uri.ts'
import type { Endpoint, SocketAddress } from '../transaction-user.ts'

/** The headers a user gave, by what the engine does with them. Names are canonical. */
interface GivenHeaders {
  /** Of headers that occur once, the last one given. */
  readonly single: ReadonlyMap<string, string>
  readonly route: readonly string[]
  readonly contact: readonly string[]
  /** All others, in order. */
  readonly other: readonly Header[]
}

const single = new Set(['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards'])
/** The engine's own: what a user wrote there is dropped. */
const reserved = new Set(['Via', 'Record-Route', 'RSeq', 'Content-Length'])

export function givenHeaders(headers: readonly Header[]): GivenHeaders {
  const found = new Map<string, string>()
  const route: string[] = []
  const contact: string[] = []
  const other: Header[] = []
  for (const header of headers) {
    const name = canonicalName(header.name)
    if (reserved.has(name)) continue
    if (single.has(name)) found.set(name, header.value)
    else if (name === 'Route') route.push(header.value)
    else if (name === 'Contact') contact.push(header.value)
    else other.push({ name, value: header.value })
  }
  return { single: found, route, contact, other }
}

export const has = (headers: readonly Header[], name: string): boolean => headers.some((header) => header.name === name)

/** `<sip:user@address:port>` of ours (RFC 3261 8.1.1.8), `user` as it stands in a URI. */
export function contactFor(local: Endpoint, user: string | undefined): string {
  const transport = local.transport === 'udp' ? '' : `;transport=${local.transport}`
  return `<sip:${user === undefined ? '' : `${user}@`}${formatHost(local.address)}:${local.port}${transport}>`
}

/** Where our Contact says that we are reached, if that is elsewhere than at `local`: as seen from beyond a NAT. */
export function reachedAt(contact: string, local: Endpoint): SocketAddress | undefined {
  const uri = parseUri(parseNameAddr(contact)?.uri ?? '')
  // NOTE: a GRUU names the registrar's host, often by its address; it says nothing of ours
  if (!uri || isGruu(uri)) return undefined
  const address = uri.host.replace(/^\[|\]$/g, '')
  const port = uri.port ?? 5060
  if (!isIpAddress(address) || (address === local.address && port === local.port)) return undefined
  return { address, port }
}

/** The user part of the URI in a From or To value, or of a bare URI. */
export function userPart(value: string): string | undefined {
  const uri = parseUri(parseNameAddr(value)?.uri ?? value)
  return uri?.user
}
