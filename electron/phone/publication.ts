import type { PublishAnswer } from './ports.ts'
import type { PresenceStatus } from './pidf.ts'
import { lastRetrySeconds, refreshAfter, retryAfter } from './registration.ts'

/**
 * The life of one publication (RFC 3903 4), as a machine: `step(state, input) -> [state, outputs]`. Publishes, refreshes
 * in good time, changes, and takes it back; never with two requests under way.
 */

interface PublicationState {
  /** Undefined: nothing is to be published. */
  readonly wanted: PresenceStatus | undefined
  readonly askSeconds: number
  /** What the server calls what it has of us. */
  readonly entityTag: string | undefined
  /** What it has of us. */
  readonly published: PresenceStatus | undefined
  readonly inFlight: 'publish' | 'remove' | undefined
  /** Something has changed since the request went out. */
  readonly again: boolean
  readonly failures: number
}

export type PublicationInput =
  /** `offline` takes it back. */
  | { readonly kind: 'set'; readonly status: PresenceStatus }
  | { readonly kind: 'remove' }
  | { readonly kind: 'answer'; readonly answer: PublishAnswer }
  | { readonly kind: 'timer' }
  /** The server is back, or we are at another address. */
  | { readonly kind: 'wake' }

export type PublicationOutput =
  /** Without a `status` it is a mere refresh, or with 0 seconds the end. */
  | {
      readonly kind: 'send'
      readonly expiresSeconds: number
      readonly entityTag: string | undefined
      readonly status?: PresenceStatus
    }
  /** A `timer` input in so many ms, in the place of any before. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'stop-waiting' }
  /** Nothing is under way; `answer`: the last one. */
  | { readonly kind: 'settled'; readonly answer: PublishAnswer | undefined }

export const newPublication: PublicationState = {
  wanted: undefined,
  askSeconds: 3600,
  entityTag: undefined,
  published: undefined,
  inFlight: undefined,
  again: false,
  failures: 0,
}

const longestDemandSeconds = 604_800

type Step = [PublicationState, PublicationOutput[]]

export function step(state: PublicationState, input: PublicationInput): Step {
  switch (input.kind) {
    case 'set':
      if (input.status === 'offline') return remove({ ...state, wanted: undefined })
      return begin({ ...state, wanted: input.status, failures: 0 })
    case 'remove':
      return remove({ ...state, wanted: undefined })
    case 'answer':
      return answered(state, input.answer)
    case 'timer':
      return state.wanted !== undefined && state.inFlight === undefined ? publish(state) : [state, []]
    case 'wake':
      // Then it may have forgotten us, and says so to the refresh.
      return state.wanted === undefined ? [state, []] : begin({ ...state, failures: 0 })
  }
}

function begin(state: PublicationState): Step {
  return state.inFlight === undefined ? publish(state) : [{ ...state, again: true }, []]
}

function publish(state: PublicationState): Step {
  const { wanted, published, entityTag, askSeconds: expiresSeconds } = state
  // RFC 3903 4.1: a refresh has no body; what is new, or was forgotten, has one.
  const known = entityTag !== undefined && wanted === published
  const send: PublicationOutput = {
    kind: 'send',
    expiresSeconds,
    entityTag,
    ...(!known && wanted !== undefined && { status: wanted }),
  }
  return [{ ...state, inFlight: 'publish', again: false }, [{ kind: 'stop-waiting' }, send]]
}

function remove(state: PublicationState): Step {
  if (state.inFlight !== undefined) return [{ ...state, again: true }, [{ kind: 'stop-waiting' }]]
  if (state.entityTag === undefined) {
    return [{ ...state, again: false }, [{ kind: 'stop-waiting' }, { kind: 'settled', answer: undefined }]]
  }
  const send: PublicationOutput = { kind: 'send', expiresSeconds: 0, entityTag: state.entityTag }
  return [{ ...state, inFlight: 'remove', again: false }, [{ kind: 'stop-waiting' }, send]]
}

function answered(before: PublicationState, answer: PublishAnswer): Step {
  const state: PublicationState = { ...before, inFlight: undefined }
  if (before.inFlight === undefined) return [before, []]
  if (before.inFlight === 'remove') {
    // Whatever the server says, it forgets it when its time is over.
    const gone: PublicationState = { ...state, entityTag: undefined, published: undefined }
    return gone.wanted === undefined ? [gone, [{ kind: 'settled', answer }]] : publish(gone)
  }
  return answer.status < 300 ? granted(state, answer) : refused(state, answer)
}

function granted(state: PublicationState, answer: PublishAnswer): Step {
  const { entityTag, grantedSeconds } = answer
  // NOTE: a server that gives no tag, which it must, has to be told all of it each time.
  const published = state.again ? undefined : state.wanted
  const next: PublicationState = { ...state, entityTag, published, failures: 0 }
  if (next.wanted === undefined) return remove(next)
  if (next.again) return publish(next)
  const seconds = grantedSeconds === undefined || grantedSeconds === 0 ? state.askSeconds : grantedSeconds
  return [
    next,
    [
      { kind: 'wait', ms: Math.max(5, refreshAfter(seconds)) * 1000 },
      { kind: 'settled', answer },
    ],
  ]
}

function refused(state: PublicationState, answer: PublishAnswer): Step {
  const { status, minExpiresSeconds: least, retryAfterSeconds, source } = answer
  // RFC 3903 4.4: 412, the server has forgotten it; then it is told all of it.
  const forgotten: PublicationState = { ...state, entityTag: undefined, published: undefined }
  if (state.wanted === undefined) return remove(status === 412 ? forgotten : state)
  if (status === 412 && state.entityTag !== undefined) return publish(forgotten)
  const sensible = least !== undefined && least > state.askSeconds && least <= longestDemandSeconds
  if (status === 423 && sensible) return publish({ ...state, askSeconds: least })
  if (state.again) return publish(state)
  const settled: PublicationOutput = { kind: 'settled', answer }
  // What a server refuses, it refuses again; but it may be busy.
  const final = source === 'peer' && status !== 408 && (status < 500 || status === 501 || status >= 600)
  if (final) return [{ ...forgotten, wanted: undefined, failures: 0 }, [{ kind: 'stop-waiting' }, settled]]
  const failures = state.failures + 1
  const seconds = Math.min(Math.max(retryAfter(failures), retryAfterSeconds ?? 0), lastRetrySeconds)
  return [{ ...state, failures }, [{ kind: 'wait', ms: seconds * 1000 }, settled]]
}
