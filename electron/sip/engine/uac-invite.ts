import { confirmedByUac, dialogOfUac, refreshTarget } from '../dialog/dialog.ts'
import { dialogId } from '../dialog/dialog-id.ts'
import type { Header, SipRequest, SipResponse } from '../message/message.ts'
import { tagOf } from '../message/name-addr.ts'
import { cancellation, stepCancellation, type CancellationInput } from '../transaction/cancellation.ts'
import { transactionTimeout, type TimerValues } from '../transaction/timer-values.ts'
import type { OutgoingRequest, SendResult } from '../transaction-user.ts'
import {
  deaf,
  type ClientOwner,
  type ClientTransaction,
  type ClientTransactions,
  type Failure,
} from './client-transactions.ts'
import type { DialogEntry, Dialogs, OwnInvite } from './dialogs.ts'
import { EngineError } from './engine-error.ts'
import type { Identifiers } from './identifiers.ts'
import type { InDialog, SentAck } from './in-dialog.ts'
import { valueOf, type InboundResponse } from './inbound.ts'
import type { Network, Path } from './network.ts'
import type { Limits } from './options.ts'
import { cancelOf } from './own-requests.ts'
import { ReliableArrivals } from './reliable.ts'
import { generatedResponse } from './responses.ts'
import type { Timer, TimerQueue } from './timer-queue.ts'
import type { UserPort } from './user-port.ts'

export interface UacContext {
  readonly clients: ClientTransactions
  readonly dialogs: Dialogs
  readonly inDialog: InDialog
  readonly network: Network
  readonly timers: TimerQueue
  readonly values: TimerValues
  readonly limits: Limits
  readonly ids: Identifiers
  readonly user: UserPort
  readonly run: (task: () => void) => void
}

/** One branch of the INVITE, by the tag of whoever answered (RFC 3261 13.2.2.4). */
interface Fork {
  readonly entry: DialogEntry
  confirmed: boolean
  ack: SentAck | undefined
}

const noAck: OutgoingRequest = { method: 'ACK', uri: '', headers: [], body: new Uint8Array(0) }

/** An INVITE of ours from the first packet to the last repeated 2xx, initial or in a dialog (RFC 3261 13.2, 14.1, 9.1). */
export class UacInvite implements ClientOwner, OwnInvite {
  readonly #context: UacContext
  /** Of a re-INVITE. */
  readonly #within: DialogEntry | undefined
  readonly #done: (result: SendResult<SipRequest>) => void
  readonly #onOver: () => void
  readonly #forks = new Map<string, Fork>()
  readonly #arrivals = new ReliableArrivals()
  #tx: ClientTransaction | undefined
  #cancellation = cancellation
  /** For `#cancellation`, then for what is left of a cancelled INVITE. */
  #timer: Timer | undefined
  #ringing: Timer | undefined
  /** Headers for the CANCEL, once it is wanted. */
  #cancel: readonly Header[] | undefined
  /** The user has its final response. */
  #settled = false
  #accepted: DialogEntry | undefined
  phase: OwnInvite['phase'] = 'open'

  constructor(
    context: UacContext,
    within: DialogEntry | undefined,
    done: (result: SendResult<SipRequest>) => void,
    onOver: () => void,
  ) {
    this.#context = context
    this.#within = within
    this.#done = done
    this.#onOver = onOver
    within?.ownInvites.add(this)
  }

