import type { Challenge } from './challenge.ts'
import { counter, digestResponse, userHash } from './response.ts'

/** Who answers challenges. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** `user`: 401, WWW-Authenticate and Authorization; `proxy`: 407 and its two headers (RFC 3261 22.2, 22.3). */
export type Asker = 'user' | 'proxy'

/** A realm that has challenged us, and how often its nonce was used. Immutable. */
export interface Space {
  readonly asker: Asker
  readonly challenge: Challenge
  /** The same for every use of one nonce: the `-sess` algorithms make their key of the first (RFC 7616 3.4.2). */
  readonly cnonce: string
  readonly uses: number
}

/** What is asked for, as the digest sees it. */
export interface Asked {
  readonly method: string
  readonly uri: string
  readonly body: string | Uint8Array
}

export const authorizationHeader: Readonly<Record<Asker, string>> = {
  user: 'Authorization',
  proxy: 'Proxy-Authorization',
}

/** The value of an Authorization or Proxy-Authorization header (RFC 7616 3.4). `space.uses` counts this use already. */
export function authorizationValue(space: Space, { username, password }: Credentials, asked: Asked): string {
  const { challenge, cnonce, uses } = space
  const { realm, nonce, algorithm, qop, opaque } = challenge
  const parts = { algorithm, username, realm, password, nonce, qop, cnonce, count: uses, ...asked }
  const params = [
    `username=${quoted(challenge.userhash ? userHash(parts) : username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(asked.uri)}`,
    `response="${digestResponse(parts)}"`,
  ]
  if (challenge.writtenAlgorithm !== undefined) params.push(`algorithm=${challenge.writtenAlgorithm}`)
  // The session's key needs it, with qop or without.
  if (qop !== undefined || algorithm.session) params.push(`cnonce=${quoted(cnonce)}`)
  if (opaque !== undefined) params.push(`opaque=${quoted(opaque)}`)
  if (qop !== undefined) params.push(`qop=${qop}`, `nc=${counter(uses)}`)
  if (challenge.userhash) params.push('userhash=true')
  return `Digest ${params.join(', ')}`
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll(/[\r\n]+/g, ' ')}"`
}
