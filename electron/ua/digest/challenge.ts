import { type Algorithm, algorithmNamed } from './algorithm.ts'

/** Protection against whoever resends or changes a request (RFC 7616 3.3): `auth-int` covers the body too. */
export type Qop = 'auth' | 'auth-int'

/** A Digest challenge that we can answer (RFC 7616 3.3, RFC 8760). Texts are without quotes and escapes. */
export interface Challenge {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | undefined
  readonly algorithm: Algorithm
  /** Undefined where the challenge named none, which means MD5 and is not repeated. */
  readonly writtenAlgorithm: string | undefined
  /** Undefined: the form of RFC 2069, without counter and cnonce. */
  readonly qop: Qop | undefined
  /** The nonce had expired; the password was right. */
  readonly stale: boolean
  /** The user name is wanted as a hash (RFC 7616 3.4.4). */
  readonly userhash: boolean
}

/** More than any server sends; what is longer is no challenge but an attack. */
const longestHeader = 16_384
const mostChallenges = 16
const mostParams = 32

/**
 * The challenges in the value of a WWW-Authenticate or Proxy-Authenticate header, or in several of them joined by
 * commas, in their order, without those that we cannot answer (other schemes, unknown algorithm or qop). Linear in its
 * input and never throws.
 */
export function parseChallenges(text: string): Challenge[] {
  if (text.length > longestHeader) return []
  return parseSchemes(text).flatMap(({ scheme, params }) => {
    const challenge = scheme === 'digest' ? challengeOf(params) : undefined
    return challenge === undefined ? [] : [challenge]
  })
}

type Params = ReadonlyMap<string, string>

function challengeOf(params: Params): Challenge | undefined {
  const realm = params.get('realm')
  const nonce = params.get('nonce')
  const written = params.get('algorithm')?.trim()
  const algorithm = algorithmNamed(written ?? 'MD5')
  const qop = qopOf(params.get('qop'))
  // RFC 7616 3.3: a challenge with an unknown algorithm is to be ignored.
  if (realm === undefined || nonce === undefined || algorithm === undefined || qop === null) return undefined
  return {
    realm,
    nonce,
    opaque: params.get('opaque'),
    algorithm,
    writtenAlgorithm: written,
    qop,
    stale: params.get('stale')?.toLowerCase() === 'true',
    userhash: params.get('userhash')?.toLowerCase() === 'true',
  }
}

/** The best of the offered ones, undefined if none was offered, null if we know none of them. */
function qopOf(offered: string | undefined): Qop | undefined | null {
  const options = (offered ?? '').split(',').map((option) => option.trim().toLowerCase())
  if (options.every((option) => option === '')) return undefined
  if (options.includes('auth')) return 'auth'
  return options.includes('auth-int') ? 'auth-int' : null
}

interface Scheme {
  /** In lower case. */
  readonly scheme: string
  /** Names in lower case; of a name that comes twice the first counts. */
  readonly params: Map<string, string>
}

/** A scheme is a token without `=` behind it; commas between parameters may be missing, blanks be anywhere. */
function parseSchemes(text: string): Scheme[] {
  const found: Scheme[] = []
  for (const { name, value } of authParams(text)) {
    if (value === undefined) {
      if (found.length === mostChallenges) break
      found.push({ scheme: name, params: new Map() })
      continue
    }
    const params = found.at(-1)?.params
    if (params !== undefined && params.size < mostParams && !params.has(name)) params.set(name, value)
  }
  return found
}

/** The `name=value` pairs of an Authentication-Info header (RFC 7616 3.5), names in lower case. Never throws. */
export function parseAuthParams(text: string): Params {
  const params = new Map<string, string>()
  if (text.length > longestHeader) return params
  for (const { name, value } of authParams(text)) {
    if (value !== undefined && params.size < mostParams && !params.has(name)) params.set(name, value)
  }
  return params
}

/** Tokens with what stands behind their `=`; unreadable characters are passed over. */
function* authParams(text: string): Generator<{ readonly name: string; readonly value: string | undefined }> {
  const token = /[^\s,="]+/y
  const quoted = /"((?:[^"\\]|\\[^])*)"?/y
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match) at = pattern.lastIndex
    return match
  }
  const skipBlanks = () => {
    while (at < text.length && /\s/.test(text[at] ?? '')) at++
  }
  while (at < text.length) {
    const name = take(token)?.[0].toLowerCase()
    if (name === undefined) {
      // A quoted-string without a name must not be read from its inside.
      if (take(quoted) === null) at++
      continue
    }
    skipBlanks()
    if (text[at] !== '=') {
      yield { name, value: undefined }
      continue
    }
    at++
    skipBlanks()
    const inQuotes = take(quoted)
    if (inQuotes) yield { name, value: (inQuotes[1] ?? '').replaceAll(/\\([^])/g, '$1') }
    else yield { name, value: take(token)?.[0] ?? '' }
  }
}
