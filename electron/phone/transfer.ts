import { PhoneError } from './phone-error.ts'
import type { Clock, Dialog, FinalResponse, Refer } from './ports.ts'
import { newTransfer, ringingLimitMs, step, type TransferFailure, type TransferInput } from './transfer-state.ts'

interface TransferHost {
  readonly clock: Clock
  /** How the target's phone takes it, as far as the peer tells. */
  onProgress(status: number, reason: string): void
  /** The peer knows nothing of the call any more. */
  onGone(): void
  /** What goes into its machine, for whoever is to find a fault. */
  onInput(input: TransferInput): void
}

/** One transfer under way: the peer was asked to call somebody else. */
export class Transfer {
  /** Resolves when the peer has reached the target. Rejects with a PhoneError; then the call is as it was. */
  readonly done: Promise<void>
  readonly #host: TransferHost
  readonly #outcome = Promise.withResolvers<void>()
  #machine = newTransfer
  #stopTimer: () => void
  /** Whatever the peer tells, a transfer ends. */
  #stopLast: () => void

  constructor(dialog: Dialog, refer: Refer, host: TransferHost) {
    this.#host = host
    this.done = this.#outcome.promise
    this.#stopTimer = () => {}
    this.#stopLast = host.clock.after(2 * ringingLimitMs, () => this.#feed({ kind: 'late' }))
    dialog.refer(refer, {
      onAnswered: (response) => this.#feed({ kind: 'answered', response }),
      onReport: (report) => this.#feed({ kind: 'report', report }),
    })
  }

  callEnded(): void {
    this.#feed({ kind: 'call-ended' })
  }

  #feed(input: TransferInput): void {
    this.#host.onInput(input)
    const [machine, outputs] = step(this.#machine, input)
    this.#machine = machine
    for (const output of outputs) {
      if (output.kind === 'progress') this.#host.onProgress(output.status, output.reason)
      else if (output.kind === 'wait') this.#wait(output.ms)
      else if (output.kind === 'succeeded') this.#end(() => this.#outcome.resolve())
      else this.#fail(output.failure)
    }
  }

  #fail(failure: TransferFailure): void {
    this.#end(() => this.#outcome.reject(errorOf(failure)))
    // RFC 3261 12.2.1.2. The same answer from the target (RFC 3891 3) says nothing of the call with the peer.
    if (failure.why === 'rejected' && failure.response.status === 481) this.#host.onGone()
  }

  #wait(ms: number): void {
    this.#stopTimer()
    this.#stopTimer = this.#host.clock.after(ms, () => this.#feed({ kind: 'late' }))
  }

  #end(tell: () => void): void {
    this.#stopTimer()
    this.#stopLast()
    tell()
  }
}

function errorOf(failure: TransferFailure): PhoneError {
  switch (failure.why) {
    case 'rejected':
      return refusal(failure.response)
    case 'target': {
      const { status, reason } = failure
      const message = `The transfer did not work: ${status} ${reason}. The call goes on`
      return new PhoneError('rejected', message, { sipCode: status, reason })
    }
    case 'silent':
      return new PhoneError('timeout', 'The peer did not say whether the transfer worked. The call goes on')
    case 'call-ended':
      return new PhoneError('bad-state', 'The call ended before the peer said whether the transfer worked')
  }
}

function refusal({ status, reason, source }: FinalResponse): PhoneError {
  if (source === 'timeout') return new PhoneError('timeout', 'The peer did not answer the request to transfer')
  if (source === 'unreachable') return new PhoneError('unreachable', `The request to transfer was not sent: ${reason}`)
  return new PhoneError('rejected', `The peer refused to be transferred: ${status} ${reason}`, {
    sipCode: status,
    reason,
  })
}
