import { confirmedByUas, dialogOfUas } from '../dialog/dialog.ts'
import { dialogId } from '../dialog/dialog-id.ts'
import { headers } from '../message/headers.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { transactionTimeout, type TimerValues } from '../transaction/timer-values.ts'
import { AnswerRun } from './answer-run.ts'
import type { DialogEntry, Dialogs, PeerInvite } from './dialogs.ts'
import type { Identifiers } from './identifiers.ts'
import type { InDialog } from './in-dialog.ts'
import { valueOf, type InboundRequest } from './inbound.ts'
import type { Network } from './network.ts'
import type { Limits } from './options.ts'
import type { RateLimitedSources } from './rate-limit-sources.ts'
import { canAcknowledge, ReliableRun } from './reliable.ts'
import { responseTo } from './responses.ts'
import type { ServerOwner, ServerTransaction, ServerTransactions } from './server-transactions.ts'
import type { Timer, TimerQueue } from './timer-queue.ts'
import type { UserPort } from './user-port.ts'

export interface UasContext {
  readonly servers: ServerTransactions
  readonly dialogs: Dialogs
  readonly inDialog: InDialog
  readonly network: Network
  readonly sources: RateLimitedSources
  readonly now: () => number
  readonly timers: TimerQueue
  readonly values: TimerValues
  readonly limits: Limits
  readonly ids: Identifiers
  readonly user: UserPort
  readonly run: (task: () => void) => void
}

/** RFC 3261 17.2.1: whoever answers within that spares the caller the 100, and is heard the sooner for it. */
const tryingMs = 200
/** RFC 3261 13.3.1.1: a ringing UAS says so again every minute, or proxies give up. */
const repeatProvisionalMs = 60_000

/** An INVITE of the peer's, initial or in a dialog, until its last response is acknowledged (RFC 3261 13.3, 14.2). */
export class UasInvite implements ServerOwner, PeerInvite {
  readonly #context: UasContext
  readonly #tx: ServerTransaction
  /** Let go with the final response: a transaction outlives it by half a minute. */
  #request: InboundRequest | undefined
  readonly #sequence: number
  /** Of a re-INVITE. */
  readonly #within: DialogEntry | undefined
  readonly #onSettled: () => void
  readonly #onOver: () => boolean
  /** Made by the first response with a tag. */
  #entry: DialogEntry | undefined
  #repeat: Timer | undefined
  #patience: Timer | undefined
  /** As long as nothing at all was said. */
  #trying: Timer | undefined
  /** Of the reliable provisional responses, the last number and the last one (RFC 3262 3). */
  #rseq = 0
  #reliable: ReliableRun | undefined
  /** Neither answered nor, if refused, acknowledged. */
  #pending = true

  constructor(
    context: UasContext,
    tx: ServerTransaction,
    request: InboundRequest,
    within: DialogEntry | undefined,
    onSettled: () => void,
    /** Acknowledged, refused or cancelled; tells whether the user had heard of it. Asked more than once. */
    onOver: () => boolean,
  ) {
    this.#context = context
    this.#tx = tx
    this.#request = request
    this.#sequence = request.cseq.number
    this.#within = within
    this.#onSettled = onSettled
    this.#onOver = onOver
    within?.peerInvites.add(this)
    // NOTE: RFC 3261 has no end to this; a user that says nothing at all for so long is not there
    this.#wait(transactionTimeout(context.values))
    this.#trying = context.timers.set(tryingMs, () => context.run(() => this.trying()))
  }

