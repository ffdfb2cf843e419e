import type { SubscribeAnswer, SubscriptionStateHeader } from './ports.ts'
import { retryAfter } from './registration.ts'

/**
 * The life of one subscription (RFC 6665 4.1), as a machine: `step(state, input, now) -> [state, outputs]`. Subscribes,
 * refreshes before it expires, begins anew when the notifier lets go of it, and takes it back. Times are monotonic ms.
 */

interface SubscriptionState {
  /**
   * `off`; `asking`: the first SUBSCRIBE is out; `accepted`: and answered, the first NOTIFY is due; `alive`: it has come;
   * `waiting`: for the next try; `refused`: for good; `leaving`: the last SUBSCRIBE is out.
   */
  readonly phase: 'off' | 'asking' | 'accepted' | 'alive' | 'waiting' | 'refused' | 'leaving'
  readonly wanted: boolean
  /** What is asked for, s. */
  readonly askSeconds: number
  /** A SUBSCRIBE without its answer. */
  readonly inFlight: boolean
  /** Failures in a row. */
  readonly failures: number
  /** When the one that is alive ends unless it is refreshed. */
  readonly expiresAt: number
  /** When the dialog was made. */
  readonly since: number
  /** When all was asked for anew. */
  readonly refetchedAt: number
  readonly shown: Subscribed
}

/** How it goes, for people and programs. */
export interface Subscribed {
  /** `pending`: somebody has to allow it first. */
  readonly state: 'off' | 'subscribing' | 'pending' | 'active' | 'failed'
  readonly code?: number
  readonly reason?: string
}

export type SubscriptionInput =
  | { readonly kind: 'start'; readonly seconds: number }
  | { readonly kind: 'stop' }
  | { readonly kind: 'answer'; readonly answer: SubscribeAnswer }
  | { readonly kind: 'notify'; readonly subscription: SubscriptionStateHeader }
  | { readonly kind: 'timer' }
  /** The network, or our own address, is another one, or the server is back. */
  | { readonly kind: 'wake' }
  /** What came cannot be used without all that came before: it is to be told anew (RFC 4235 4.3). */
  | { readonly kind: 'refetch' }

export type SubscriptionOutput =
  /** `fresh`: outside of any dialog; the one before is forgotten. */
  | { readonly kind: 'send'; readonly fresh: boolean; readonly expiresSeconds: number }
  /** A `timer` input in so many ms, in the place of any before. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'stop-waiting' }
  /** NOTIFYs of the dialog are of no interest any more. */
  | { readonly kind: 'forget' }
  | { readonly kind: 'changed' }
  /** Nothing more is sent. */
  | { readonly kind: 'settled' }

/** RFC 6665 4.1.2.4: timer N, 64*T1, within which the first NOTIFY has to come, ms. */
export const notifyWithinMs = 32_000
/** A subscription that ends sooner than this was none: the next try waits, ms. */
const shortLifeMs = 30_000
const longestDemandSeconds = 604_800
/** What is refused for good is asked again only now and then, s. */
const finalRetrySeconds = 1800
const longestWaitSeconds = 86_400

export const newSubscription: SubscriptionState = {
  phase: 'off',
  wanted: false,
  askSeconds: 3600,
  inFlight: false,
  failures: 0,
  expiresAt: 0,
  since: 0,
  refetchedAt: -Infinity,
  shown: { state: 'off' },
}

type Step = [SubscriptionState, SubscriptionOutput[]]

export function step(state: SubscriptionState, input: SubscriptionInput, now: number): Step {
  switch (input.kind) {
    case 'start':
      return begin({ ...state, wanted: true, askSeconds: input.seconds, failures: 0 })
    case 'stop':
      return leave({ ...state, wanted: false })
    case 'answer':
      return answered({ ...state, inFlight: false }, input.answer, now)
    case 'notify':
      return notified(state, input.subscription, now)
    case 'timer':
      return timedOut(state)
    case 'wake':
      if (state.phase === 'waiting') return begin({ ...state, failures: 0 })
      return state.phase === 'alive' ? refresh(state) : [state, []]
    case 'refetch':
      // A notifier that never tells all must not make us ask for ever.
      if (state.phase !== 'alive' || now - state.refetchedAt < shortLifeMs) return [state, []]
      return refresh({ ...state, refetchedAt: now })
  }
}

/** When to refresh, ms before the end: early enough for one request to be lost whole and sent again (timer F, 32 s). */
function refreshAfterMs(leftMs: number): number {
  return leftMs >= 80_000 ? leftMs - 40_000 : Math.max(5000, leftMs / 2)
}

function begin(state: SubscriptionState): Step {
  // What is under way decides first; its answer begins anew.
  if (state.inFlight || state.phase === 'alive' || state.phase === 'accepted') return [state, []]
  const next: SubscriptionState = {
    ...state,
    phase: 'asking',
    inFlight: true,
    shown: state.shown.state === 'failed' ? state.shown : { state: 'subscribing' },
  }
  const { askSeconds: expiresSeconds } = state
  return [next, [{ kind: 'stop-waiting' }, { kind: 'send', fresh: true, expiresSeconds }, { kind: 'changed' }]]
}