  /** The CANCEL, sent or held back (RFC 3261 9.1); undefined if it is too late. */
  cancel(headers: readonly Header[]): SipRequest | undefined {
    if (!this.#tx || this.#settled || this.#cancellation.state !== 'ready') return undefined
    this.#cancel = headers
    this.#step({ kind: 'cancel' })
    return cancelOf(this.#tx.request, headers)
  }

  get path(): Path | undefined {
    return this.#tx?.path
  }

  /** The ACK of the 2xx the user was given. */
  acknowledge(entry: DialogEntry, ack: OutgoingRequest, done: (result: SendResult<SipRequest>) => void): void {
    const { user } = this.#context
    const tx = this.#tx
    const fork = [...this.#forks.values()].find((candidate) => candidate.entry === entry)
    if (!tx || !fork || this.phase !== 'accepted') return user.failed(done, 'no INVITE waits for an ACK')
    this.#finish(entry)
    this.#sendAck(fork, ack, (sent) => {
      if (sent instanceof EngineError) user.failed(done, sent.message)
      else user.sent(done, sent.message, { transactionId: tx.id, dialogId: entry.id, path: sent.path })
      // The 200 crossed our CANCEL: the call is not wanted any more. A re-INVITE has just succeeded, though
      if (this.#cancel && !this.#within) this.#end(entry, 'ACK-BYE due to cancel race condition')
    })
  }

  onStarted(tx: ClientTransaction): void {
    this.#tx = tx
    const { request, path, id } = tx
    this.#context.user.sent(this.#done, request, { transactionId: id, dialogId: this.#within?.id ?? '', path })
  }

  onUnsendable(error: EngineError): void {
    this.#finish(this.#within)
    this.#context.user.failed(this.#done, error.message)
    this.#onOver()
  }

  onResponse(_: ClientTransaction, response: InboundResponse): void {
    const { status } = response.message
    if (status < 200) this.#provisional(response)
    else if (status < 300) this.#success(response)
    else this.#rejection(response)
  }

  onFailed(tx: ClientTransaction, failure: Failure): void {
    const cancelled = this.#cancellation.state !== 'ready'
    this.#step({ kind: 'final' })
    if (this.#settled) return
    const status = cancelled ? 487 : failure.reason === 'timeout' ? 408 : 503
    this.#settle(tx, status, failure.detail)
  }

  /** An INVITE that was given up is not sent anywhere else. */
  isWanted(): boolean {
    return this.#cancellation.state === 'ready' && !this.#settled
  }

  onTerminated(): void {
    const { dialogs, timers } = this.#context
    if (this.#timer) timers.cancel(this.#timer)
    if (this.#ringing) timers.cancel(this.#ringing)
    this.#dropEarly()
    // The user never acknowledged what it was given
    if (this.phase === 'accepted' && this.#accepted && dialogs.has(this.#accepted))
      this.#acknowledgeAndEnd(this.#accepted)
    this.#finish(this.#accepted ?? this.#within)
    this.#onOver()
  }

  #provisional(response: InboundResponse): void {
    this.#step({ kind: 'provisional' })
    const { timers, limits, run, user } = this.#context
    this.#ringing ??= timers.set(limits.ringingMs, () => run(() => this.#giveUpRinging()))
    // RFC 3261 8.1.1: a 100 says nothing to the user
    if (this.#settled || response.message.status === 100) return
    if (this.#arrivals.judge(response, limits.forks) === 'drop') return
    if (!this.#within) this.#early(response)
    user.response(response.message, this.#about(response))
  }

  #early(response: InboundResponse): void {
    const { dialogs, limits } = this.#context
    const { toTag, message, path } = response
    if (!this.#tx || toTag === '' || this.#forks.has(toTag) || this.#forks.size >= limits.forks) return
    const entry = dialogs.add(dialogOfUac(this.#tx.request, message), path)
    this.#forks.set(toTag, { entry, confirmed: false, ack: undefined })
  }

  #success(response: InboundResponse): void {
    this.#step({ kind: 'final' })
    const { dialogs, limits, network, user } = this.#context
    const { toTag, message, path } = response
    const known = this.#forks.get(toTag)
    if (!this.#tx) return
    if (known?.confirmed) {
      // RFC 3261 13.2.2.4: the same ACK again; before the user has asked for it, there is none
      if (known.ack) network.send(known.ack.path, known.ack.bytes, true)
      return
    }
    if (!known && this.#forks.size >= limits.forks) return
    const entry = this.#within ?? known?.entry ?? dialogs.add(dialogOfUac(this.#tx.request, message), path)
    entry.path = path
    entry.dialog = this.#within ? refreshTarget(entry.dialog, message) : confirmedByUac(entry.dialog, message)
    const fork = { entry, confirmed: true, ack: undefined }
    this.#forks.set(toTag, fork)
    if (this.#settled) {
      // Another fork answered as well, or the call was given up before: nobody waits for this one
      this.#sendAck(fork, noAck, () => {
        if (!this.#within) this.#context.inDialog.end(entry, 'Call completed elsewhere', false)
      })
      return
    }
    this.#settled = true
    this.#accepted = entry
    this.phase = 'accepted'
    entry.ownInvites.add(this)
    user.response(message, this.#about(response))
    if (this.#cancel) this.#set(4 * this.#context.values.T1, () => this.#acknowledgeAndEnd(entry))
  }

  #rejection(response: InboundResponse): void {
    this.#step({ kind: 'final' })
    this.#dropEarly()
    if (this.#settled) return
    this.#settled = true
    this.#finish(this.#within)
    this.#context.user.response(response.message, this.#about(response))
  }

  #acknowledgeAndEnd(entry: DialogEntry): void {
    const fork = [...this.#forks.values()].find((candidate) => candidate.entry === entry)
    if (!fork || this.phase !== 'accepted') return
    this.#finish(entry)
    this.#sendAck(fork, noAck, () => this.#end(entry, this.#cancel ? 'cancelled' : 'not acknowledged'))
  }

  #sendAck(fork: Fork, ack: OutgoingRequest, then: (sent: SentAck | EngineError) => void): void {
    if (!this.#tx) return
    this.#context.inDialog.acknowledge(fork.entry, this.#tx, ack, (sent) => {
      if (!(sent instanceof EngineError)) fork.ack = sent
      then(sent)
    })
  }

  #end(entry: DialogEntry, why: string): void {
    this.#context.inDialog.end(entry, why, true)
  }

  /** The user's one final response, of our own making. */
  #settle(tx: ClientTransaction, status: number, detail: string): void {
    const { ids, user } = this.#context
    this.#settled = true
    this.#finish(this.#within)
    const response = generatedResponse(tx.request, status, ids.tag(), detail)
    const id = this.#within?.id ?? this.#dialogIdOf(response)
    user.response(response, { transactionId: tx.id, dialogId: id, path: tx.path }, true)
  }

  /** RFC 3261 9.1: nothing came for 64*T1 after the CANCEL. A late 2xx is still acknowledged and ended for as long. */
  #giveUp(): void {
    const tx = this.#tx
    if (!tx) return
    if (!this.#settled) this.#settle(tx, 487, 'no answer to the CANCEL')
    this.#set(transactionTimeout(this.#context.values), () => this.#context.clients.abandon(tx))
  }

  #giveUpRinging(): void {
    if (this.#settled || !this.#tx) return
    this.cancel([])
    this.#settle(this.#tx, 408, 'rang for too long')
  }

  #step(input: CancellationInput): void {
    const { clients, ids, values, timers } = this.#context
    const [next, outputs] = stepCancellation(this.#cancellation, input, values)
    this.#cancellation = next
    for (const output of outputs) {
      switch (output.kind) {
        case 'transmit-cancel':
          if (this.#tx && this.#cancel) {
            // RFC 3261 9.1: the answer to a CANCEL says nothing; that to the INVITE does
            clients.startBeside(this.#tx, ids.transaction(), cancelOf(this.#tx.request, this.#cancel), deaf)
          }
          break
        case 'set-timer':
          this.#set(output.ms, () => this.#step({ kind: 'timer' }))
          break
        case 'clear-timer':
          if (this.#timer) timers.cancel(this.#timer)
          break
        case 'give-up':
          this.#giveUp()
      }
    }
  }

  #set(ms: number, then: () => void): void {
    const { timers, run } = this.#context
    if (this.#timer) timers.cancel(this.#timer)
    this.#timer = timers.set(ms, () => run(then))
  }

  #finish(entry: DialogEntry | undefined): void {
    this.phase = 'over'
    entry?.ownInvites.delete(this)
  }

  #dropEarly(): void {
    for (const { entry, confirmed } of this.#forks.values()) if (!confirmed) this.#context.dialogs.remove(entry)
  }

  #about(response: InboundResponse) {
    const transactionId = this.#tx?.id ?? ''
    return { transactionId, dialogId: this.#within?.id ?? this.#dialogIdOf(response.message), path: response.path }
  }

  /** Also of a rejection, which makes no dialog: the user may ask by it. */
  #dialogIdOf({ headers }: SipResponse): string {
    const value = (name: string) => valueOf(headers, name) ?? ''
    const localTag = tagOf(value('From')) ?? ''
    return dialogId({ role: 'uac', callId: value('Call-ID'), localTag, remoteTag: tagOf(value('To')) ?? '' })
  }
}
