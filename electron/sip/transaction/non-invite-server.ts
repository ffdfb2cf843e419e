import type { Step, TransactionOutput } from './step.ts'
import { rfc3261Timers, transactionTimeout, type TimerValues } from './timer-values.ts'

/** Non-INVITE server transaction, RFC 3261 17.2.2. `M` is a response as sent. Pure. */
export interface NonInviteServer<M> {
  readonly state: 'trying' | 'proceeding' | 'completed' | 'terminated'
  readonly reliable: boolean
  /** What a retransmitted request is answered with. */
  readonly last: M | undefined
}

export type NonInviteServerTimer = 'J'

export type NonInviteServerInput<M> =
  /** The request again. */
  | { readonly kind: 'retransmission' }
  | { readonly kind: 'respond'; readonly status: number; readonly message: M }
  | { readonly kind: 'timer'; readonly timer: NonInviteServerTimer }
  | { readonly kind: 'transport-error' }

type NonInviteServerOutput<M> =
  | Exclude<TransactionOutput<NonInviteServerTimer, M>, { kind: 'pass-up' }>
  | { readonly kind: 'transmit'; readonly message: M; readonly again: boolean }

type Next<M> = Step<NonInviteServer<M>, NonInviteServerOutput<M>>

export function nonInviteServer<M>(reliable: boolean): NonInviteServer<M> {
  return { state: 'trying', reliable, last: undefined }
}

export function stepNonInviteServer<M>(
  tx: NonInviteServer<M>,
  input: NonInviteServerInput<M>,
  values: TimerValues = rfc3261Timers,
): Next<M> {
  if (tx.state === 'terminated') return [tx, []]
  switch (input.kind) {
    case 'retransmission':
      // 17.2.2: absorbed while trying, answered with the last response afterwards
      return [tx, tx.last === undefined ? [] : [{ kind: 'transmit', message: tx.last, again: true }]]
    case 'respond': {
      // 17.2.2: any further response in `completed` is dropped
      if (tx.state === 'completed') return [tx, []]
      const { status, message } = input
      const transmit = { kind: 'transmit', message, again: false } as const
      if (status < 200) return [{ ...tx, state: 'proceeding', last: message }, [transmit]]
      // 17.2.2: J is 0 on a reliable transport
      if (tx.reliable) return [{ ...tx, state: 'terminated', last: undefined }, [transmit]]
      const timer = { kind: 'set-timer', timer: 'J', ms: transactionTimeout(values) } as const
      return [{ ...tx, state: 'completed', last: message }, [transmit, timer]]
    }
    case 'timer':
      return tx.state === 'completed' ? [{ ...tx, state: 'terminated', last: undefined }, []] : [tx, []]
    case 'transport-error':
      return [{ ...tx, state: 'terminated', last: undefined }, [{ kind: 'failed', reason: 'transport' }]]
  }
}
