import {
  inviteClient,
  stepInviteClient,
  type InviteClientOutput,
  type InviteClientTimer,
} from '../transaction/invite-client.ts'
import {
  nonInviteClient,
  stepNonInviteClient,
  type NonInviteClientOutput,
  type NonInviteClientTimer,
} from '../transaction/non-invite-client.ts'
import type { TimerValues } from '../transaction/timer-values.ts'
import type { InboundResponse } from './inbound.ts'

export type ClientInput =
  | { readonly kind: 'start' | 'transport-error' }
  | { readonly kind: 'response'; readonly status: number; readonly message: InboundResponse }
  | { readonly kind: 'timer'; readonly timer: string }

export type ClientOutput = InviteClientOutput<InboundResponse> | NonInviteClientOutput<InboundResponse>

/** Either client machine, with its state. */
export interface ClientMachine {
  readonly state: string
  step(input: ClientInput): readonly ClientOutput[]
}

/** `timer` comes back as the machine named it. */
type Named<Timer> = Exclude<ClientInput, { kind: 'timer' }> | { readonly kind: 'timer'; readonly timer: Timer }

export function clientMachine(method: string, reliable: boolean, values: TimerValues): ClientMachine {
  if (method === 'INVITE') {
    let tx = inviteClient(reliable, values)
    return {
      get state() {
        return tx.state
      },
      step(input) {
        const [next, outputs] = stepInviteClient(tx, input as Named<InviteClientTimer>, values)
        tx = next
        return outputs
      },
    }
  }
  let tx = nonInviteClient(reliable, values)
  return {
    get state() {
      return tx.state
    },
    step(input) {
      const [next, outputs] = stepNonInviteClient(tx, input as Named<NonInviteClientTimer>, values)
      tx = next
      return outputs
    },
  }
}
