import type { Step } from './step.ts'
import { transactionTimeout, type TimerValues } from './timer-values.ts'

/** Giving up an INVITE of ours (RFC 3261 9.1), beside its transaction. Pure. */
export interface Cancellation {
  /** `ready`: nobody asked; `held`: asked, but no provisional response yet; `sent`; `over`: a final response is there. */
  readonly state: 'ready' | 'held' | 'sent' | 'over'
  readonly provisional: boolean
}

export type CancellationInput = { readonly kind: 'cancel' | 'provisional' | 'final' | 'timer' }

type CancellationOutput =
  | { readonly kind: 'transmit-cancel' }
  | { readonly kind: 'set-timer'; readonly ms: number }
  | { readonly kind: 'clear-timer' }
  /** The peer answered the CANCEL with silence for 64*T1: the INVITE counts as cancelled. */
  | { readonly kind: 'give-up' }

export const cancellation: Cancellation = { state: 'ready', provisional: false }

type Next = Step<Cancellation, CancellationOutput>

export function stepCancellation(state: Cancellation, input: CancellationInput, values: TimerValues): Next {
  switch (input.kind) {
    case 'cancel':
      if (state.state !== 'ready') return [state, []]
      // 9.1: before a provisional response the CANCEL might overtake the INVITE
      return state.provisional ? transmit(state, values) : [{ ...state, state: 'held' }, []]
    case 'provisional':
      if (state.state === 'held') return transmit({ ...state, provisional: true }, values)
      return state.provisional ? [state, []] : [{ ...state, provisional: true }, []]
    case 'final':
      return [{ ...state, state: 'over' }, state.state === 'sent' ? [{ kind: 'clear-timer' }] : []]
    case 'timer':
      return state.state === 'sent' ? [{ ...state, state: 'over' }, [{ kind: 'give-up' }]] : [state, []]
  }
}

function transmit(state: Cancellation, values: TimerValues): Next {
  return [
    { ...state, state: 'sent' },
    [{ kind: 'transmit-cancel' }, { kind: 'set-timer', ms: transactionTimeout(values) }],
  ]
}
