import type { Step } from '../transaction/step.ts'
import { transactionTimeout, type TimerValues } from '../transaction/timer-values.ts'

/** A provisional response that is repeated until its PRACK comes (RFC 3262 3), over any transport. Pure. */
interface ReliableProvisional {
  /** `stopped`: a final response is out, a PRACK is still taken. */
  readonly state: 'unacknowledged' | 'stopped' | 'acknowledged' | 'given-up'
  /** ms */
  readonly interval: number
}

export type ReliableTimer = 'repeat' | 'give-up'

export type ReliableInput =
  | { readonly kind: 'start' | 'prack' | 'final' }
  | { readonly kind: 'timer'; readonly timer: ReliableTimer }

export type ReliableOutput =
  | { readonly kind: 'set-timer'; readonly timer: ReliableTimer; readonly ms: number }
  | { readonly kind: 'clear-timers' }
  | { readonly kind: 'repeat' }
  /** 64*T1 without a PRACK: the INVITE is to be refused with a 5xx. */
  | { readonly kind: 'given-up' }

type Next = Step<ReliableProvisional, ReliableOutput>

export function reliableProvisional(values: TimerValues): ReliableProvisional {
  return { state: 'unacknowledged', interval: values.T1 }
}

export function stepReliable(state: ReliableProvisional, input: ReliableInput, values: TimerValues): Next {
  if (state.state === 'stopped' && input.kind === 'prack') return [{ ...state, state: 'acknowledged' }, []]
  if (state.state !== 'unacknowledged') return [state, []]
  switch (input.kind) {
    case 'start':
      return [
        state,
        [
          { kind: 'set-timer', timer: 'repeat', ms: state.interval },
          { kind: 'set-timer', timer: 'give-up', ms: transactionTimeout(values) },
        ],
      ]
    case 'prack':
      return [{ ...state, state: 'acknowledged' }, [{ kind: 'clear-timers' }]]
    case 'final':
      // 3: repeating ends with the final response, the readiness to take a PRACK does not
      return [{ ...state, state: 'stopped' }, [{ kind: 'clear-timers' }]]
    case 'timer': {
      if (input.timer === 'give-up') {
        return [{ ...state, state: 'given-up' }, [{ kind: 'clear-timers' }, { kind: 'given-up' }]]
      }
      // 3: unlike a final response it doubles without a cap
      const interval = state.interval * 2
      return [{ ...state, interval }, [{ kind: 'repeat' }, { kind: 'set-timer', timer: 'repeat', ms: interval }]]
    }
  }
}