function refresh(state: SubscriptionState): Step {
  if (state.inFlight) return [state, []]
  const send: SubscriptionOutput = { kind: 'send', fresh: false, expiresSeconds: state.askSeconds }
  return [{ ...state, inFlight: true }, [{ kind: 'stop-waiting' }, send]]
}

function leave(state: SubscriptionState): Step {
  switch (state.phase) {
    case 'asking':
      // RFC 6665 4.1.2.2: there is no dialog yet to end it in.
      return [state, []]
    case 'accepted':
    case 'alive':
      if (state.inFlight) return [state, []]
      return [
        { ...state, phase: 'leaving', inFlight: true, shown: { state: 'off' } },
        [{ kind: 'stop-waiting' }, { kind: 'send', fresh: false, expiresSeconds: 0 }, { kind: 'changed' }],
      ]
    case 'leaving':
      return [state, []]
    default:
      return off(state)
  }
}

function off(state: SubscriptionState): Step {
  const next: SubscriptionState = { ...state, phase: 'off', inFlight: false, shown: { state: 'off' } }
  return [next, [{ kind: 'stop-waiting' }, { kind: 'forget' }, { kind: 'changed' }, { kind: 'settled' }]]
}

function answered(state: SubscriptionState, answer: SubscribeAnswer, now: number): Step {
  const accepted = answer.status < 300
  switch (state.phase) {
    case 'asking':
      return accepted ? taken(state, answer, now) : refused(state, answer)
    case 'alive':
    case 'accepted':
      return accepted ? refreshed(state, answer, now) : notRefreshed(state, answer, now)
    case 'leaving':
      // The last NOTIFY may still come; whoever waits for the end need not wait for that.
      if (accepted) return [state, [{ kind: 'wait', ms: notifyWithinMs }, { kind: 'settled' }]]
      return state.wanted ? begin({ ...state, phase: 'off' }) : off(state)
    default:
      // The dialog ended while its refresh was out.
      return state.wanted && state.phase === 'off' ? begin(state) : [state, []]
  }
}

/** A 2xx to the first. The NOTIFY that makes the dialog is yet to come (RFC 6665 4.1.2.4). */
function taken(state: SubscriptionState, { status, reason, grantedSeconds }: SubscribeAnswer, now: number): Step {
  const seconds = grantedSeconds ?? state.askSeconds
  const next: SubscriptionState = { ...state, phase: 'accepted', since: now, expiresAt: now + seconds * 1000 }
  if (!next.wanted) return leave(next)
  const shown: Subscribed = { state: 'subscribing', code: status, reason }
  return [{ ...next, shown }, [{ kind: 'wait', ms: notifyWithinMs }, { kind: 'changed' }]]
}

function refreshed(state: SubscriptionState, { grantedSeconds }: SubscribeAnswer, now: number): Step {
  const seconds = grantedSeconds ?? state.askSeconds
  const next: SubscriptionState = { ...state, expiresAt: now + seconds * 1000, failures: 0 }
  if (!next.wanted) return leave(next)
  return [next, [{ kind: 'wait', ms: refreshAfterMs(seconds * 1000) }]]
}

function refused(state: SubscriptionState, answer: SubscribeAnswer): Step {
  if (!state.wanted) return off(state)
  const longer = demandedBy(answer, state)
  if (longer !== undefined) {
    const send: SubscriptionOutput = { kind: 'send', fresh: true, expiresSeconds: longer }
    return [{ ...state, askSeconds: longer, inFlight: true }, [send]]
  }
  return failed(state, answer)
}

function notRefreshed(state: SubscriptionState, answer: SubscribeAnswer, now: number): Step {
  const { status } = answer
  if (!state.wanted) return off(state)
  const longer = demandedBy(answer, state)
  if (longer !== undefined) return refresh({ ...state, askSeconds: longer })
  // RFC 6665 4.1.2.2, RFC 5057 5.1: what may pass leaves it alive until its time is over.
  const left = state.expiresAt - now
  const passing = answer.source !== 'peer' || status === 408 || status === 491 || status >= 500
  // 481 and the like end it, and a new one may be begun at once: it goes by the account's own servers again, to which
  // it can prove who it is.
  if (!passing || left < 4000) return anew(state, undefined, now)
  const wish = (answer.retryAfterSeconds ?? 0) * 1000
  return [state, [{ kind: 'wait', ms: wish > 0 && wish < left ? wish : Math.min(left / 2, 20_000) }]]
}

/** RFC 6665 4.2.1.1: 423 is an offer. One that asks for less than we did, or for ages, is none. */
function demandedBy({ status, minExpiresSeconds: least }: SubscribeAnswer, state: SubscriptionState) {
  const sensible = least !== undefined && least > state.askSeconds && least <= longestDemandSeconds
  return status === 423 && sensible ? least : undefined
}

