import words from '../../assets/codes/en.json' with { type: 'json' }
import type { CallEnded, Cause, EndedBy } from '../phone/shapes.ts'

/** What happened and what to try, for each cause of a call's end. */
const ends: Readonly<Record<Cause, readonly [what: string, tryThis?: string]>> = {
  normal: ['the call has ended'],
  busy: ['the other side is busy', 'Try again later.'],
  declined: ['the other side declined the call'],
  'no-answer': ['nobody answered', 'Try again later, or wait longer (--duration).'],
  cancelled: ['the call was given up before it was answered'],
  'not-found': ['the other side does not know this name or number', 'Check the part before the @.'],
  unavailable: ['the other side is not available now', 'Its phone may be switched off or not registered.'],
  unauthorized: ['the other side wants to know who is calling', 'An account with user name and password is needed.'],
  'not-acceptable': [
    'the other side cannot take such a call',
    'The codecs may not match: look at --set audio.codecs=PCMU,PCMA.',
  ],
  timeout: ['no answer came back at all', 'Check the address, and whether a firewall is in between.'],
  unreachable: ['the other side cannot be reached', 'Check address and port, and whether the other phone is running.'],
  'network-lost': ['the connection was lost', 'Check the network between the two phones.'],
  'answered-elsewhere': ['the call was answered on another phone'],
  'local-busy': ['this phone is busy'],
  internal: ['something went wrong inside Dialtone', 'Run it again with --log debug and report what it says.'],
}

/** Phrases the phone made itself; that they tell no more than the cause does is no loss. */
const bare = new Set(['', 'Service Unavailable', 'Request Timeout', 'Request Terminated'])

/**
 * One sentence on why a call failed, and one on what to try. A SIP code comes in brackets behind its meaning, and only
 * when the other side sent it.
 */
export function explain(cause: Cause, { code, reason, by }: Pick<CallEnded, 'code' | 'reason' | 'by'>): string {
  // What the other side answered says more than the cause that it falls under.
  const answer = by === 'remote' && code >= 300 && cause !== 'answered-elsewhere' ? adviceOn(code) : undefined
  const [what, tryThis] = answer === undefined ? ends[cause] : [answer.meaning, answer.remedy]
  const status = by === 'remote' && code > 0 ? ` (${code} ${reason})` : bare.has(reason) ? '' : ` (${reason})`
  return `${what}${status}.${tryThis === undefined ? '' : ` ${tryThis}`}`
}

interface Advice {
  readonly meaning: string
  readonly remedy: string
}

/** Of a SIP status. RFC 3261 8.1.3.2: one that nobody knows means what the x00 of its class does. */
export function adviceOn(status: number): Advice | undefined {
  const known: Readonly<Record<string, Advice>> = words.codes
  return known[String(status)] ?? known[String(Math.floor(status / 100) * 100)]
}

/** Errors whose own sentence already says what to do, or where there is nothing to do. */
const selfEvident: ReadonlySet<string> = new Set(['invalid-params', 'not-found', 'bad-state', 'rejected'])

/** What to try after an error of the phone itself. */
export function remedyFor(code: string): string | undefined {
  const known: Readonly<Record<string, Advice>> = words.failures
  return selfEvident.has(code) ? undefined : known[code]?.remedy
}

/** Who ended an answered call. */
export function howEnded(by: EndedBy, durationMs: number): string {
  const who = { local: 'we hung up', remote: 'the other side hung up', network: 'the connection was lost' }[by]
  return `${who} after ${(durationMs / 1000).toFixed(1)} s`
}
