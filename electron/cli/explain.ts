import type { CallEnded, Cause, EndedBy } from '../phone/shapes.ts'

/** What happened and what to try, for each cause of a call's end. */
const words: Readonly<Record<Cause, readonly [what: string, tryThis?: string]>> = {
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
  const [what, tryThis] = words[cause]
  const status = by === 'remote' && code > 0 ? ` (${code} ${reason})` : bare.has(reason) ? '' : ` (${reason})`
  return `${what}${status}.${tryThis === undefined ? '' : ` ${tryThis}`}`
}

/** What to try after an error of the phone itself. */
const remedies: Readonly<Record<string, string>> = {
  'port-in-use': 'Choose another port, or 0 for any free one; "dialtone doctor" tells who has it.',
  'data-folder-locked': 'End that one, or start a second phone with --profile NAME.',
}

export function remedyFor(code: string): string | undefined {
  return remedies[code]
}

/** Who ended an answered call. */
export function howEnded(by: EndedBy, durationMs: number): string {
  const who = { local: 'we hung up', remote: 'the other side hung up', network: 'the connection was lost' }[by]
  return `${who} after ${(durationMs / 1000).toFixed(1)} s`
}
