import type { RegisterAnswer } from './ports.ts'
import type { Registration } from './shapes.ts'

/**
 * The life of one registration (RFC 3261 10.2), as a machine: `step(state, input) -> [state, outputs]`. Registers,
 * refreshes in good time, goes on trying after a failure, and takes its binding back.
 */

interface RegistrationState {
  /** Whether there is to be a binding. */
  readonly wanted: boolean
  /** What is asked for next, s. */
  readonly askSeconds: number
  readonly inFlight: 'register' | 'unregister' | undefined
  /** Something has changed since the request went out: it is to be sent again. */
  readonly again: boolean
  /** The registrar has, or may have, a binding of ours. */
  readonly bound: boolean
  /** Failures in a row. */
  readonly failures: number
  readonly shown: Registration
}

export type RegistrationInput =
  | { readonly kind: 'register'; readonly seconds: number }
  | { readonly kind: 'unregister' }
  /** `at`: wall time, ms. `failure`: what people are told of an answer that is none. */
  | { readonly kind: 'answer'; readonly answer: RegisterAnswer; readonly at: number; readonly failure?: Failure }
  | { readonly kind: 'timer' }
  /** The computer woke, the network changed, or the server can be reached again: what is known may be wrong. */
  | { readonly kind: 'wake' }

/** The step at which it failed, and what to do about it. */
export interface Failure {
  readonly step: string
  readonly remedy: string
}

export type RegistrationOutput =
  | { readonly kind: 'send'; readonly expiresSeconds: number }
  /** A `timer` input in so many ms, in the place of any before. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'stop-waiting' }
  /** Nobody answered: tell by a `wake` when somebody does. */
  | { readonly kind: 'watch' }
  | { readonly kind: 'changed' }
  /** Nothing is under way. */
  | { readonly kind: 'settled' }

const nothingGranted: Failure = {
  step: 'register',
  remedy: 'The server took the registration for no time at all. Ask whoever runs it whether the account may register.',
}

const firstRetrySeconds = 20
export const lastRetrySeconds = 1800
/** Longest interval that a registrar may demand (RFC 3261 10.2.8). */
const longestDemand = 604_800

export const newRegistration: RegistrationState = {
  wanted: false,
  askSeconds: 1800,
  inFlight: undefined,
  again: false,
  bound: false,
  failures: 0,
  shown: { state: 'unregistered' },
}

type Step = [RegistrationState, RegistrationOutput[]]

export function step(state: RegistrationState, input: RegistrationInput): Step {
  switch (input.kind) {
    case 'register':
      return start({ ...state, wanted: true, askSeconds: input.seconds, failures: 0 })
    case 'unregister':
      return leave({ ...state, wanted: false, again: false })
    case 'timer':
      return state.wanted && state.inFlight === undefined ? send(state) : [state, []]
    case 'wake':
      return state.wanted ? start({ ...state, failures: 0 }) : [state, []]
    case 'answer':
      return answered(state, input)
  }
}

/** When to refresh, s after the grant: early enough for one request to be lost whole and sent again (timer F, 32 s). */
export function refreshAfter(grantedSeconds: number): number {
  return grantedSeconds >= 80 ? grantedSeconds - 40 : Math.max(1, grantedSeconds / 2)
}

/** How long to wait after so many failures in a row, s (X-Lite: 20 s, doubling to 1800 s). */
export function retryAfter(failures: number): number {
  return Math.min(firstRetrySeconds * 2 ** Math.min(failures - 1, 20), lastRetrySeconds)
}

function start(state: RegistrationState): Step {
  return state.inFlight === undefined ? send(state) : [{ ...state, again: true }, []]
}

function send(state: RegistrationState): Step {
  // A refresh is no news: only what has no binding shows that it tries.
  const shown: Registration =
    state.shown.state === 'registered' ? state.shown : { ...state.shown, state: 'registering' }
  const next: RegistrationState = { ...state, inFlight: 'register', again: false, shown }
  return [next, [{ kind: 'stop-waiting' }, { kind: 'send', expiresSeconds: state.askSeconds }, { kind: 'changed' }]]
}

