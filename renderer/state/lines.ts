import type { Call } from '../../electron/ipc/contract.ts'
import { useNavigation } from './navigation.ts'
import { usePhone } from './phone.ts'

/** The calls of the phone by what they ask of the user. */
export interface Lines {
  /** Incoming and not yet answered, the newest first. */
  readonly ringing: readonly Call[]
  /** All others, in the order in which they began. */
  readonly running: readonly Call[]
  /**
   * The one that controls act on: of those that talk the chosen one, else the first; else one being dialled, else the
   * first held one.
   */
  readonly active: Call | undefined
}

/** `chosen`: a callId. */
export function linesOf(calls: readonly Call[], chosen?: string): Lines {
  const alive = calls.filter(({ state }) => state !== 'terminated')
  const ringing = alive.filter(({ state }) => state === 'incoming').reverse()
  const running = alive.filter(({ state }) => state !== 'incoming')
  const active =
    running.find((call) => call.callId === chosen && isTalking(call)) ??
    running.find((call) => isTalking(call)) ??
    running.findLast((call) => !isAnswered(call)) ??
    running.at(0)
  return { ringing, running, active }
}

export function isAnswered(call: Call): boolean {
  return call.state === 'confirmed'
}

/** Some peers take it before the answer too. */
export function canBeHeld(call: Call): boolean {
  return isAnswered(call) || call.canHold === true
}

export function isTalking(call: Call): boolean {
  return isAnswered(call) && !call.onHold.local
}

export function useLines(): Lines {
  const chosen = useNavigation(({ chosenLine }) => chosenLine)
  return linesOf(
    usePhone(({ snapshot }) => snapshot.calls),
    chosen,
  )
}

/** 1, 2 ...: the place of a call among all that are there. */
export function lineNumber(call: Call, calls: readonly Call[]): number {
  return calls.findIndex(({ callId }) => callId === call.callId) + 1
}
