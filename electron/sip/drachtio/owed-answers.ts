import type { Clock } from '../clock.ts'
import type { Endpoint } from '../transaction-user.ts'

interface Owed {
  readonly method: string
  readonly callId: string
  /** Where the request came in, and from. */
  readonly local: Endpoint
  readonly remote: Endpoint
}

/** How long drachtio-srf may take to answer anything but an INVITE, ms. RFC 4320 4.1: an answer much later is useless. */
const answerWithinMs = 5_000

/** The requests that drachtio-srf was told of and has not answered finally. */
export class OwedAnswers {
  readonly #clock: Clock
  readonly #onLate: (transactionId: string, owed: Owed) => void
  readonly #entries = new Map<string, { readonly owed: Owed; readonly stopWaiting: () => void }>()
  readonly #invitesByCallId = new Set<string>()

  /** `onLate`: no answer came in time; it is owed no more. */
  constructor(clock: Clock, onLate: (transactionId: string, owed: Owed) => void) {
    this.#clock = clock
    this.#onLate = onLate
  }

  get transactionIds(): string[] {
    return [...this.#entries.keys()]
  }

  /** Whether an INVITE under that Call-ID still waits. */
  hasInvite(callId: string): boolean {
    return this.#invitesByCallId.has(callId)
  }

  get(transactionId: string): Owed | undefined {
    return this.#entries.get(transactionId)?.owed
  }

  add(transactionId: string, owed: Owed): void {
    this.settle(transactionId)
    const late = () => {
      this.settle(transactionId)
      this.#onLate(transactionId, owed)
    }
    // An INVITE may ring as long as it likes.
    const stopWaiting = owed.method === 'INVITE' ? () => {} : this.#clock.after(answerWithinMs, late)
    this.#entries.set(transactionId, { owed, stopWaiting })
    if (owed.method === 'INVITE') this.#invitesByCallId.add(owed.callId)
  }

  settle(transactionId: string): void {
    const entry = this.#entries.get(transactionId)
    if (!entry) return
    entry.stopWaiting()
    this.#entries.delete(transactionId)
    if (entry.owed.method === 'INVITE') this.#invitesByCallId.delete(entry.owed.callId)
  }

  clear(): void {
    for (const transactionId of this.transactionIds) this.settle(transactionId)
  }
}