function leave(state: RegistrationState): Step {
  if (state.inFlight !== undefined) return [state, [{ kind: 'stop-waiting' }]]
  if (!state.bound) {
    const next: RegistrationState = { ...state, shown: { state: 'unregistered' } }
    return [next, [{ kind: 'stop-waiting' }, { kind: 'changed' }, { kind: 'settled' }]]
  }
  return [{ ...state, inFlight: 'unregister' }, [{ kind: 'stop-waiting' }, { kind: 'send', expiresSeconds: 0 }]]
}

function answered(before: RegistrationState, input: Extract<RegistrationInput, { kind: 'answer' }>): Step {
  const { inFlight } = before
  const state: RegistrationState = { ...before, inFlight: undefined }
  if (inFlight === undefined) return [before, []]
  if (inFlight === 'unregister') {
    // Whatever the registrar says, the binding is gone when its time is over.
    const gone: RegistrationState = { ...state, bound: false, shown: { state: 'unregistered' } }
    return gone.wanted ? send(gone) : [gone, [{ kind: 'changed' }, { kind: 'settled' }]]
  }
  if (input.answer.status >= 300) return refused(state, input)
  // RFC 3261 10.3: a registrar may grant nothing at all; then we are not there, whatever its status says
  return input.answer.grantedSeconds === 0
    ? refused(state, { ...input, failure: nothingGranted })
    : granted(state, input)
}

function granted(state: RegistrationState, { answer, at }: Extract<RegistrationInput, { kind: 'answer' }>): Step {
  const seconds = answer.grantedSeconds ?? state.askSeconds
  const shown: Registration = {
    state: 'registered',
    code: answer.status,
    reason: answer.reason,
    expiresAt: new Date(at + seconds * 1000).toISOString(),
    ...(answer.contact !== undefined && { contact: answer.contact }),
  }
  const next: RegistrationState = { ...state, bound: true, failures: 0, shown }
  if (!next.wanted) return leave(next)
  if (next.again) return send(next)
  return [next, [{ kind: 'wait', ms: refreshAfter(seconds) * 1000 }, { kind: 'changed' }, { kind: 'settled' }]]
}

function refused(state: RegistrationState, { answer, failure }: Extract<RegistrationInput, { kind: 'answer' }>): Step {
  const least = answer.minExpiresSeconds
  // RFC 3261 10.2.8: 423 is an offer. One that asks for less than we did, or for ages, is none.
  if (
    state.wanted &&
    answer.status === 423 &&
    least !== undefined &&
    least > state.askSeconds &&
    least <= longestDemand
  ) {
    return send({ ...state, askSeconds: least })
  }
  const lost = answer.source !== 'peer'
  const said = answer.status < 300 ? {} : { code: answer.status, reason: answer.reason }
  const shown: Registration = { state: 'failed', ...said, ...failure }
  const failures = state.failures + 1
  // A request without an answer may have arrived all the same.
  const next: RegistrationState = { ...state, failures, bound: state.bound || answer.source === 'timeout', shown }
  if (!next.wanted) return leave(next)
  if (next.again) return send(next)
  const outputs: RegistrationOutput[] = [{ kind: 'wait', ms: waitAfter(answer, failures) * 1000 }, { kind: 'changed' }]
  return [next, [...outputs, ...(lost ? [{ kind: 'watch' } as const] : []), { kind: 'settled' }]]
}

/** What the registrar refuses for good is asked again only now and then: it might lock the account. */
function waitAfter({ status, source, retryAfterSeconds }: RegisterAnswer, failures: number): number {
  const final = source === 'peer' && (status === 401 || status === 403 || status === 404 || status === 407)
  const seconds = final ? lastRetrySeconds : retryAfter(failures)
  return Math.min(Math.max(seconds, retryAfterSeconds ?? 0), lastRetrySeconds)
}
