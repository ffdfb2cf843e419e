import type { Cause, Direction, EndedBy } from '../../electron/ipc/contract.ts'

/**
 * What the end of a call means, as a name: `explain.NAME` of the translations has the sentence, why, and what to try.
 * A SIP code never stands alone.
 */
export const verdicts = [
  'normal',
  'normalRemote',
  'cancelledByUs',
  'missed',
  'elsewhere',
  'declinedByUs',
  'forwarded',
  'busy',
  'busyEverywhere',
  'localBusy',
  'doNotDisturb',
  'declined',
  'unwanted',
  'noAnswer',
  'timeout',
  'unreachable',
  'networkLost',
  'notRegistered',
  'notFound',
  'gone',
  'incomplete',
  'ambiguous',
  'passwordAsked',
  'proxyPassword',
  'forbidden',
  'noCodec',
  'extension',
  'badRequest',
  'method',
  'loop',
  'tooManyHops',
  'noDialog',
  'collision',
  'moved',
  'serverError',
  'badGateway',
  'overloaded',
  'version',
  'tooLarge',
  'security',
  'secureMedia',
  'cancelled',
  'internal',
  'refused',
] as const

export type Verdict = (typeof verdicts)[number]

interface Ending {
  readonly cause: Cause
  /** The SIP status, 0 when there was none. */
  readonly code: number
  readonly direction: Direction
  readonly answered: boolean
  readonly by?: EndedBy
}

export interface Explanation {
  readonly verdict: Verdict
  /** How bad it is for the user: nothing to mend, something to know, something that failed. */
  readonly tone: 'good' | 'plain' | 'missed' | 'failed'
  /** Told along with the sentence; 0 when no SIP status says it. */
  readonly code: number
}

const byCode: Readonly<Record<number, Verdict>> = {
  400: 'badRequest',
  401: 'passwordAsked',
  403: 'forbidden',
  404: 'notFound',
  405: 'method',
  406: 'noCodec',
  407: 'proxyPassword',
  408: 'timeout',
  410: 'gone',
  413: 'tooLarge',
  414: 'tooLarge',
  415: 'noCodec',
  416: 'badRequest',
  420: 'extension',
  421: 'extension',
  422: 'extension',
  480: 'notRegistered',
  481: 'noDialog',
  482: 'loop',
  483: 'tooManyHops',
  484: 'incomplete',
  485: 'ambiguous',
  486: 'busy',
  487: 'cancelled',
  488: 'noCodec',
  491: 'collision',
  493: 'security',
  494: 'security',
  500: 'serverError',
  501: 'method',
  502: 'badGateway',
  503: 'overloaded',
  504: 'badGateway',
  505: 'version',
  513: 'tooLarge',
  600: 'busyEverywhere',
  603: 'declined',
  604: 'notFound',
  606: 'noCodec',
  607: 'unwanted',
}

const byCause: Readonly<Partial<Record<Cause, Verdict>>> = {
  'answered-elsewhere': 'elsewhere',
  'local-busy': 'localBusy',
  'network-lost': 'networkLost',
  'no-answer': 'noAnswer',
  busy: 'busy',
  declined: 'declined',
  'not-found': 'notFound',
  unavailable: 'notRegistered',
  unauthorized: 'forbidden',
  'not-acceptable': 'noCodec',
  timeout: 'timeout',
  unreachable: 'unreachable',
  cancelled: 'cancelled',
  internal: 'internal',
}

/** These causes say more than the code that goes with them. */
const causeWins: readonly Cause[] = ['network-lost', 'no-answer', 'timeout', 'unreachable', 'internal', 'local-busy']

export function explain({ cause, code, direction, answered, by }: Ending): Explanation {
  if (answered && cause === 'normal')
    return { verdict: by === 'remote' ? 'normalRemote' : 'normal', tone: 'good', code: 0 }
  if (cause === 'answered-elsewhere') return { verdict: 'elsewhere', tone: 'plain', code: 0 }
  if (direction === 'incoming' && !answered) return incoming(cause, code)
  if (cause === 'cancelled' && (by ?? 'local') === 'local') return { verdict: 'cancelledByUs', tone: 'plain', code: 0 }
  return { verdict: failed(cause, code), tone: 'failed', code: causeWins.includes(cause) ? 0 : code }
}

function incoming(cause: Cause, code: number): Explanation {
  if (code >= 300 && code < 400) return { verdict: 'forwarded', tone: 'plain', code: 0 }
  if (cause === 'declined') return { verdict: 'declinedByUs', tone: 'plain', code: 0 }
  if (cause === 'cancelled' || cause === 'no-answer') return { verdict: 'missed', tone: 'missed', code: 0 }
  if (cause === 'local-busy') return { verdict: code === 480 ? 'doNotDisturb' : 'localBusy', tone: 'missed', code }
  return { verdict: failed(cause, code), tone: 'missed', code }
}

function failed(cause: Cause, code: number): Verdict {
  const told = byCause[cause]
  if (told !== undefined && causeWins.includes(cause)) return told
  const known = byCode[code]
  if (known !== undefined) return known
  if (code >= 300 && code < 400) return 'moved'
  if (code >= 500 && code < 600) return 'serverError'
  return code === 0 ? (told ?? 'refused') : 'refused'
}
