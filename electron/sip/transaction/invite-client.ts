import type { FailureReason, Step, TransactionOutput } from './step.ts'
import { rfc3261Timers, transactionTimeout, type TimerValues } from './timer-values.ts'

/** INVITE client transaction, RFC 3261 17.1.1 as updated by RFC 6026 7.2. Pure: no socket, no clock. */
interface InviteClient {
  readonly state: 'calling' | 'proceeding' | 'accepted' | 'completed' | 'terminated'
  readonly reliable: boolean
  /** The interval timer A was last set to, ms. */
  readonly timerA: number
}

export type InviteClientTimer = 'A' | 'B' | 'D' | 'M'

export type InviteClientInput<M> =
  | { readonly kind: 'start' }
  | { readonly kind: 'response'; readonly status: number; readonly message: M }
  | { readonly kind: 'timer'; readonly timer: InviteClientTimer }
  | { readonly kind: 'transport-error' }

export type InviteClientOutput<M> =
  | TransactionOutput<InviteClientTimer, M>
  | { readonly kind: 'transmit-request' }
  /** The ACK of a non-2xx response (RFC 3261 17.1.1.3); that of a 2xx is no business of the transaction. */
  | { readonly kind: 'transmit-ack'; readonly to: M }

type Next<M> = Step<InviteClient, InviteClientOutput<M>>

export function inviteClient(reliable: boolean, values: TimerValues = rfc3261Timers): InviteClient {
  return { state: 'calling', reliable, timerA: values.T1 }
}

export function stepInviteClient<M>(
  tx: InviteClient,
  input: InviteClientInput<M>,
  values: TimerValues = rfc3261Timers,
): Next<M> {
  switch (tx.state) {
    case 'calling':
      if (input.kind === 'start') {
        const outputs: InviteClientOutput<M>[] = [
          { kind: 'transmit-request' },
          { kind: 'set-timer', timer: 'B', ms: transactionTimeout(values) },
        ]
        // 17.1.1.2: a reliable transport retransmits by itself
        if (!tx.reliable) outputs.push({ kind: 'set-timer', timer: 'A', ms: tx.timerA })
        return [tx, outputs]
      }
      if (input.kind === 'timer' && input.timer === 'A') {
        // 17.1.1.2: timer A doubles without the T2 cap that timer E has
        const timerA = tx.timerA * 2
        return [{ ...tx, timerA }, [{ kind: 'transmit-request' }, { kind: 'set-timer', timer: 'A', ms: timerA }]]
      }
      if (input.kind === 'timer' && input.timer === 'B') return fail(tx, 'timeout')
      return waiting(tx, input, values)
    case 'proceeding':
      return waiting(tx, input, values)
    case 'accepted':
      // RFC 6026 7.2: 2xx of this and other forks go up until M fires; whoever sent the INVITE acknowledges them
      if (input.kind === 'response' && input.status >= 200 && input.status < 300) {
        return [tx, [{ kind: 'pass-up', message: input.message }]]
      }
      if (input.kind === 'timer' && input.timer === 'M') return [{ ...tx, state: 'terminated' }, []]
      return [tx, []]
    case 'completed':
      if (input.kind === 'response' && input.status >= 300) {
        return [tx, [{ kind: 'transmit-ack', to: input.message }]]
      }
      if (input.kind === 'timer' && input.timer === 'D') return [{ ...tx, state: 'terminated' }, []]
      // NOTE 17.1.1.2 tells the user of a transport error here too; the user has its final response already
      if (input.kind === 'transport-error') return [{ ...tx, state: 'terminated' }, []]
      return [tx, []]
    case 'terminated':
      return [tx, []]
  }
}

function waiting<M>(tx: InviteClient, input: InviteClientInput<M>, values: TimerValues): Next<M> {
  if (input.kind === 'transport-error') return fail(tx, 'transport')
  if (input.kind !== 'response') return [tx, []]
  const outputs: InviteClientOutput<M>[] = []
  if (tx.state === 'calling') {
    if (!tx.reliable) outputs.push({ kind: 'clear-timer', timer: 'A' })
    outputs.push({ kind: 'clear-timer', timer: 'B' })
  }
  if (input.status < 200) {
    outputs.push({ kind: 'pass-up', message: input.message })
    return [{ ...tx, state: 'proceeding' }, outputs]
  }
  if (input.status < 300) {
    outputs.push({ kind: 'set-timer', timer: 'M', ms: transactionTimeout(values) })
    outputs.push({ kind: 'pass-up', message: input.message })
    return [{ ...tx, state: 'accepted' }, outputs]
  }
  outputs.push({ kind: 'transmit-ack', to: input.message })
  outputs.push({ kind: 'pass-up', message: input.message })
  // 17.1.1.2: D is at least 32 s (how long the UAS repeats its response), 0 where nothing is repeated
  if (tx.reliable) return [{ ...tx, state: 'terminated' }, outputs]
  outputs.push({ kind: 'set-timer', timer: 'D', ms: transactionTimeout(values) })
  return [{ ...tx, state: 'completed' }, outputs]
}

function fail<M>(tx: InviteClient, reason: FailureReason): Next<M> {
  return [{ ...tx, state: 'terminated' }, [{ kind: 'failed', reason }]]
}
