import type { FinalResponse, ReferReport } from './ports.ts'

/** Our REFER as a pure machine (RFC 3515 2.4): what the peer tells goes in, whether the transfer worked comes out. */
interface TransferState {
  /** `asking`: the REFER has no answer yet; `waiting`: accepted, the peer is calling; `over`. */
  readonly phase: 'asking' | 'waiting' | 'over'
}

export type TransferInput =
  | { readonly kind: 'answered'; readonly response: FinalResponse & { readonly subscribed: boolean } }
  | { readonly kind: 'report'; readonly report: ReferReport }
  /** The call that is to be transferred has ended. */
  | { readonly kind: 'call-ended' }
  | { readonly kind: 'late' }

type TransferOutput =
  /** From now on nothing may be heard for this long, ms. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'progress'; readonly status: number; readonly reason: string }
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly failure: TransferFailure }

export type TransferFailure =
  | { readonly why: 'rejected'; readonly response: FinalResponse }
  /** The peer called, and was answered this. */
  | { readonly why: 'target'; readonly status: number; readonly reason: string }
  /** It accepted and tells no more. */
  | { readonly why: 'silent' }
  | { readonly why: 'call-ended' }

/** How long the peer may take to say anything at all: the life of a transaction (RFC 3261 17.1.2.2, timer F). */
export const silenceLimitMs = 32_000
/** How long the target may ring: what RFC 3261 16.6 gives it, and a little. */
export const ringingLimitMs = 200_000

type Step = readonly [TransferState, readonly TransferOutput[]]

export const newTransfer: TransferState = { phase: 'asking' }

/** Inputs that come too late change nothing. */
export function step(transfer: TransferState, input: TransferInput): Step {
  if (transfer.phase === 'over') return [transfer, []]
  switch (input.kind) {
    case 'answered':
      return answered(transfer, input.response)
    case 'report':
      return reported(transfer, input.report)
    case 'call-ended':
      return failed({ why: 'call-ended' })
    case 'late':
      return failed({ why: 'silent' })
  }
}

function answered(transfer: TransferState, response: FinalResponse & { readonly subscribed: boolean }): Step {
  if (response.status >= 300) return failed({ why: 'rejected', response })
  // RFC 4488: accepted, and nobody will ever tell. That is all there is to know.
  if (!response.subscribed) return [{ phase: 'over' }, [{ kind: 'succeeded' }]]
  // A report may have been faster than the answer.
  if (transfer.phase === 'waiting') return [transfer, []]
  return [{ phase: 'waiting' }, [{ kind: 'wait', ms: silenceLimitMs }]]
}

function reported(transfer: TransferState, { status, reason = '', terminated }: ReferReport): Step {
  if (status !== undefined && status >= 300) return failed({ why: 'target', status, reason })
  if (status !== undefined && status >= 200) return [{ phase: 'over' }, [{ kind: 'succeeded' }]]
  // RFC 6665 4.2.2: the subscription is over, and nothing was said of how it went.
  if (terminated) return failed({ why: 'silent' })
  const progress: TransferOutput[] = status === undefined ? [] : [{ kind: 'progress', status, reason }]
  return [{ ...transfer, phase: 'waiting' }, [...progress, { kind: 'wait', ms: ringingLimitMs }]]
}

function failed(failure: TransferFailure): Step {
  return [{ phase: 'over' }, [{ kind: 'failed', failure }]]
}
