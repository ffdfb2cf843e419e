import type { FailureReason, Step, TransactionOutput } from './step.ts'
import { rfc3261Timers, transactionTimeout, type TimerValues } from './timer-values.ts'

/** Non-INVITE client transaction, RFC 3261 17.1.2. Pure. */
interface NonInviteClient {
  readonly state: 'trying' | 'proceeding' | 'completed' | 'terminated'
  readonly reliable: boolean
  /** The interval timer E was last set to, ms. */
  readonly timerE: number
}

export type NonInviteClientTimer = 'E' | 'F' | 'K'

export type NonInviteClientInput<M> =
  | { readonly kind: 'start' }
  | { readonly kind: 'response'; readonly status: number; readonly message: M }
  | { readonly kind: 'timer'; readonly timer: NonInviteClientTimer }
  | { readonly kind: 'transport-error' }

export type NonInviteClientOutput<M> =
  | TransactionOutput<NonInviteClientTimer, M>
  | { readonly kind: 'transmit-request' }

type Next<M> = Step<NonInviteClient, NonInviteClientOutput<M>>

export function nonInviteClient(reliable: boolean, values: TimerValues = rfc3261Timers): NonInviteClient {
  return { state: 'trying', reliable, timerE: values.T1 }
}

export function stepNonInviteClient<M>(
  tx: NonInviteClient,
  input: NonInviteClientInput<M>,
  values: TimerValues = rfc3261Timers,
): Next<M> {
  switch (tx.state) {
    case 'trying':
    case 'proceeding':
      return active(tx, input, values)
    case 'completed':
      // 17.1.2.2: further responses are absorbed until K
      if (input.kind === 'timer' && input.timer === 'K') return [{ ...tx, state: 'terminated' }, []]
      return [tx, []]
    case 'terminated':
      return [tx, []]
  }
}

function active<M>(tx: NonInviteClient, input: NonInviteClientInput<M>, values: TimerValues): Next<M> {
  switch (input.kind) {
    case 'start': {
      const outputs: NonInviteClientOutput<M>[] = [
        { kind: 'transmit-request' },
        { kind: 'set-timer', timer: 'F', ms: transactionTimeout(values) },
      ]
      if (!tx.reliable) outputs.push({ kind: 'set-timer', timer: 'E', ms: tx.timerE })
      return [tx, outputs]
    }
    case 'timer':
      if (input.timer === 'F') return fail(tx, 'timeout')
      if (input.timer === 'E') {
        // 17.1.2.2: doubles up to T2 while trying; every T2 once a provisional response has come
        const timerE = tx.state === 'trying' ? Math.min(tx.timerE * 2, values.T2) : values.T2
        return [{ ...tx, timerE }, [{ kind: 'transmit-request' }, { kind: 'set-timer', timer: 'E', ms: timerE }]]
      }
      return [tx, []]
    case 'transport-error':
      return fail(tx, 'transport')
    case 'response': {
      const up = { kind: 'pass-up', message: input.message } as const
      if (input.status < 200) return [{ ...tx, state: 'proceeding' }, [up]]
      const stop: NonInviteClientOutput<M>[] = [{ kind: 'clear-timer', timer: 'F' }]
      // 17.1.2.2: K is 0 on a reliable transport
      if (tx.reliable) return [{ ...tx, state: 'terminated' }, [...stop, up]]
      stop.push({ kind: 'clear-timer', timer: 'E' }, { kind: 'set-timer', timer: 'K', ms: values.T4 })
      return [{ ...tx, state: 'completed' }, [...stop, up]]
    }
  }
}

function fail<M>(tx: NonInviteClient, reason: FailureReason): Next<M> {
  return [{ ...tx, state: 'terminated' }, [{ kind: 'failed', reason }]]
}
