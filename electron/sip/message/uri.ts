import { formatHostPort, parseHostPort } from './host.ts'
import { formatParams, parseParams, type Param } from './params.ts'
import { remembering } from './remember.ts'

/** A SIP or SIPS URI (RFC 3261 19.1). Parts are kept as written, so that formatting gives the same URI back. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips'
  /** Escaped as in the URI; `userOf` undoes that. May hold `;` (RFC 4475 3.1.1.9). */
  readonly user?: string
  readonly password?: string
  /** IPv6 literals without brackets. */
  readonly host: string
  readonly port?: number
  readonly params: readonly Param[]
  /** What follows `?`. */
  readonly headers?: string
}

/** The scheme of any URI in lower case, or null if it has none. */
export function schemeOf(uri: string): string | null {
  return /^([A-Za-z][A-Za-z0-9+.-]*):./.exec(uri)?.[1]?.toLowerCase() ?? null
}

/** Null for any other scheme (tel: and the like stay opaque strings) and for what the grammar does not allow. */
export const parseUri = remembering((text: string): SipUri | null => {
  const scheme = schemeOf(text)
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused here
  if ((scheme !== 'sip' && scheme !== 'sips') || /[\u0000-\u0020\u007f<>"]/.test(text)) return null
  const rest = text.slice(scheme.length + 1)
  const at = rest.indexOf('@')
  const userInfo = at < 0 ? undefined : parseUserInfo(rest.slice(0, at))
  if (userInfo === null) return null
  const [address, headers] = cut(rest.slice(at + 1), '?')
  const [hostPort, params] = cut(address, ';')
  const parsedHost = parseHostPort(hostPort)
  const parsedParams = params === undefined ? [] : parseParams(`;${params}`)
  if (!parsedHost || !parsedParams) return null
  return { scheme, ...userInfo, ...parsedHost, params: parsedParams, ...(headers !== undefined && { headers }) }
})

export function formatUri(uri: SipUri): string {
  const password = uri.password === undefined ? '' : `:${uri.password}`
  const userInfo = uri.user === undefined ? '' : `${uri.user}${password}@`
  const headers = uri.headers === undefined ? '' : `?${uri.headers}`
  return `${uri.scheme}:${userInfo}${formatHostPort(uri)}${formatParams(uri.params)}${headers}`
}

/** RFC 5627 3: it leads to one phone of its user, by way of whoever gave it. */
export const isGruu = ({ params }: SipUri): boolean => params.some(({ name }) => name.toLowerCase() === 'gr')

/** The user part with its %-escapes undone, once (RFC 4475 3.1.1.3); undefined if the URI has none. */
export function userOf(uri: SipUri): string | undefined {
  return uri.user === undefined ? undefined : unescapeUri(uri.user)
}

/** `%41` becomes `A`. Escapes that are not UTF-8 or not hex stay as they are written. */
export function unescapeUri(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escaped) => {
    try {
      return decodeURIComponent(escaped)
    } catch {
      return escaped // Not UTF-8: there is no better reading than the written one.
    }
  })
}

/** Any text as the user part of a URI (RFC 3261 25.1 user). */
export function escapeUser(text: string): string {
  return text.replace(/[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/gu, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  )
}

function parseUserInfo(text: string): Pick<SipUri, 'user' | 'password'> | null {
  const [user, password] = cut(text, ':')
  if (user === '') return null
  return password === undefined ? { user } : { user, password }
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
