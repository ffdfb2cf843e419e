import type { Accounts } from './accounts.ts'
import type { PhoneCall } from './call.ts'
import { PhoneError } from './phone-error.ts'
import type { Clock, IncomingRefer, Log } from './ports.ts'
import type { Settings } from './settings.ts'
import type { TransferRequest } from './shapes.ts'

interface TransferRequestsOptions {
  readonly clock: Clock
  readonly log: Log
  readonly accounts: Accounts
  readonly settings: () => Settings
  /** Makes the call that was asked for, in the place of `call`. */
  readonly dial: (call: PhoneCall, uri: string, refer: IncomingRefer) => void
  readonly ask: (request: TransferRequest) => void
  readonly onChanged: () => void
}

/** How long the user has to decide, ms; then it is a no. */
export const askLimitMs = 60_000
/** More questions than this at once are no questions. */
const mostAsked = 16

interface Asked {
  readonly call: PhoneCall
  readonly refer: IncomingRefer
  readonly stop: () => void
}

/** Peers that want us to call somebody else (RFC 3515 2.4.2): as the settings say, or as the user does. */
export class TransferRequests {
  readonly #options: TransferRequestsOptions
  readonly #asked = new Map<string, Asked>()
  /** Calls whose peer's wish is being done. */
  readonly #followed = new WeakSet<PhoneCall>()

  constructor(options: TransferRequestsOptions) {
    this.#options = options
  }

  describe(): TransferRequest[] {
    return [...this.#asked].map(([callId, { refer }]) => ({ callId, target: refer.target }))
  }

  onRefer(call: PhoneCall, refer: IncomingRefer): void {
    const { acceptTransfer } = this.#options.settings().calls
    if (acceptTransfer === 'never') return refer.reject(603, 'Decline')
    // One at a time: a second wish while the first is being done helps nobody.
    if (this.#asked.has(call.callId) || this.#followed.has(call)) return refer.reject(491, 'Request Pending')
    if (acceptTransfer === 'ask' && this.#asked.size >= mostAsked) return refer.reject(480, 'Temporarily Unavailable')
    refer.accept()
    if (acceptTransfer === 'always') return this.#follow(call, refer)
    const stop = this.#options.clock.after(askLimitMs, () => this.answer(call.callId, false))
    this.#asked.set(call.callId, { call, refer, stop })
    this.#options.ask({ callId: call.callId, target: refer.target })
    this.#options.onChanged()
  }

  /** What the user says. Throws PhoneError `not-found`. */
  answer(callId: string, accept: boolean): void {
    const asked = this.#asked.get(callId)
    if (asked === undefined) throw new PhoneError('not-found', `Nobody asks to transfer the call ${callId}`)
    this.#forget(callId)
    if (accept) this.#follow(asked.call, asked.refer)
    else asked.refer.report(603, 'Decline')
  }

  /**
   * A peer that has asked may hang up at once and leave the rest to us (RFC 5589 6.1); that is no reason not to ask the
   * user. A user who hangs up has answered.
   */
  callEnded(callId: string, byUs: boolean): void {
    if (byUs) this.#forget(callId)
  }

  close(): void {
    for (const callId of this.#asked.keys()) this.#forget(callId)
  }

  #forget(callId: string): void {
    this.#asked.get(callId)?.stop()
    if (this.#asked.delete(callId)) this.#options.onChanged()
  }

  #follow(call: PhoneCall, refer: IncomingRefer): void {
    const { dial, log } = this.#options
    try {
      this.#followed.add(call)
      dial(call, refer.target, refer)
    } catch (error) {
      this.#followed.delete(call)
      log.info('A transfer that was asked for cannot be done', { error: String(error) })
      refer.report(503, 'Service Unavailable')
    }
  }

  /** The call that was made did not come about: the peer may ask again. */
  failed(call: PhoneCall): void {
    this.#followed.delete(call)
  }
}
