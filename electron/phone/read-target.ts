/** Who is to be called: a SIP URI made of what somebody typed, pasted or clicked. */
export interface Target {
  /** RFC 3261 19.1, without headers and passwords. */
  readonly uri: string
  readonly user: string
  /** IPv6 without brackets. */
  readonly host: string
  readonly port: number | undefined
}

export type TargetReading =
  | { readonly kind: 'empty' }
  | ({ readonly kind: 'good' } & Target)
  /** Not yet an address; more may be typed. */
  | { readonly kind: 'incomplete'; readonly problem: 'no-host' | 'no-user' | 'host-missing'; readonly example: string }
  | { readonly kind: 'wrong'; readonly problem: TargetProblem; readonly shown: string }

type TargetProblem = 'port' | 'ip' | 'host' | 'password' | 'too-long' | 'address'

/** What a number without an address means to somebody with an account. */
export interface Home {
  /** Host, with a port if need be. */
  readonly domain: string
  /** Put before numbers, not before names. */
  readonly prefix: string
}

/** Characters; nobody types more. */
export const longestTarget = 512

/**
 * Cleans and checks a dialled target: `1001@192.168.11.175:50600`, `sip:bob@example.org`, `[::1]:5060`, with
 * full-width digits, blanks, dashes and brackets as people write numbers. Of URI parameters only `transport` and
 * `user` are kept, headers never: a link must not decide more than whom to call.
 * With a `home`, what has no address is somebody there. Without any node: module: the window reads with it what is
 * being typed, the phone what is dialled.
 */
export function readTarget(typed: string, home?: Home): TargetReading {
  if (typed.length > longestTarget) return wrong('too-long', '')
  // NFKC turns full-width forms and the ideographic space into plain ones; U+3002 is the full stop of Chinese keyboards.
  const text = printable(typed.normalize('NFKC').replaceAll('\u3002', '.')).trim()
  if (text === '') return { kind: 'empty' }
  const { scheme, rest } = takeScheme(insideBrackets(text))
  const address = /^[^;?]*/.exec(rest)?.[0].trim() ?? ''
  const parameters = keptParameters(rest.slice(address.length))
  const at = address.lastIndexOf('@')
  const alone = at < 0 && !looksLikeHost(address)
  if (alone && (home === undefined || address === '')) return incomplete('no-host', example(address))
  const typedUser = alone ? address : address.slice(0, Math.max(at, 0)).trim()
  if (at >= 0 && typedUser === '') return incomplete('no-user', address)
  if (typedUser.includes(':')) return wrong('password', '')
  const user = cleanUser(typedUser)
  return alone && home !== undefined
    ? targetAt(home.domain, { scheme, user: withPrefix(home.prefix, user), parameters })
    : targetAt(address.slice(at + 1).trim(), { scheme, user, parameters })
}

function targetAt(
  authority: string,
  { scheme, user, parameters }: { readonly scheme: string; readonly user: string; readonly parameters: string },
): TargetReading {
  const place = readHostAndPort(authority)
  if ('kind' in place) return place
  const { host, port } = place
  const written = `${isIPv6(host) ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`
  return { kind: 'good', uri: `${scheme}:${user === '' ? '' : `${user}@`}${written}${parameters}`, user, host, port }
}

const withPrefix = (prefix: string, user: string): string =>
  /^[0-9*#]/.test(user) ? `${escapeUser(prefix)}${user}` : user

function wrong(problem: TargetProblem, shown: string): TargetReading & { kind: 'wrong' } {
  return { kind: 'wrong', problem, shown }
}

function incomplete(
  problem: 'no-host' | 'no-user' | 'host-missing',
  example: string,
): TargetReading & { kind: 'incomplete' } {
  return { kind: 'incomplete', problem, example }
}

function example(address: string): string {
  return `${/^[\w+.-]{1,20}$/.test(address) ? address : '1001'}@192.168.1.20`
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

function cleanUser(user: string): string {
  // A number as people write it: +886 (2) 2345-6789.
  const number = /^[\d\s+*#().\-/]+$/.test(user) && /\d/.test(user)
  return escapeUser(number ? user.replaceAll(/[\s().\-/]/g, '') : user)
}

/** Any text as the user part of a URI (RFC 3261 25.1: user-unreserved); what is already escaped stays. */
export function escapeUser(text: string): string {
  return text.replaceAll(/%[\dA-Fa-f]{2}|[A-Za-z\d\-_.!~*'()&=+$,;?/]|[^]/gu, (part) =>
    part.length === 3 || (/^[\x21-\x7e]$/.test(part) && !/[%"#<>@[\\\]^`{|}:]/.test(part)) ? part : escaped(part),
  )
}

function escaped(part: string): string {
  return [...new TextEncoder().encode(part.toWellFormed())]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
}

/** What stands behind the `@`. */
export function readHostAndPort(text: string): Pick<Target, 'host' | 'port'> | Exclude<TargetReading, Target> {
  // An IPv6 literal without brackets cannot carry a port.
  if (isIPv6(text)) return { host: text, port: undefined }
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(text)
  if (match === null) return wrong('address', text)
  const [, literal, name = '', portText] = match
  if (literal !== undefined && !isIPv6(literal)) return wrong('ip', `[${literal}]`)
  const host = literal ?? hostName(name)
  if (typeof host !== 'string') return host
  if (portText === undefined) return { host, port: undefined }
  const port = /^\d{1,5}$/.test(portText.trim()) ? Number(portText) : 0
  if (port < 1 || port > 65_535) return wrong('port', portText)
  return { host, port }
}

function hostName(name: string): string | Exclude<TargetReading, Target> {
  if (isIPv4(name)) return name
  if (name === '') return incomplete('host-missing', '')
  if (/^[\d.]+$/.test(name)) return wrong('ip', name)
  const ascii = asciiName(name.replace(/\.$/, ''))
  const labels = ascii.split('.')
  const good = labels.every((label) => /^[A-Za-z\d_](?:[A-Za-z\d_-]{0,61}[A-Za-z\d_])?$/.test(label))
  return good && ascii.length <= 253 ? ascii : wrong('host', name)
}

/** A name as DNS knows it, by the URL standard's own conversion; empty when it is none. */
function asciiName(name: string): string {
  const url = new URL('ws://x')
  url.hostname = name
  return url.hostname === 'x' && name.toLowerCase() !== 'x' ? '' : url.hostname
}

function isIPv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

/** RFC 3261 25.1 has no place for a zone (`%eth0`). */
function isIPv6(text: string): boolean {
  if (!/^[\dA-Fa-f:.]+$/.test(text) || !text.includes(':')) return false
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (embedded !== null && !isIPv4(embedded[2] ?? '')) return false
  const halves = (embedded === null ? text : `${embedded[1]}0:0`).split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  if (!groups.every((group) => /^[\dA-Fa-f]{1,4}$/.test(group))) return false
  return halves.length === 2 ? groups.length < 8 : groups.length === 8
}
