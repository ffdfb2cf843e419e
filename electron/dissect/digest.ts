import { headers } from '../sip/message/headers.ts'
import { type AuthValue, parseAuth } from './auth-params.ts'
import type { ReadMessage } from './read-message.ts'

/** Of a text as UTF-8, in lower-case hexadecimal digits. The world brings it: a page has no MD5. */
export type Hash = (algorithm: 'md5' | 'sha256' | 'sha512-256', text: string) => string

/** One set of credentials in a request. */
export interface Credentials {
  readonly header: 'Authorization' | 'Proxy-Authorization'
  readonly algorithm: 'md5' | 'sha256' | 'sha512-256'
  readonly session: boolean
  readonly method: string
  readonly username: string
  readonly realm: string
  readonly nonce: string
  readonly uri: string
  readonly response: string
  readonly qop: string
  readonly nc: string
  readonly cnonce: string
  readonly body: string
}

/** The digest step by step (RFC 7616 3.4.1 to 3.4.3), as far as it can be counted without the password, or with it. */
export interface DigestSteps {
  readonly algorithm: string
  /** `user:realm:•••`; the password is never in it. */
  readonly a1: string
  /** Absent without a password. */
  readonly ha1?: string
  readonly a2: string
  readonly ha2: string
  /** `HA1:nonce:nc:cnonce:qop:HA2` or `HA1:nonce:HA2`, the hashes as these words. */
  readonly formula: string
  /** As the message says. */
  readonly response: string
  /** What it should have been; absent without a password. */
  readonly expected?: string
}

const algorithms = { md5: 'MD5', sha256: 'SHA-256', 'sha512-256': 'SHA-512-256' } as const

export function credentialsIn(read: ReadMessage): Credentials[] {
  return (['Authorization', 'Proxy-Authorization'] as const).flatMap((header) =>
    headers(read, header).flatMap((value) => credentialsOf(header, parseAuth(value), read) ?? []),
  )
}

function credentialsOf(
  header: Credentials['header'],
  { scheme, params }: AuthValue,
  { message, body }: ReadMessage,
): Credentials | undefined {
  const value = (name: string) => params.get(name) ?? ''
  const named = algorithmNamed(value('algorithm'))
  if (scheme !== 'digest' || named === undefined) return undefined
  return {
    header,
    ...named,
    method: message.method,
    username: value('username'),
    realm: value('realm'),
    nonce: value('nonce'),
    uri: value('uri'),
    response: value('response').toLowerCase(),
    qop: value('qop'),
    nc: value('nc'),
    cnonce: value('cnonce'),
    body,
  }
}

/** RFC 7616 3.3: MD5 where none is named. */
function algorithmNamed(name: string): Pick<Credentials, 'algorithm' | 'session'> | undefined {
  const lower = name.trim().toLowerCase()
  const session = lower.endsWith('-sess')
  const plain = session ? lower.slice(0, -'-sess'.length) : lower
  if (plain === '' || plain === 'md5') return { algorithm: 'md5', session }
  if (plain === 'sha-256') return { algorithm: 'sha256', session }
  return plain === 'sha-512-256' ? { algorithm: 'sha512-256', session } : undefined
}

export function digestSteps(credentials: Credentials, hash: Hash, password?: string): DigestSteps {
  const { algorithm, session, method, username, realm, nonce, uri, qop, nc, cnonce, body, response } = credentials
  const whole = qop.toLowerCase() === 'auth-int'
  const a2 = `${method}:${uri}${whole ? `:${hash(algorithm, body)}` : ''}`
  const ha2 = hash(algorithm, a2)
  const between = qop === '' ? nonce : `${nonce}:${nc}:${cnonce}:${qop}`
  const secret = password === undefined ? undefined : hash(algorithm, `${username}:${realm}:${password}`)
  const ha1 = secret === undefined || !session ? secret : hash(algorithm, `${secret}:${nonce}:${cnonce}`)
  return {
    algorithm: algorithms[algorithm] + (session ? '-sess' : ''),
    a1: `${username}:${realm}:•••`,
    ...(ha1 !== undefined && { ha1, expected: hash(algorithm, `${ha1}:${between}:${ha2}`) }),
    a2,
    ha2,
    formula: `HA1:${between}:HA2`,
    response,
  }
}
