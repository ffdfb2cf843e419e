import type { CallInput } from './call-state.ts'
import { UserAgentError } from './ports.ts'
import { asPhoneError } from './as-phone-error.ts'

type Failure = Extract<CallInput, { kind: 'failed' }>

/** What an error on our side of the wire means for the call, and what the peer is told if it waits for an answer. */
export function failureOf(error: unknown): Failure {
  const { code, message: reason } = asPhoneError(error)
  if (code === 'unreachable') {
    return { kind: 'failed', cause: 'unreachable', status: 503, reason, by: 'network' }
  }
  if (error instanceof UserAgentError && error.code === 'bad-target')
    return { kind: 'failed', cause: 'not-found', status: 404, reason, by: 'local' }
  return { kind: 'failed', cause: 'internal', status: 500, reason, by: 'local' }
}

/** Offer and answer have nothing in common. */
export function disagreement(reason: string): Failure {
  return { kind: 'failed', cause: 'not-acceptable', status: 488, reason, by: 'local' }
}
