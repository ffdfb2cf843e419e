import type { Challenge } from './challenge.ts'
import {
  type Asked,
  type Asker,
  authorizationHeader,
  authorizationValue,
  type Credentials,
  type Space,
} from './space.ts'

/**
 * Whether a challenged request is sent again, and with what (RFC 3261 22, RFC 8760 2.4). Pure: what is known of the
 * realms, and what one request has tried, go in and come out.
 */

/** What an account knows of the realms that have challenged it, the one used last at the end. Immutable, and bounded. */
export type Memory = readonly Space[]

const mostSpaces = 16
const mostRealms = 8
/** A nonce may expire on the way once, and once more where the server restarts; then it is not the nonce. */
const mostStale = 2

/** One request from its first sending to its last: which realms have had their answer. */
export interface Attempt {
  readonly answered: readonly Answered[]
}

interface Answered {
  readonly asker: Asker
  readonly realm: string
  readonly stale: number
}

export const firstAttempt: Attempt = { answered: [] }

interface ChallengedRequest extends Asked {
  readonly asker: Asker
  /** As the response lists them. */
  readonly challenges: readonly Challenge[]
  /** Only these realms may have an answer; undefined: every one. */
  readonly realms: ReadonlySet<string> | undefined
}

export type Verdict =
  | { readonly kind: 'retry'; readonly memory: Memory; readonly attempt: Attempt; readonly headers: CredentialHeaders }
  /**
   * `rejected`: the credentials were there and did not help. `unsupported`: no challenge that we can answer.
   * `foreign-realm`: not one that this request may answer.
   */
  | { readonly kind: 'give-up'; readonly why: 'rejected' | 'unsupported' | 'foreign-realm' }

/** By header name; several realms' credentials stand behind each other with commas between. */
type CredentialHeaders = Readonly<Record<string, string>>

/** `cnonce` is unpredictable; used where a new nonce begins. */
export function authorise(
  memory: Memory,
  attempt: Attempt,
  request: ChallengedRequest,
  credentials: Credentials,
  cnonce: string,
): Verdict {
  const { asker, challenges, realms } = request
  const topmost = onePerRealm(challenges)
  if (topmost.length === 0) return { kind: 'give-up', why: 'unsupported' }
  const own = realms === undefined ? topmost : topmost.filter(({ realm }) => realms.has(realm))
  if (own.length === 0) return { kind: 'give-up', why: 'foreign-realm' }
  let answered = attempt.answered
  let known = memory
  for (const challenge of own) {
    const before = answered.find((entry) => entry.asker === asker && entry.realm === challenge.realm)
    // RFC 3261 22.3: credentials that were rejected are not tried again, unless it was the nonce's fault.
    if (before !== undefined && (!challenge.stale || before.stale >= mostStale))
      return { kind: 'give-up', why: 'rejected' }
    const entry = { asker, realm: challenge.realm, stale: before === undefined ? 0 : before.stale + 1 }
    answered = [...answered.filter((other) => other !== before), entry]
    known = remember(known, asker, challenge, cnonce)
  }
  if (answered.length > mostRealms) return { kind: 'give-up', why: 'rejected' }
  // RFC 3261 22.3: with the second proxy's credentials go those of the first.
  const spaces = answered.flatMap((entry) => find(known, entry.asker, entry.realm) ?? [])
  const [used, headers] = spend(known, spaces, request, credentials)
  return { kind: 'retry', memory: used, attempt: { answered }, headers }
}

/** Credentials for a new request to who has challenged us before: a nonce is good for more than one (RFC 7616 3.4.5). */
export function anticipate(
  memory: Memory,
  asked: Asked,
  credentials: Credentials,
): { readonly memory: Memory; readonly headers: CredentialHeaders } {
  const [used, headers] = spend(memory, memory.slice(-mostRealms), asked, credentials)
  return { memory: used, headers }
}

/** The nonce that the server wants next (RFC 7616 3.5). */
export function withNextNonce(memory: Memory, asker: Asker, nonce: string, cnonce: string): Memory {
  const space = memory.findLast((candidate) => candidate.asker === asker)
  if (space === undefined || nonce === '' || nonce === space.challenge.nonce) return memory
  return remember(memory, asker, { ...space.challenge, nonce, stale: false }, cnonce)
}

/** RFC 8760 2.4: the topmost challenge of each realm that we can answer. */
function onePerRealm(challenges: readonly Challenge[]): Challenge[] {
  const byRealm = new Map<string, Challenge>()
  for (const challenge of challenges) if (!byRealm.has(challenge.realm)) byRealm.set(challenge.realm, challenge)
  return [...byRealm.values()].slice(0, mostRealms)
}

function find(memory: Memory, asker: Asker, realm: string): Space | undefined {
  return memory.find((space) => space.asker === asker && space.challenge.realm === realm)
}

/** A nonce that was given before goes on with its counter: a second use with the same count would be a replay. */
function remember(memory: Memory, asker: Asker, challenge: Challenge, cnonce: string): Memory {
  const before = find(memory, asker, challenge.realm)
  const same =
    before?.challenge.nonce === challenge.nonce && before.challenge.algorithm.hash === challenge.algorithm.hash
  const space: Space = same ? { ...before, challenge } : { asker, challenge, cnonce, uses: 0 }
  return [...memory.filter((other) => other !== before), space].slice(-mostSpaces)
}

/** Counts one more use of each of `spaces` and writes their credentials. */
function spend(
  memory: Memory,
  spaces: readonly Space[],
  asked: Asked,
  credentials: Credentials,
): [Memory, CredentialHeaders] {
  const headers: Record<string, string> = {}
  const after = new Map(spaces.map((space) => [space, { ...space, uses: space.uses + 1 }]))
  for (const space of after.values()) {
    const name = authorizationHeader[space.asker]
    const value = authorizationValue(space, credentials, asked)
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  return [memory.map((space) => after.get(space) ?? space), headers]
}