  /** 100, unless something was said already. */
  trying(): void {
    if (!this.#trying || !this.#request) return
    this.#said()
    this.#context.servers.respond(this.#tx, responseTo(this.#request.message, 100))
  }

  /** The dialog that responses speak of: the name it has or is going to have. */
  get dialogId(): string {
    const made = this.#within ?? this.#entry
    if (made || !this.#request) return made?.id ?? ''
    const { callId, fromTag } = this.#request
    return dialogId({ role: 'uas', callId, localTag: this.#tx.localTag, remoteTag: fromTag })
  }

  /** The RSeq of the next reliable provisional response; undefined while there can be none (RFC 3262 3). */
  nextRSeq(): number | undefined {
    if (!this.#request || !canAcknowledge(this.#request.message) || this.#reliable?.waits) return undefined
    this.#rseq = this.#rseq === 0 ? 1 + this.#context.ids.below(65_535) : this.#rseq + 1
    return this.#rseq
  }

  /** Before a response with a tag goes out (RFC 3261 12.1.1). */
  prepare(status: number, contact: string): void {
    if (!this.#request || this.#within || status === 100 || status >= 300) return
    const { dialogs } = this.#context
    const { message, path } = this.#request
    this.#entry ??= dialogs.add(dialogOfUas(message, this.#tx.localTag, contact), path)
    this.#entry.direct = headers(message, 'Via').length === 1
    if (status >= 200) this.#entry.dialog = confirmedByUas(this.#entry.dialog, contact)
  }

  /** After it went out. */
  responded(response: SipResponse, bytes: Uint8Array): void {
    this.#said()
    if (response.status < 200) {
      if (response.status > 100) this.#ringing(bytes)
      if (this.#rseq > 0 && valueOf(response.headers, 'RSeq') !== undefined) this.#repeatReliably(response, bytes)
      return
    }
    this.#stop()
    this.#request = undefined
    const entry = this.#within ?? this.#entry
    this.#within?.peerInvites.delete(this)
    if (response.status >= 300) {
      if (this.#entry) this.#context.dialogs.remove(this.#entry)
      this.#entry = undefined
      this.#onOver()
      return
    }
    this.#settle()
    if (entry) this.#answered(entry, bytes)
  }

  /** Cancelled. False when the user has not heard of it and need not hear of the end. */
  terminate(): boolean {
    const told = this.#onOver()
    this.#refuse(487)
    return told
  }

  onAck(ack: InboundRequest): void {
    const entry = this.#within ?? this.#entry
    entry?.answers.get(ack.cseq.number)?.acknowledge(ack)
  }

  onTerminated(): void {
    this.#stop()
    this.#settle()
    this.#onOver()
    this.#within?.peerInvites.delete(this)
  }

  #answered(entry: DialogEntry, bytes: Uint8Array): void {
    const { user, inDialog, sources, now } = this.#context
    const { id: transactionId, path } = this.#tx
    const number = this.#sequence
    const release = () => {
      this.#entry = undefined
      this.#onOver()
      // The transaction stays for half a minute (RFC 6026 7.1, timer L) and needs nothing of us any more
      this.#tx.owner = undefined
      entry.provisional = undefined
      entry.answers.delete(number)
      const [bye] = entry.answers.size === 0 ? entry.heldByes.splice(0, 1) : []
      bye?.send()
      return bye !== undefined
    }
    const acknowledged = (ack: InboundRequest) => {
      if (!this.#within) sources.completed(path.remote.address, now())
      entry.path = ack.path
      user.request(ack.message, { transactionId, dialogId: entry.id, path: ack.path })
      release()
    }
    const givenUp = () => {
      // RFC 3261 13.3.1.4: the dialog is confirmed, the session has to end
      if (!release()) inDialog.end(entry, 'ACK timeout', true)
    }
    entry.answers.set(number, new AnswerRun(this.#context, path, bytes, acknowledged, givenUp))
  }

  #ringing(bytes: Uint8Array): void {
    const { timers, network, run, limits } = this.#context
    if (!this.#repeat) this.#wait(limits.ringingMs)
    if (this.#repeat) timers.cancel(this.#repeat)
    const again = () => {
      network.send(this.#tx.path, bytes, true)
      this.#ringing(bytes)
    }
    this.#repeat = timers.set(repeatProvisionalMs, () => run(again))
  }

  #repeatReliably({ body }: SipResponse, bytes: Uint8Array): void {
    const entry = this.#within ?? this.#entry
    const number = { rseq: this.#rseq, cseq: this.#sequence, session: body.byteLength > 0 }
    // RFC 3262 3: whoever demanded it and then does not acknowledge is refused
    const givenUp = () => void this.#abandon(504, 'SIP ;cause=504 ;text="no PRACK"')
    this.#reliable = new ReliableRun(this.#context, this.#tx.path, bytes, number, givenUp)
    if (entry) entry.provisional = this.#reliable
  }

  #wait(ms: number): void {
    const { timers, run } = this.#context
    if (this.#patience) timers.cancel(this.#patience)
    this.#patience = timers.set(ms, () => run(() => this.#abandon(480, 'SIP ;cause=480 ;text="not answered"')))
  }

  /** The user gave no final answer. It hears of the end as if the caller had cancelled. */
  #abandon(status: number, reason: string): void {
    const request = this.#request
    const { dialogId } = this
    const told = this.#onOver()
    if (!request || !this.#refuse(status) || !told) return
    const cancel = cancelLike(request.message, reason)
    this.#context.user.request(cancel, { transactionId: this.#tx.id, dialogId, path: request.path })
  }

  #refuse(status: number): boolean {
    const { servers, ids } = this.#context
    if (this.#tx.answered || !this.#request) return false
    if (this.#tx.localTag === '') this.#tx.localTag = ids.tag()
    const response = responseTo(this.#request.message, status, { toTag: this.#tx.localTag })
    const bytes = servers.respond(this.#tx, response)
    if (bytes) this.responded(response, bytes)
    return bytes !== undefined
  }

  #said(): void {
    if (this.#trying) this.#context.timers.cancel(this.#trying)
    this.#trying = undefined
  }

  #stop(): void {
    const { timers } = this.#context
    this.#said()
    if (this.#repeat) timers.cancel(this.#repeat)
    if (this.#patience) timers.cancel(this.#patience)
    this.#reliable?.stop()
    this.#repeat = undefined
    this.#patience = undefined
  }

  #settle(): void {
    if (!this.#pending) return
    this.#pending = false
    this.#onSettled()
  }
}

/** A CANCEL such as the peer would have sent, for a user that knows no other way to learn that an INVITE is gone. */
export function cancelLike(request: SipRequest, reason: string): SipRequest {
  const headers = request.headers
    .filter(({ name }) => ['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards'].includes(name))
    .map((header) =>
      header.name === 'CSeq' ? { name: 'CSeq', value: `${Number.parseInt(header.value, 10)} CANCEL` } : header,
    )
  headers.push({ name: 'Reason', value: reason })
  return { kind: 'request', method: 'CANCEL', uri: request.uri, headers, body: new Uint8Array(0) }
}