/** Not for now: tries again later, but where asking again would change nothing. */
function failed(state: SubscriptionState, answer: SubscribeAnswer): Step {
  const { status, reason, source, retryAfterSeconds } = answer
  const failures = state.failures + 1
  const shown: Subscribed = { state: 'failed', code: status, reason }
  const next: SubscriptionState = { ...state, failures, shown }
  // RFC 6665 8.3.2 and 4.1.2.1: such a server has no such event, and never will.
  const never = source === 'peer' && (status === 405 || status === 489 || status === 501)
  if (never) {
    return [{ ...next, phase: 'refused' }, [{ kind: 'stop-waiting' }, { kind: 'forget' }, { kind: 'changed' }]]
  }
  const rarely = source === 'peer' && [401, 403, 404, 407, 410, 603, 604].includes(status)
  const seconds = Math.max(rarely ? finalRetrySeconds : retryAfter(failures), retryAfterSeconds ?? 0)
  return pause(next, seconds)
}

function pause(state: SubscriptionState, seconds: number): Step {
  const ms = Math.min(seconds, longestWaitSeconds) * 1000
  const next: SubscriptionState = { ...state, phase: 'waiting', inFlight: false }
  return [next, [{ kind: 'forget' }, { kind: 'wait', ms }, { kind: 'changed' }]]
}

/** The dialog is gone: begins anew at once, or after `seconds`. One that did not live long counts as a failure. */
function anew(state: SubscriptionState, seconds: number | undefined, now: number): Step {
  const short = now - state.since < shortLifeMs
  const failures = short ? state.failures + 1 : 0
  const next: SubscriptionState = { ...state, failures }
  if (seconds !== undefined) return pause(next, Math.max(seconds, 1))
  if (failures > 1) return pause(next, retryAfter(failures - 1))
  const [begun, outputs] = begin({ ...next, phase: 'off', inFlight: false })
  return [begun, [{ kind: 'forget' }, ...outputs]]
}

function notified(state: SubscriptionState, subscription: SubscriptionStateHeader, now: number): Step {
  if (state.phase === 'off' || state.phase === 'waiting' || state.phase === 'refused') return [state, []]
  if (subscription.state === 'terminated') return terminated(state, subscription, now)
  if (state.phase === 'leaving') return [state, []]
  const first = state.phase !== 'alive'
  const granted = subscription.expiresSeconds
  const next: SubscriptionState = {
    ...state,
    phase: 'alive',
    since: first ? now : state.since,
    // RFC 6665 4.1.3: what the NOTIFY says counts. Without it what the 2xx said, or will say.
    expiresAt: granted === undefined ? Math.max(state.expiresAt, now + 1000) : now + granted * 1000,
    failures: !first && now - state.since >= shortLifeMs ? 0 : state.failures,
    shown: { state: subscription.state },
  }
  const news: SubscriptionOutput[] = next.shown.state === state.shown.state ? [] : [{ kind: 'changed' }]
  // With a SUBSCRIBE on its way its answer sets the timer.
  if (next.inFlight) return [next, news]
  if (!next.wanted) return leave(next)
  return [next, [{ kind: 'wait', ms: refreshAfterMs(next.expiresAt - now) }, ...news]]
}

/** RFC 6665 4.1.3: what each reason means. */
function terminated(
  state: SubscriptionState,
  { reason, retryAfterSeconds }: SubscriptionStateHeader,
  now: number,
): Step {
  if (!state.wanted || state.phase === 'leaving') {
    if (state.phase === 'leaving' && state.wanted) return anew(state, undefined, now)
    return off(state)
  }
  const { failures, since } = state
  switch (reason) {
    case 'rejected':
    case 'noresource':
    case 'invariant': {
      // NOTE: `invariant` is no failure: what was told stays true, and nothing more will come.
      const shown: Subscribed = reason === 'invariant' ? { state: 'active' } : { state: 'failed', reason }
      const next: SubscriptionState = { ...state, phase: 'refused', inFlight: false, shown }
      return [next, [{ kind: 'stop-waiting' }, { kind: 'forget' }, { kind: 'changed' }]]
    }
    case 'probation':
    case 'giveup': {
      const count = now - since < shortLifeMs ? failures : 0
      return anew(state, retryAfterSeconds ?? retryAfter(count + 1), now)
    }
    case 'deactivated':
    case 'timeout':
      return anew(state, undefined, now)
    default:
      return anew(state, retryAfterSeconds, now)
  }
}

function timedOut(state: SubscriptionState): Step {
  switch (state.phase) {
    case 'accepted':
      // RFC 6665 4.1.2.4: without a NOTIFY it never came about.
      return failed(state, { status: 408, reason: 'No NOTIFY came', source: 'timeout' })
    case 'alive':
      return refresh(state)
    case 'waiting':
      return begin(state)
    case 'leaving':
      return state.wanted ? begin({ ...state, phase: 'off', inFlight: false }) : off(state)
    default:
      return [state, []]
  }
}
