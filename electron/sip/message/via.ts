import { isToken, parseDigits, trimBlanks } from './grammar.ts'
import { formatHostPort, isIpv6, parseHostPort, type HostPort } from './host.ts'
import { formatParams, param, parseParams, withParam, type Param } from './params.ts'

/** One Via entry (RFC 3261 20.42): who sent the request, and whither the response has to go. */
export interface Via extends HostPort {
  /** In upper case: `UDP`, `TCP`, `TLS`, or anything else a proxy on the way used. */
  readonly transport: string
  readonly params: readonly Param[]
}

/** Branches that start so are unique across space and time (RFC 3261 8.1.1.7). */
export const branchCookie = 'z9hG4bK'

const sentProtocol = /^SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*([^ \t;,/]+)[ \t]+([^ \t;][^;]*)/i

export function parseVia(value: string): Via | null {
  const text = trimBlanks(value)
  const match = sentProtocol.exec(text)
  if (!match?.[1] || !match[2] || !isToken(match[1])) return null
  const sentBy = parseHostPort(match[2])
  const params = parseParams(text.slice(match[0].length))
  return sentBy && params ? { transport: match[1].toUpperCase(), ...sentBy, params } : null
}

export function formatVia(via: Via): string {
  return `SIP/2.0/${via.transport} ${formatHostPort(via)}${formatParams(via.params)}`
}

/** As written, case and all; undefined where the sender speaks RFC 2543. */
export function branchOf(via: Via): string | undefined {
  return param(via.params, 'branch') || undefined
}

/** With `received` and `rport` as a server notes them on arrival (RFC 3261 18.2.1, RFC 3581 4). */
export function withSource(via: Via, address: string, port: number): Via {
  const wantsPort = param(via.params, 'rport') !== undefined
  let params = via.params
  // RFC 3581 4: whoever asked for rport gets `received` even if it says nothing new.
  if (wantsPort || via.host !== address) params = withParam(params, 'received', address)
  if (wantsPort) params = withParam(params, 'rport', String(port))
  return { ...via, params }
}

/** Where a response to this (topmost) Via goes over an unreliable transport (RFC 3261 18.2.2, RFC 3581 4). */
export function responseTarget(via: Via): { readonly host: string; readonly port: number } {
  const maddr = param(via.params, 'maddr')
  if (maddr) return { host: maddr, port: via.port ?? defaultPort(via.transport) }
  const received = param(via.params, 'received')
  const rport = parseDigits(param(via.params, 'rport') ?? '', 65_535)
  const port = rport || (via.port ?? defaultPort(via.transport))
  return { host: received ? withoutBrackets(received) : via.host, port }
}

function defaultPort(transport: string): number {
  return transport === 'TLS' ? 5061 : 5060
}

/** RFC 5118 4.5: some write an IPv6 `received` in brackets, some without. */
function withoutBrackets(address: string): string {
  const inner = address.slice(1, -1)
  return address.startsWith('[') && address.endsWith(']') && isIpv6(inner) ? inner : address
}
