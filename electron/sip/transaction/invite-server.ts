import type { FailureReason, Step, TransactionOutput } from './step.ts'
import { rfc3261Timers, transactionTimeout, type TimerValues } from './timer-values.ts'

/** INVITE server transaction, RFC 3261 17.2.1 as updated by RFC 6026 7.1. `M` is a response as sent. Pure. */
export interface InviteServer<M> {
  readonly state: 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated'
  readonly reliable: boolean
  /** The interval timer G was last set to, ms. */
  readonly timerG: number
  /** What a retransmitted INVITE is answered with; none in `accepted`. */
  readonly last: M | undefined
}

export type InviteServerTimer = 'G' | 'H' | 'I' | 'L'

export type InviteServerInput<M> =
  /** The INVITE again. */
  | { readonly kind: 'retransmission' }
  | { readonly kind: 'respond'; readonly status: number; readonly message: M }
  | { readonly kind: 'ack' }
  | { readonly kind: 'timer'; readonly timer: InviteServerTimer }
  | { readonly kind: 'transport-error' }

type InviteServerOutput<M> =
  | Exclude<TransactionOutput<InviteServerTimer, M>, { kind: 'pass-up' }>
  | { readonly kind: 'transmit'; readonly message: M; readonly again: boolean }
  /** An ACK that came with the branch of the INVITE although the answer was a 2xx. */
  | { readonly kind: 'pass-ack' }

type Next<M> = Step<InviteServer<M>, InviteServerOutput<M>>

export function inviteServer<M>(reliable: boolean, values: TimerValues = rfc3261Timers): InviteServer<M> {
  return { state: 'proceeding', reliable, timerG: values.T1, last: undefined }
}

export function stepInviteServer<M>(
  tx: InviteServer<M>,
  input: InviteServerInput<M>,
  values: TimerValues = rfc3261Timers,
): Next<M> {
  switch (tx.state) {
    case 'proceeding':
      if (input.kind === 'respond') return respond(tx, input.status, input.message, values)
      if (input.kind === 'retransmission') return [tx, repeat(tx)]
      if (input.kind === 'transport-error') return fail(tx, 'transport')
      return [tx, []]
    case 'accepted':
      // RFC 6026 7.1: retransmitted INVITEs are absorbed; the 2xx is repeated by whoever answered, until its ACK
      if (input.kind === 'respond' && input.status >= 200 && input.status < 300) {
        return [tx, [{ kind: 'transmit', message: input.message, again: true }]]
      }
      if (input.kind === 'ack') return [tx, [{ kind: 'pass-ack' }]]
      if (input.kind === 'timer' && input.timer === 'L') return [{ ...tx, state: 'terminated' }, []]
      return [tx, []]
    case 'completed':
      return completed(tx, input, values)
    case 'confirmed':
      // 17.2.1: absorbs repeated ACKs until I
      if (input.kind === 'timer' && input.timer === 'I') return [{ ...tx, state: 'terminated' }, []]
      return [tx, []]
    case 'terminated':
      return [tx, []]
  }
}

function respond<M>(tx: InviteServer<M>, status: number, message: M, values: TimerValues): Next<M> {
  const transmit = { kind: 'transmit', message, again: false } as const
  if (status < 200) return [{ ...tx, last: message }, [transmit]]
  if (status < 300) {
    const timer = { kind: 'set-timer', timer: 'L', ms: transactionTimeout(values) } as const
    return [{ ...tx, state: 'accepted', last: undefined }, [transmit, timer]]
  }
  const outputs: InviteServerOutput<M>[] = [transmit, { kind: 'set-timer', timer: 'H', ms: transactionTimeout(values) }]
  if (!tx.reliable) outputs.push({ kind: 'set-timer', timer: 'G', ms: tx.timerG })
  return [{ ...tx, state: 'completed', last: message }, outputs]
}

function completed<M>(tx: InviteServer<M>, input: InviteServerInput<M>, values: TimerValues): Next<M> {
  switch (input.kind) {
    case 'retransmission':
      return [tx, repeat(tx)]
    case 'ack': {
      const stop: InviteServerOutput<M>[] = [{ kind: 'clear-timer', timer: 'H' }]
      // 17.2.1: I is 0 on a reliable transport
      if (tx.reliable) return [{ ...tx, state: 'terminated', last: undefined }, stop]
      stop.push({ kind: 'clear-timer', timer: 'G' }, { kind: 'set-timer', timer: 'I', ms: values.T4 })
      return [{ ...tx, state: 'confirmed', last: undefined }, stop]
    }
    case 'timer': {
      if (input.timer === 'H') return fail(tx, 'timeout')
      if (input.timer !== 'G') return [tx, []]
      // 17.2.1: G doubles up to T2
      const timerG = Math.min(tx.timerG * 2, values.T2)
      return [{ ...tx, timerG }, [...repeat(tx), { kind: 'set-timer', timer: 'G', ms: timerG }]]
    }
    case 'transport-error':
      return fail(tx, 'transport')
    case 'respond':
      return [tx, []]
  }
}

const repeat = <M>(tx: InviteServer<M>): readonly InviteServerOutput<M>[] =>
  tx.last === undefined ? [] : [{ kind: 'transmit', message: tx.last, again: true }]

function fail<M>(tx: InviteServer<M>, reason: FailureReason): Next<M> {
  return [{ ...tx, state: 'terminated', last: undefined }, [{ kind: 'failed', reason }]]
}
