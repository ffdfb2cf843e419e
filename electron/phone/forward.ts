import type { AccountSettings } from './account.ts'
import { dialThrough } from './account-line.ts'
import type { IncomingInvite, Log } from './ports.ts'
import type { Cause, RemoteParty } from './shapes.ts'
import { parseTarget } from './target.ts'

/** Where an account sends its calls (X-Lite: Forward To), by 302 (RFC 3261 21.3.3). */

export type ForwardWhy = 'always' | 'busy' | 'no-answer'

export interface Forwarding {
  readonly uri: string
  /** RFC 5806: by it a call that comes round again is known. */
  readonly diversion: { readonly uri: string; readonly reason: string }
  /** What the log says of it. */
  readonly reason: string
  readonly cause: Cause
}

/** Whose calls they are. */
interface Forwarder {
  readonly settings: AccountSettings
  /** Its own address. */
  readonly from: RemoteParty
}

const facts = {
  // What the user sent elsewhere beforehand was not missed; what nobody was there for was.
  always: { field: 'always', diversion: 'unconditional', cause: 'declined' },
  busy: { field: 'busy', diversion: 'user-busy', cause: 'local-busy' },
  'no-answer': { field: 'noAnswer', diversion: 'no-answer', cause: 'no-answer' },
} as const satisfies Record<ForwardWhy, unknown>

/** Undefined where the account forwards no such calls, or where this one would only come back. */
export function forwardingOf(
  invite: IncomingInvite,
  { settings, from }: Forwarder,
  why: ForwardWhy,
  log: Log,
): Forwarding | undefined {
  const { field, diversion, cause } = facts[why]
  const target = settings.forward[field]
  if (target === undefined || target === '') return undefined
  try {
    const { uri } = dialThrough(target, settings)
    if (isSame(uri, from.uri) || isSame(uri, invite.from.uri) || wasHere(invite, from.uri)) {
      log.warn('A call is not forwarded: it would come back', { target: uri })
      return undefined
    }
    return { uri, diversion: { uri: from.uri, reason: diversion }, reason: `Forwarded to ${uri}`, cause }
  } catch (error) {
    log.warn('A call is not forwarded: the target makes no sense', { target, error: String(error) })
    return undefined
  }
}

/** Whether this very account has sent the call on before (RFC 5806, RFC 7044). */
function wasHere(invite: IncomingInvite, own: string): boolean {
  const written = ['Diversion', 'History-Info'].map((name) => invite.header(name) ?? '').join(',')
  return [...written.slice(0, 8192).matchAll(/<([^<>]{1,512})>/g)].some(([, uri = '']) => isSame(uri, own))
}

function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map(addressOf)
  return first !== undefined && first === second
}

function addressOf(uri: string): string | undefined {
  try {
    const { user, host, port } = parseTarget(uri)
    return `${user}@${host.toLowerCase()}:${port ?? 5060}`
  } catch {
    // Nobody's address, so nobody's in particular.
    return undefined
  }
}
