import { formatNameAddr, formatUri, isGruu, type Param, parseNameAddr, parseUri, schemeOf } from '../sip/index.ts'

/** Names and addresses as they go into From, To and Contact, and come out of them. */

interface Address {
  readonly uri: string
  readonly displayName?: string
}

/** sip:, sips: or tel:, well-formed enough for a Request-URI. */
export function isTarget(uri: string): boolean {
  return parseUri(uri) !== null || (schemeOf(uri) === 'tel' && /^tel:[+0-9A-Fa-f*#().-]+(;[^\s<>",|]+)?$/i.test(uri))
}

/** Null unless the URI is a SIP one. `tag` is a token. */
export function fromHeader({ uri, displayName }: Address, tag: string): string | null {
  if (!parseUri(uri)) return null
  return formatNameAddr({ ...(displayName ? { displayName } : {}), uri, params: [{ name: 'tag', value: tag }] })
}

export function toHeader(uri: string): string {
  // RFC 3261 19.1.1: the headers of a URI are no part of To.
  const parsed = parseUri(uri)
  if (!parsed) return formatNameAddr({ uri, params: [] })
  const { headers: _headers, ...address } = parsed
  return formatNameAddr({ uri: formatUri(address), params: [] })
}

/** Where we are reached as the user of `uri`; the control link puts our address for `localhost`. */
export function contactHeader(uri: string, params: readonly Param[] = []): string {
  const parsed = parseUri(uri)
  const scheme = parsed?.scheme ?? 'sip'
  return `<${formatUri({ scheme, ...(parsed?.user === undefined ? {} : { user: parsed.user }), host: 'localhost', params })}>`
}

/** A Contact of ours with another address in it; a GRUU leads to us wherever we are. */
export function contactAt(
  contact: string,
  { address, port }: { readonly address: string; readonly port: number },
): string {
  const parsed = parseNameAddr(contact)
  const uri = parsed && parseUri(parsed.uri)
  if (!parsed || !uri || isGruu(uri)) return contact
  return formatNameAddr({ ...parsed, uri: formatUri({ ...uri, host: address, port }) })
}

/** A From or To value; what cannot be read comes back as it is. */
export function addressOf(value: string): Address {
  const parsed = parseNameAddr(value)
  if (!parsed) return { uri: value }
  return parsed.displayName ? { uri: parsed.uri, displayName: parsed.displayName } : { uri: parsed.uri }
}

/** A Reason header's value (RFC 3326) out of one, or out of plain words. */
export function reasonHeader(words: string): string {
  const line = words.replace(/[\r\n]+/g, ' ')
  if (/^[A-Za-z0-9.]+\s*;/.test(line)) return line
  return `SIP;cause=200;text="${line.replace(/["\\]/g, '\\$&')}"`
}
