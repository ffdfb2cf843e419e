import { autoAnswerAfter } from './auto-answer.ts'
import type { CallerRecord } from './callers.ts'
import type { IncomingInvite } from './ports.ts'
import { sameNetwork, type Cidr } from './same-network.ts'
import type { Settings } from './settings.ts'
import type { Cause } from './shapes.ts'

/** More calls than this at once are an attack, not a busy day (SPEC 9: the table is bounded). */
export const mostCalls = 500
/** One address may have half of them, so that no flood of it keeps everybody else out. */
const mostCallsOfOne = mostCalls / 2
/** Of these a person hears so many at once of one address; nobody can answer more. */
const mostRingingOfOne = 8

export interface Refusal {
  readonly status: number
  readonly reason: string
  /** Present: the user wants to know that somebody called. */
  readonly log?: Cause
  /** Present: the account may send such calls elsewhere instead. */
  readonly forward?: 'always' | 'busy'
}

export interface Situation {
  readonly settings: Settings['calls']
  /** Calls not yet ended. */
  readonly calls: number
  readonly closing: boolean
  /** Of the address it comes from. */
  readonly caller: CallerRecord
  /** Addresses of this machine with their prefixes. */
  readonly cidrs: () => readonly Cidr[]
}

/** Why an incoming call does not even ring, or undefined when it may. */
export function refusalOf(invite: IncomingInvite, situation: Situation): Refusal | undefined {
  const { settings, calls, closing, caller } = situation
  const busy: Refusal = { status: 486, reason: 'Busy Here' }
  // A call to oneself finds its line busy: with the call that makes it.
  if (invite.fromSelf) return busy
  if (closing) return { status: 480, reason: 'Temporarily Unavailable' }
  if (calls >= mostCalls || caller.calls >= mostCallsOfOne) return { status: 503, reason: 'Service Unavailable' }
  const direct = invite.line === undefined
  if (
    direct &&
    (settings.acceptDirect === 'never' || (settings.acceptDirect === 'same-network' && !isNear(invite, situation)))
  ) {
    return { status: 403, reason: 'Forbidden' }
  }
  // A scanner is not to ring all night, nor on all lines; what is answered automatically rings nobody
  if (autoAnswerAfter(invite, settings) === undefined) {
    if (caller.ringing >= mostRingingOfOne) return busy
    if (caller.tiresome && isStranger(invite, situation)) return { status: 480, reason: 'Temporarily Unavailable' }
  }
  // RFC 3261 21.4.18 names do-not-disturb as a case for 480.
  if (settings.doNotDisturb) {
    return { status: 480, reason: 'Temporarily Unavailable', log: 'local-busy', forward: 'always' }
  }
  if (!settings.callWaiting && calls > 0) return { ...busy, log: 'local-busy', forward: 'busy' }
  return undefined
}

/** Whether it calls directly, from a network that is not ours: whoever scans the Internet does. */
export function isStranger(invite: IncomingInvite, situation: Pick<Situation, 'cidrs'>): boolean {
  return invite.line === undefined && !isNear(invite, situation)
}

function isNear({ localAddress, source }: IncomingInvite, { cidrs }: Pick<Situation, 'cidrs'>): boolean {
  return sameNetwork(localAddress, source.address, cidrs())
}
