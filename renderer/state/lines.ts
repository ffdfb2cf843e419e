import type { Call } from '../../electron/ipc/contract.ts'
import { usePhone } from './phone.ts'

/** The calls of the phone by what they ask of the user. */
export interface Lines {
  /** Incoming and not yet answered, the newest first. */
  readonly ringing: readonly Call[]
  /** All others, in the order in which they began. */
  readonly running: readonly Call[]
  /** The one that controls act on: the talking one, else one being dialled, else the first held one. */
  readonly active: Call | undefined
}

export function linesOf(calls: readonly Call[]): Lines {
  const alive = calls.filter(({ state }) => state !== 'terminated')
  const ringing = alive.filter(({ state }) => state === 'incoming').reverse()
  const running = alive.filter(({ state }) => state !== 'incoming')
  const active =
    running.find((call) => isTalking(call)) ?? running.findLast((call) => !isAnswered(call)) ?? running.at(0)
  return { ringing, running, active }
}

export function isAnswered(call: Call): boolean {
  return call.state === 'confirmed'
}

export function isTalking(call: Call): boolean {
  return isAnswered(call) && !call.onHold.local
}

export function useLines(): Lines {
  return linesOf(usePhone(({ snapshot }) => snapshot.calls))
}

/** 1, 2 ...: the place of a call among all that are there. */
export function lineNumber(call: Call, calls: readonly Call[]): number {
  return calls.findIndex(({ callId }) => callId === call.callId) + 1
}
