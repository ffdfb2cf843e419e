/**
 * What is in the dial field, read as the phone will read it, so that the hint can show the exact URI while somebody
 * types. The phone has the last word; a test holds the two readings together.
 */
export type TargetReading =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'good'
      readonly uri: string
      readonly transport: 'UDP' | 'TCP' | 'TLS'
      /** Past every proxy. */
      readonly direct: boolean
    }
  /** Not yet an address; more may be typed. */
  | { readonly kind: 'incomplete'; readonly problem: 'no-host' | 'no-user' | 'host-missing'; readonly example: string }
  | { readonly kind: 'wrong'; readonly problem: TargetProblem; readonly shown: string }

type TargetProblem = 'port' | 'ip' | 'host' | 'password' | 'too-long' | 'address'

/** The account that calls are made with, as far as it decides where they go. */
export interface Home {
  /** Host, with a port if need be. */
  readonly domain: string
  /** Put before numbers, not before names. */
  readonly prefix: string
  readonly directDialIp: boolean
  /** Its servers, host and port. */
  readonly servers: readonly string[]
}

const longest = 512

export function readTarget(typed: string, home?: Home): TargetReading {
  if (typed.length > longest) return wrong('too-long', '')
  const text = printable(typed.normalize('NFKC').replaceAll('\u3002', '.')).trim()
  if (text === '') return { kind: 'empty' }
  const { scheme, rest } = takeScheme(insideBrackets(text))
  const address = /^[^;?]*/.exec(rest)?.[0].trim() ?? ''
  const parameters = keptParameters(rest.slice(address.length))
  const at = address.lastIndexOf('@')
  if (at < 0 && !looksLikeHost(address)) {
    if (home !== undefined && address !== '') return atHome(cleanUser(address), home, scheme, parameters)
    return incomplete('no-host', example(address))
  }
  const typedUser = at < 0 ? '' : address.slice(0, at).trim()
  if (at >= 0 && typedUser === '') return incomplete('no-user', address)
  if (typedUser.includes(':')) return wrong('password', '')
  const place = hostAndPort(address.slice(at + 1).trim())
  if ('kind' in place) return place
  const user = cleanUser(typedUser)
  const host = place.host.includes(':') ? `[${place.host}]` : place.host
  const port = place.port === undefined ? '' : `:${place.port}`
  const uri = `${scheme}:${user === '' ? '' : `${user}@`}${host}${port}${parameters}`
  const own = home?.servers.includes(`${host}:${place.port ?? 5060}`) ?? false
  const isIp = host.startsWith('[') || isIPv4(host)
  const direct = home === undefined || (home.directDialIp && isIp && !own)
  return { kind: 'good', uri, transport: transportOf(scheme, parameters), direct }
}

function transportOf(scheme: string, parameters: string): 'UDP' | 'TCP' | 'TLS' {
  const asked = /;transport=(udp|tcp|tls)/.exec(parameters)?.[1]?.toUpperCase() as 'UDP' | 'TCP' | 'TLS' | undefined
  return scheme === 'sips' ? 'TLS' : (asked ?? 'UDP')
}

function atHome(user: string, { domain, prefix }: Home, scheme: string, parameters: string): TargetReading {
  const dialled = /^[0-9*#]/.test(user) ? `${cleanUser(prefix)}${user}` : user
  const uri = `${scheme}:${dialled}@${domain}${parameters}`
  return { kind: 'good', uri, transport: transportOf(scheme, parameters), direct: false }
}

function wrong(problem: TargetProblem, shown: string): TargetReading {
  return { kind: 'wrong', problem, shown }
}

function incomplete(problem: 'no-host' | 'no-user' | 'host-missing', example: string): TargetReading {
  return { kind: 'incomplete', problem, example }
}

function example(address: string): string {
  return `${/^[\w+.-]{1,20}$/.test(address) ? address : '1001'}@192.168.1.20`
}

function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (mark) => (mark === '\t' ? ' ' : ''))
}

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
  return (text.split('?', 1)[0] ?? '')
    .split(';')
    .map((parameter) => parameter.trim().toLowerCase())
    .filter((parameter) => /^(?:transport=(?:udp|tcp|tls)|user=(?:phone|ip))$/.test(parameter))
    .map((parameter) => `;${parameter}`)
    .join('')
}

function looksLikeHost(address: string): boolean {
  if (isIPv6(address) || address.startsWith('[')) return true
  const name = address.replace(/:\d*$/, '')
  return isIPv4(name) || name.toLowerCase() === 'localhost' || /^[^.\s]+(?:\.[^.\s]+)*\.\p{L}{2,}\.?$/u.test(name)
}

function cleanUser(user: string): string {
  const number = /^[\d\s+*#().\-/]+$/.test(user) && /\d/.test(user)
  const clean = number ? user.replaceAll(/[\s().\-/]/g, '') : user
  return clean.replaceAll(/%[\dA-Fa-f]{2}|[A-Za-z\d\-_.!~*'()&=+$,;?/]|[^]/gu, (part) =>
    part.length === 3 || (/^[\x21-\x7e]$/.test(part) && !/[%"#<>@[\\\]^`{|}:]/.test(part)) ? part : escaped(part),
  )
}

function escaped(part: string): string {
  return [...new TextEncoder().encode(part.toWellFormed())]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
}

function hostAndPort(text: string): { host: string; port: number | undefined } | TargetReading {
  if (isIPv6(text)) return { host: text, port: undefined }
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(text)
  if (match === null) return wrong('address', text)
  const [, literal, name = '', portText] = match
  if (literal !== undefined && !isIPv6(literal)) return wrong('ip', literal)
  const host = literal ?? hostName(name)
  if (typeof host !== 'string') return host
  if (portText === undefined) return { host, port: undefined }
  const port = /^\d{1,5}$/.test(portText.trim()) ? Number(portText) : 0
  if (port < 1 || port > 65_535) return wrong('port', portText)
  return { host, port }
}

function hostName(name: string): string | TargetReading {
  if (isIPv4(name)) return name
  if (name === '') return incomplete('host-missing', '')
  if (/^[\d.]+$/.test(name)) return wrong('ip', name)
  const ascii = asciiName(name.replace(/\.$/, ''))
  const good = ascii.split('.').every((label) => /^[A-Za-z\d_](?:[A-Za-z\d_-]{0,61}[A-Za-z\d_])?$/.test(label))
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
