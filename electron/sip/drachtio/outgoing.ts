import { splitOutside, trimBlanks } from '../message/grammar.ts'
import { isListHeader } from '../message/header-name.ts'
import { header } from '../message/headers.ts'
import type { Header } from '../message/message.ts'
import { formatNameAddr, parseNameAddr } from '../message/name-addr.ts'
import { withParam } from '../message/params.ts'
import { formatUri, parseUri } from '../message/uri.ts'
import type { Endpoint } from '../transaction-user.ts'
import { isMark } from './marks.ts'

/** From the text drachtio-srf wrote to what the engine takes: which headers count, and what stands in for our address. */

/** The engine's own business. NOTE: Route is let through, a pre-loaded route set is our upper layer's to give. */
const engineOwned = new Set(['Via', 'Record-Route', 'RSeq', 'Content-Length'])
/** Copied from the request by whoever answers it (RFC 3261 8.2.6.2). */
const copiedIntoResponses = new Set(['From', 'To', 'Call-ID', 'CSeq'])
/** RFC 3261 9.1: a CANCEL takes these of the request it cancels. */
const copiedIntoCancel = new Set(['From', 'To', 'Call-ID', 'CSeq', 'Contact', 'P-Asserted-Identity', 'Route'])
/** The same header may come twice in two spellings; the later one is meant. */
const single = new Set(['From', 'To', 'Call-ID', 'CSeq', 'Contact', 'Max-Forwards'])

export function requestHeaders(written: readonly Header[]): Header[] {
  return headersWithout(written, engineOwned)
}

export function cancelHeaders(written: readonly Header[]): Header[] {
  return headersWithout(written, engineOwned, copiedIntoCancel)
}

export function responseHeaders(written: readonly Header[]): Header[] {
  return headersWithout(written, engineOwned, copiedIntoResponses)
}

/** The body's type where none was given; null if there is a body of which nobody says what it is. */
export function withContentType(headers: readonly Header[], body: string): readonly Header[] | null {
  if (body === '' || header({ headers }, 'Content-Type') !== undefined) return headers
  return body.startsWith('v=0') ? [...headers, { name: 'Content-Type', value: 'application/sdp' }] : null
}

/** The headers in which the host `localhost` stands for our own address. NOTE: not in To; a call to localhost is one. */
const standIns = new Set(['From', 'Contact', 'P-Asserted-Identity'])

export function needsLocalAddress(headers: readonly Header[]): boolean {
  return headers.some(({ name, value }) => standIns.has(name) && localhostUri(value) !== null)
}

/** With `local` wherever `localhost` stands for it. */
export function withLocalAddress(headers: readonly Header[], local: Endpoint): Header[] {
  return headers.map((entry) => {
    const found = standIns.has(entry.name) ? localhostUri(entry.value) : null
    if (!found) return entry
    const { host: _host, port: _port, ...uri } = found.uri
    const tellsTransport = entry.name === 'Contact' && local.transport !== 'udp'
    const params = tellsTransport ? withParam(uri.params, 'transport', local.transport) : uri.params
    const replaced = formatUri({ ...uri, host: local.address, port: local.port, params })
    return { name: entry.name, value: formatNameAddr({ ...found.address, uri: replaced }) }
  })
}

function localhostUri(value: string) {
  if (!/localhost/i.test(value)) return null
  const address = parseNameAddr(value)
  const uri = address && parseUri(address.uri)
  return address && uri?.host.toLowerCase() === 'localhost' ? { address, uri } : null
}

function headersWithout(written: readonly Header[], ...dropped: ReadonlySet<string>[]): Header[] {
  const kept = written.filter(({ name }) => !isMark(name) && !dropped.some((names) => names.has(name)))
  const last = new Map(kept.map((entry, index) => [entry.name, index]))
  return kept.filter((entry, index) => !single.has(entry.name) || last.get(entry.name) === index).flatMap(split)
}

function split({ name, value }: Header): Header[] {
  if (name === 'Authorization' || name === 'Proxy-Authorization') return splitCredentials({ name, value })
  if (!isListHeader(name)) return [{ name, value }]
  return splitOutside(value, ',').map((entry) => ({ name, value: trimBlanks(entry) }))
}

/** RFC 3261 7.3.1: credentials for several realms must not share a header field, but drachtio-srf knows only one each. */
function splitCredentials({ name, value }: Header): Header[] {
  const all: string[] = []
  for (const part of splitOutside(value, ',').map(trimBlanks)) {
    if (all.length === 0 || /^Digest\s/i.test(part)) all.push(part)
    else all.push(`${all.pop() ?? ''}, ${part}`)
  }
  return all.map((credentials) => ({ name, value: credentials }))
}
