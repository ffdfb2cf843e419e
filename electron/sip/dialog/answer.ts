import type { Step } from '../transaction/step.ts'
import { transactionTimeout, type TimerValues } from '../transaction/timer-values.ts'

/**
 * A 2xx to an INVITE, repeated until its ACK comes (RFC 3261 13.3.1.4), over any transport: proxies on the way may
 * change it. Pure.
 */
interface Answer {
  readonly state: 'unacknowledged' | 'acknowledged' | 'given-up'
  /** ms */
  readonly interval: number
}

type AnswerTimer = 'repeat' | 'give-up'

export type AnswerInput = { readonly kind: 'start' | 'ack' } | { readonly kind: 'timer'; readonly timer: AnswerTimer }

type AnswerOutput =
  | { readonly kind: 'set-timer'; readonly timer: AnswerTimer; readonly ms: number }
  | { readonly kind: 'clear-timer'; readonly timer: AnswerTimer }
  | { readonly kind: 'repeat' }
  /** The first ACK. */
  | { readonly kind: 'acknowledged' }
  /** 64*T1 without an ACK: the dialog is confirmed, the session is to be ended by BYE. */
  | { readonly kind: 'given-up' }

export function answer(values: TimerValues): Answer {
  return { state: 'unacknowledged', interval: values.T1 }
}

export function stepAnswer(state: Answer, input: AnswerInput, values: TimerValues): Step<Answer, AnswerOutput> {
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
    case 'ack':
      return [
        { ...state, state: 'acknowledged' },
        [{ kind: 'clear-timer', timer: 'repeat' }, { kind: 'clear-timer', timer: 'give-up' }, { kind: 'acknowledged' }],
      ]
    case 'timer': {
      if (input.timer === 'give-up') {
        return [{ ...state, state: 'given-up' }, [{ kind: 'clear-timer', timer: 'repeat' }, { kind: 'given-up' }]]
      }
      // 13.3.1.4: doubles up to T2
      const interval = Math.min(state.interval * 2, values.T2)
      return [{ ...state, interval }, [{ kind: 'repeat' }, { kind: 'set-timer', timer: 'repeat', ms: interval }]]
    }
  }
}
