import { parseDigits, trimBlanks } from './grammar.ts'

/** Host and port as URIs and Via write them (RFC 3261 25.1 hostport). IPv6 literals are kept without brackets. */
export interface HostPort {
  readonly host: string
  readonly port?: number
}

export function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => part.length <= 3 && parseDigits(part, 255) !== null)
}

/** RFC 4291 2.2, without a zone. */
export function isIpv6(text: string): boolean {
  if (text.length > 45 || !text.includes(':')) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1)
  const dotted = last !== undefined && isIpv4(last)
  if (!(dotted ? groups.slice(0, -1) : groups).every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false
  const count = groups.length + (dotted ? 1 : 0)
  return halves.length === 2 ? count <= 7 : count === 8
}

/** An IP literal without brackets. */
export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text)
}

/** Whether an IP literal is that of a multicast group (RFC 5771, RFC 4291 2.7). */
export function isGroup(address: string): boolean {
  if (isIpv4(address)) return /^2(?:2[4-9]|3[0-9])\./.test(address)
  return isIpv6(address) && /^ff/i.test(address)
}

/** NOTE: `_` is let through: Windows and Docker host names have it, and resolvers do not mind. */
export function isHostName(text: string): boolean {
  return text.length <= 255 && /^[A-Za-z0-9_]([A-Za-z0-9_-]*)(\.[A-Za-z0-9_-]+)*\.?$/.test(text)
}

/** `host`, `host:port`, `[v6]`, `[v6]:port`, blanks allowed around the colon; null if it is none of these. */
export function parseHostPort(text: string): HostPort | null {
  const written = trimBlanks(text)
  if (written.startsWith('[')) {
    const close = written.indexOf(']')
    // RFC 5118 4.10: the grammar of RFC 3261 made three colons of two before an IPv4 address; they mean two.
    const host = written.slice(1, close).replace(/^([0-9a-fA-F:]{0,40}[0-9a-fA-F])?:::(?=[0-9.]{7,15}$)/, '$1::')
    return close > 0 && isIpv6(host) ? withPort(host, written.slice(close + 1)) : null
  }
  const colon = written.indexOf(':')
  const host = trimBlanks(colon < 0 ? written : written.slice(0, colon))
  return isHostName(host) ? withPort(host, colon < 0 ? '' : written.slice(colon)) : null
}

export function formatHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

export function formatHostPort({ host, port }: HostPort): string {
  return port === undefined ? formatHost(host) : `${formatHost(host)}:${port}`
}

function withPort(host: string, rest: string): HostPort | null {
  const written = trimBlanks(rest)
  if (written === '') return { host }
  const port = written.startsWith(':') ? parseDigits(trimBlanks(written.slice(1)), 65_535) : null
  return port === null ? null : { host, port }
}
