import { type Algorithm, hashed } from './algorithm.ts'
import type { Qop } from './challenge.ts'

/** What a digest is made of. Texts are without quotes and escapes. */
interface DigestParts {
  readonly algorithm: Algorithm
  readonly username: string
  readonly realm: string
  readonly password: string
  readonly nonce: string
  readonly method: string
  /** As the `uri` parameter says: the Request-URI as it is sent. */
  readonly uri: string
  readonly qop: Qop | undefined
  /** How often this nonce was used, this time included. */
  readonly count: number
  readonly cnonce: string
  /** Of the message; `auth-int` covers it. */
  readonly body: string | Uint8Array
}

/** The `response` parameter (RFC 7616 3.4.1), 32 or 64 lower-case hexadecimal digits. */
export function digestResponse(parts: DigestParts): string {
  const { algorithm, nonce, qop, cnonce, method, uri, body, count } = parts
  const hash = (text: string | Uint8Array) => hashed(algorithm.hash, text)
  const key = sessionKey(parts)
  const integrity = qop === 'auth-int' ? `:${hash(body)}` : ''
  const request = hash(`${method}:${uri}${integrity}`)
  // RFC 2617 3.2.2.1: without qop, the form of RFC 2069.
  if (qop === undefined) return hash(`${key}:${nonce}:${request}`)
  return hash(`${key}:${nonce}:${counter(count)}:${cnonce}:${qop}:${request}`)
}

/** The `nc` parameter: eight hexadecimal digits. */
export function counter(count: number): string {
  return count.toString(16).padStart(8, '0')
}

/** The `username` parameter where a hash of it is wanted (RFC 7616 3.4.4). */
export function userHash({
  algorithm,
  username,
  realm,
}: Pick<DigestParts, 'algorithm' | 'username' | 'realm'>): string {
  return hashed(algorithm.hash, `${username}:${realm}`)
}

/** H(A1) (RFC 7616 3.4.2). */
function sessionKey({ algorithm, username, realm, password, nonce, cnonce }: DigestParts): string {
  const secret = hashed(algorithm.hash, `${username}:${realm}:${password}`)
  return algorithm.session ? hashed(algorithm.hash, `${secret}:${nonce}:${cnonce}`) : secret
}
