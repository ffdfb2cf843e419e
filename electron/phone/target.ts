import { isIPv4, isIPv6 as isIPv6OrZoned } from 'node:net'
import { domainToASCII } from 'node:url'
import { PhoneError } from './phone-error.ts'

/** Who is to be called: a SIP URI made of what somebody typed, pasted or clicked. */
interface Target {
  /** RFC 3261 19.1, without headers and passwords. */
  readonly uri: string
  readonly user: string
  /** IPv6 without brackets. */
  readonly host: string
  readonly port: number | undefined
}

const longest = 512

/** What a number without an address means to somebody with an account. */
interface Home {
  /** Host, with a port if need be. */
  readonly domain: string
  /** Put before numbers, not before names. */
  readonly prefix: string
}

/**
 * Cleans and checks a dialled target: `1001@192.168.11.175:50600`, `sip:bob@example.org`, `[::1]:5060`, with
 * full-width digits, blanks, dashes and brackets as people write numbers. Of URI parameters only `transport` and
 * `user` are kept, headers never: a link must not decide more than whom to call.
 * With a `home`, what has no address is somebody there. Throws PhoneError `invalid-params` (field `target`) or `too-long`.
 */
export function parseTarget(typed: string, home?: Home): Target {
  if (typed.length > longest) throw new PhoneError('too-long', `The target is longer than ${longest} characters`)
  // NFKC turns full-width forms and the ideographic space into plain ones; U+3002 is the full stop of Chinese keyboards.
  const text = printable(typed.normalize('NFKC').replaceAll('\u3002', '.')).trim()
  if (text === '') throw invalid('Type a number or an address to call')
  const { scheme, rest } = takeScheme(insideBrackets(text))
  const address = /^[^;?]*/.exec(rest)?.[0].trim() ?? ''
  const parameters = keptParameters(rest.slice(address.length))
  const at = address.lastIndexOf('@')
  if (at < 0 && !looksLikeHost(address)) {
    if (home !== undefined) return atHome(cleanUser(address), home, scheme, parameters)
    throw invalid(`"${address}" needs an address behind it, such as ${example(address)}`)
  }
  const user = at < 0 ? '' : cleanUser(address.slice(0, at))
  const { host, port } = hostAndPort(address.slice(at + 1).trim())
  const authority = `${isIPv6(host) ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`
  return { uri: `${scheme}:${user === '' ? '' : `${user}@`}${authority}${parameters}`, user, host, port }
}

function atHome(user: string, { domain, prefix }: Home, scheme: string, parameters: string): Target {
  const dialled = /^[0-9*#]/.test(user) ? `${escapeUser(prefix)}${user}` : user
  return { uri: `${scheme}:${dialled}@${domain}${parameters}`, user: dialled, ...hostAndPort(domain) }
}

/** RFC 3261 25.1 has no place for a zone (`%eth0`). */
function isIPv6(text: string): boolean {
  return isIPv6OrZoned(text) && !text.includes('%')
}

function invalid(message: string): PhoneError {
  return new PhoneError('invalid-params', message, { field: 'target' })
}

function example(address: string): string {
  return `${/^[\d\w+.-]{1,20}$/.test(address) ? address : '1001'}@192.168.1.20`
}

/** Without control characters and marks of direction, which pasted text carries unseen. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (mark) => (mark === '\t' ? ' ' : ''))
}

/** `"Bob" <sip:bob@host>` as copied from a message (RFC 3261 25.1 name-addr). */
function insideBrackets(text: string): string {
  if (!text.endsWith('>')) return text
  const open = text.lastIndexOf('<')
  return open < 0 ? text : text.slice(open + 1, -1).trim()
}

function takeScheme(text: string): { scheme: 'sip' | 'sips'; rest: string } {
  const colon = text.indexOf(':')
  const scheme = text.slice(0, Math.max(colon, 0)).toLowerCase()
  const rest = text.slice(colon + 1).replace(/^\/\//, '')
  if (scheme === 'sip' || scheme === 'sips') return { scheme, rest }
  if (scheme === 'tel' || scheme === 'callto') return { scheme: 'sip', rest }
  return { scheme: 'sip', rest: text }
}

function keptParameters(text: string): string {
  const beforeHeaders = text.split('?', 1)[0] ?? ''
  return beforeHeaders
    .split(';')
    .map((parameter) => parameter.trim().toLowerCase())
    .filter((parameter) => /^(?:transport=(?:udp|tcp|tls)|user=(?:phone|ip))$/.test(parameter))
    .map((parameter) => `;${parameter}`)
    .join('')
}

/** Without an `@`, only what cannot be a number or a name is taken for a host. */
function looksLikeHost(address: string): boolean {
  if (isIPv6(address) || address.startsWith('[')) return true
  const name = address.replace(/:\d*$/, '')
  return isIPv4(name) || name.toLowerCase() === 'localhost' || /^[^.\s]+(?:\.[^.\s]+)*\.\p{L}{2,}\.?$/u.test(name)
}

function cleanUser(typed: string): string {
  const user = typed.trim()
  if (user === '') throw invalid('The part before the @ is empty')
  if (user.includes(':')) throw invalid('A target must not carry a password: leave out what is between : and @')
  // A number as people write it: +886 (2) 2345-6789.
  const number = /^[\d\s+*#().\-/]+$/.test(user) && /\d/.test(user)
  const clean = number ? user.replaceAll(/[\s().\-/]/g, '') : user
  return escapeUser(clean)
}

/** Any text as the user part of a URI (RFC 3261 25.1: user-unreserved); what is already escaped stays. */
export function escapeUser(text: string): string {
  return text.replaceAll(/%[\dA-Fa-f]{2}|[A-Za-z\d\-_.!~*'()&=+$,;?/]|[^]/gu, (part) =>
    part.length === 3 || (/^[\x21-\x7e]$/.test(part) && !/[%"#<>@[\\\]^`{|}:]/.test(part)) ? part : escaped(part),
  )
}

function escaped(part: string): string {
  return [...Buffer.from(part.isWellFormed() ? part : '\ufffd')]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
}

/** Throws PhoneError `invalid-params`. */
export function hostAndPort(text: string): { host: string; port: number | undefined } {
  // An IPv6 literal without brackets cannot carry a port.
  if (isIPv6(text)) return { host: text, port: undefined }
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(text)
  if (match === null) throw invalid(`"${text}" is not an address`)
  const [, literal, name = '', portText] = match
  const host = literal ?? hostName(name, text)
  if (literal !== undefined && !isIPv6(literal)) throw invalid(`"${literal}" is not an IPv6 address`)
  if (portText === undefined) return { host, port: undefined }
  const port = /^\d{1,5}$/.test(portText.trim()) ? Number(portText) : 0
  if (port < 1 || port > 65_535) throw invalid(`"${portText}" is not a port: it must be a number from 1 to 65535`)
  return { host, port }
}

function hostName(name: string, text: string): string {
  if (isIPv4(name)) return name
  if (name === '') throw invalid('The address behind the @ is missing')
  if (/^[\d.]+$/.test(name)) throw invalid(`"${name}" is not a valid IP address`)
  const ascii = domainToASCII(name.replace(/\.$/, ''))
  const labels = ascii.split('.')
  const good = labels.every((label) => /^[A-Za-z\d_](?:[A-Za-z\d_-]{0,61}[A-Za-z\d_])?$/.test(label))
  if (!good || ascii.length > 253) throw invalid(`"${text}" is not a valid host name`)
  return ascii
}
