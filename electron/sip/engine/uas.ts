import { receiveRequest, refreshesTarget, refreshTarget } from '../dialog/dialog.ts'
import { dialogId } from '../dialog/dialog-id.ts'
import type { Header, SipResponse } from '../message/message.ts'
import { tagOf } from '../message/name-addr.ts'
import { serializeMessage } from '../message/serialize.ts'
import type { OutgoingResponse, SendResult } from '../transaction-user.ts'
import type { DialogEntry } from './dialogs.ts'
import { serverKey, valueOf, type InboundRequest } from './inbound.ts'
import { contactFor, givenHeaders, has, userPart } from './outgoing.ts'
import { InviteTurns } from './rate-limit-turns.ts'
import { needsDialog, refusalOf, type Refusal } from './refusals.ts'
import { demandsReliability } from './reliable.ts'
import { responseTo } from './responses.ts'
import { responsePath, type ServerTransaction } from './server-transactions.ts'
import { cancelLike, UasInvite, type UasContext } from './uas-invite.ts'

interface UasOptions {
  readonly userAgent: string
  readonly allow: readonly string[]
  readonly supported: readonly string[]
}

type Announce = (repeated: boolean, note?: string) => void

/** RFC 3261 21.5.4, with when to come back in seconds. */
const busyNow: Refusal = { status: 503, headers: [{ name: 'Retry-After', value: '5' }] }
/** Of the requests that a flood has dropped, how many pass until the next one is traced. */
const announceEvery = 1_000

/** The peer's requests (RFC 3261 8.2, 12.2.2, 13.3, 15.1.2, 9.2). All of it runs in the loop. */
export class Uas {
  readonly #context: UasContext
  readonly #options: UasOptions
  readonly #invites = new Map<string, UasInvite>()
  readonly #turns: InviteTurns
  #pending = 0
  readonly #pendingBySource = new Map<string, number>()

  constructor(context: UasContext, options: UasOptions) {
    this.#context = context
    this.#options = options
    this.#turns = new InviteTurns(context.timers, context.run)
  }

  /** `announce` hears first, and whether the request is a repeated one. */
  receive(request: InboundRequest, announce: Announce): void {
    const { servers } = this.#context
    const { method } = request.message
    const tx = servers.find(serverKey(request))
    if (method === 'ACK') return this.#ack(request, tx, announce)
    if (method === 'CANCEL') return this.#cancel(request, announce)
    if (!tx && !this.#admits(request)) return this.#turnAway(request, announce)
    announce(tx !== undefined)
    if (tx) return servers.retransmission(tx, request)
    const refusal = refusalOf(request, this.#options)
    if (refusal) return this.refuse(request, refusal)
    if (request.toTag === '') this.#outsideDialog(request)
    else this.#insideDialog(request)
  }

  /**
   * Without a transaction (RFC 3261 8.2.7): what has to be refused would be refused again if it came again, and a flood
   * of it takes no memory.
   */
  refuse(request: InboundRequest, refusal: Refusal): void {
    const { sources, now } = this.#context
    if (request.message.method !== 'ACK' && sources.mayRefuse(request.path.remote.address, now()))
      this.#tell(request, refusal)
  }

  #tell(request: InboundRequest, { status, reason, headers = [] }: Refusal): void {
    const { ids, network } = this.#context
    const toTag = ids.statelessTag(serverKey(request))
    const parts = { toTag, headers: this.#withServer(headers), ...(reason !== undefined && { reason }) }
    network.send(responsePath(request), serializeMessage(responseTo(request.message, status, parts)), false)
  }

  respond(transactionId: string, given: OutgoingResponse, done: (result: SendResult<SipResponse>) => void): void {
    const { servers, user, ids } = this.#context
    const tx = servers.byId(transactionId)
    if (!tx?.request) return user.failed(done, 'Response not sent due to unknown transaction')
    const { status } = given
    if (!Number.isInteger(status) || status < 100 || status > 699) return user.failed(done, `invalid status: ${status}`)
    const { single, contact, other: others } = givenHeaders(given.headers)
    const { message, path } = tx.request
    const invite = this.#invites.get(tx.id)
    const reliably = demandsReliability(others)
    const rseq = reliably && status > 100 && status < 200 ? invite?.nextRSeq() : undefined
    // RFC 3262 3: only to who can acknowledge it, and one after the other
    if (reliably && rseq === undefined) return user.failed(done, 'Remote endpoint does not support 100rel')
    const other = rseq === undefined ? others : [...others, { name: 'RSeq', value: String(rseq) }]
    if (tx.localTag === '') tx.localTag = tagOf(single.get('To') ?? '') ?? ids.tag()
    const makesDialog = invite !== undefined && status > 100 && status < 300
    const ours = makesDialog && contact.length === 0 ? [contactFor(path.local, userPart(message.uri))] : contact
    if (makesDialog) invite.prepare(status, ours[0] ?? '')
    const headers: Header[] = [...ours.map((value) => ({ name: 'Contact', value })), ...other]
    if (status < 300 && status >= 200 && (invite || tx.method === 'OPTIONS')) this.#addAbilities(headers)
    const response = responseTo(message, status, {
      reason: given.reason,
      headers: this.#withServer(headers),
      body: given.body,
      recordRoute: makesDialog,
      ...(status > 100 && { toTag: tx.localTag }),
    })
    const { callId, toTag, fromTag } = tx.request
    const inDialog = toTag === '' ? '' : dialogId({ role: 'uas', callId, localTag: toTag, remoteTag: fromTag })
    const about = invite?.dialogId ?? inDialog
    const bytes = servers.respond(tx, response)
    if (!bytes) return user.failed(done, 'Response not sent due to unknown transaction')
    invite?.responded(response, bytes)
    user.sent(done, response, { transactionId, dialogId: about, path: tx.path })
  }

  /** What is part of a dialog always is; what begins something new as long as its source does so in measure. */
  #admits({ message, callId, toTag, fromTag, path }: InboundRequest): boolean {
    const { dialogs, sources, now } = this.#context
    if (toTag !== '' && dialogs.find(callId, toTag, fromTag)) return true
    return sources.admits(path.remote.address, message.method, now())
  }

  /** A flood: 503 without state, and not even that when there is no end to it. */
  #turnAway(request: InboundRequest, announce: Announce): void {
    const { sources, now } = this.#context
    const { address } = request.path.remote
    if (sources.mayRefuse(address, now())) {
      announce(false, 'too many requests of this source')
      return this.#tell(request, busyNow)
    }
    const dropped = sources.dropped(address, now())
    // The trace is to show that there is a flood, not to be one
    if (dropped % announceEvery === 1) announce(false, `flood: ${dropped} requests of this source dropped so far`)
  }

  #outsideDialog(request: InboundRequest): void {
    const { servers, limits, user } = this.#context
    const { message, path } = request
    const { method } = message
    if (needsDialog.has(method)) return this.refuse(request, { status: 481 })
    if (servers.isMerged(request)) return this.refuse(request, { status: 482 }) // 8.2.2.2
    if (servers.size >= limits.serverTransactions || (method === 'INVITE' && this.#isFull(path.remote.address))) {
      return this.refuse(request, busyNow)
    }
    const tx = servers.add(request)
    const tell = () => user.request(message, { transactionId: tx.id, dialogId: '', path })
    if (method !== 'INVITE') return tell()
    const invite = this.#invite(tx, request, undefined)
    const { address } = path.remote
    const told = this.#turns.take(tx.id, address, this.#context.sources.isProven(address), tell)
    // Nobody knows when its turn comes
    if (!told) invite.trying()
  }

  #insideDialog(request: InboundRequest): void {
    const { servers, dialogs, limits, user, ids } = this.#context
    const { message, callId, toTag, fromTag, cseq, path } = request
    const { method } = message
    const entry = dialogs.find(callId, toTag, fromTag)
    // RFC 6665 4.4.1: the dialog of a subscription is made by its NOTIFY, and known to the user alone
    if (!entry && method === 'NOTIFY') return this.#outsideDialog(request)
    if (!entry) return this.refuse(request, { status: 481 }) // 12.2.2
    // Our BYE is out: theirs has crossed it, anything else comes too late
    if (entry.ending) return this.#tell(request, { status: method === 'BYE' ? 200 : 481 })
    // Refused without state by now: it is beyond what a peer in a dialog may ask for at once
    if (servers.size >= 2 * limits.serverTransactions) return this.refuse(request, { status: 503 })
    const [dialog, order] = receiveRequest(entry.dialog, cseq.number)
    entry.dialog = dialog
    const tx = servers.add(request)
    const respond = (status: number, headers: readonly Header[] = []) =>
      void servers.respond(tx, responseTo(message, status, { headers: this.#withServer(headers) }))
    if (order === 'out-of-order') return respond(500) // 12.2.2
    if (method === 'BYE') return this.#bye(entry, tx, request)
    if (method === 'PRACK') {
      const { provisional } = entry
      if (provisional?.acknowledge(valueOf(message.headers, 'RAck') ?? '') !== true) return respond(481) // RFC 3262 3
      // 5: only after an answer in what it acknowledges may a PRACK bring an offer
      if (!provisional.session) return respond(message.body.byteLength > 0 ? 488 : 200)
      return user.request(message, { transactionId: tx.id, dialogId: entry.id, path })
    }
    if (method === 'INVITE') {
      if (entry.peerInvites.size > 0 || entry.dialog.state === 'early') {
        return respond(500, [{ name: 'Retry-After', value: String(ids.below(11)) }]) // 14.2
      }
      if ([...entry.ownInvites].some(({ phase }) => phase === 'open')) return respond(491) // 14.2
      this.#invite(tx, request, entry)
    }
    entry.path = path
    if (refreshesTarget(method)) entry.dialog = refreshTarget(entry.dialog, message)
    user.request(message, { transactionId: tx.id, dialogId: entry.id, path })
  }

  #bye(entry: DialogEntry, tx: ServerTransaction, request: InboundRequest): void {
    const { servers, dialogs, user } = this.#context
    const { message, path } = request
    const respond = (status: number) =>
      servers.respond(tx, responseTo(message, status, { headers: this.#withServer([]) }))
    const { state, role } = entry.dialog
    // RFC 3261 15: the callee has no BYE in an early dialog, its rejection ends it
    if (state === 'early' && role === 'uac') return void respond(481)
    const early = state === 'early' ? [...this.#invites].find(([, { dialogId }]) => dialogId === entry.id) : undefined
    const pending = [...entry.peerInvites]
    dialogs.remove(entry)
    for (const invite of pending) invite.terminate() // 15.1.2
    if (state === 'confirmed') return user.request(message, { transactionId: tx.id, dialogId: entry.id, path })
    // NOTE: a BYE to an early dialog is rare and users do not expect it; it comes to them as the CANCEL it amounts to
    respond(200)
    if (!early) return
    const [transactionId, invite] = early
    invite.terminate()
    const reason = valueOf(message.headers, 'Reason') ?? 'SIP ;cause=487 ;text="BYE before the answer"'
    user.request(cancelLike(message, reason), { transactionId, dialogId: entry.id, path })
  }

  #invite(tx: ServerTransaction, request: InboundRequest, within: DialogEntry | undefined): UasInvite {
    const source = request.path.remote.address
    this.#count(source, 1)
    const settled = () => {
      this.#count(source, -1)
      this.#invites.delete(tx.id)
    }
    const over = () => within !== undefined || this.#turns.over(tx.id)
    const invite = new UasInvite(this.#context, tx, request, within, settled, over)
    tx.owner = invite
    this.#invites.set(tx.id, invite)
    return invite
  }

  #ack(request: InboundRequest, tx: ServerTransaction | undefined, announce: (repeated: boolean) => void): void {
    const { dialogs, servers } = this.#context
    const { callId, toTag, fromTag, cseq } = request
    const open = dialogs.find(callId, toTag, fromTag)?.answers.get(cseq.number)
    announce(!open && !tx)
    // An ACK for a 2xx is a request of its own and matches a dialog, not a transaction (RFC 3261 17.1.1.3)
    if (open) open.acknowledge(request)
    else if (tx) servers.acknowledged(tx, request)
  }

  #cancel(request: InboundRequest, announce: (repeated: boolean) => void): void {
    const { servers, user } = this.#context
    const { message, path } = request
    const tx = servers.find(serverKey(request, 'INVITE'))
    announce(tx?.answered === true)
    if (!tx) return this.refuse(request, { status: 481 }) // 9.2
    const toTag = tx.localTag === '' ? (tx.localTag = this.#context.ids.tag()) : tx.localTag
    const ok = responseTo(message, 200, { toTag, headers: this.#withServer([]) })
    this.#context.network.send(responsePath(request), serializeMessage(ok), false)
    const invite = this.#invites.get(tx.id)
    // 9.2: no effect once a final response is out
    if (tx.answered || !invite) return
    const { dialogId } = invite
    if (invite.terminate()) user.request(message, { transactionId: tx.id, dialogId, path })
  }

  #isFull(source: string): boolean {
    const { dialogs, limits } = this.#context
    return (
      this.#pending >= limits.pendingInvites ||
      (this.#pendingBySource.get(source) ?? 0) >= limits.pendingInvitesPerSource ||
      dialogs.size >= limits.dialogs
    )
  }

  #count(source: string, change: 1 | -1): void {
    this.#pending += change
    const count = (this.#pendingBySource.get(source) ?? 0) + change
    if (count > 0) this.#pendingBySource.set(source, count)
    else this.#pendingBySource.delete(source)
  }

  /** RFC 3261 13.3.1.4, 11.2 */
  #addAbilities(headers: Header[]): void {
    const { allow, supported } = this.#options
    if (!has(headers, 'Allow')) headers.push({ name: 'Allow', value: allow.join(', ') })
    if (supported.length > 0 && !has(headers, 'Supported')) {
      headers.push({ name: 'Supported', value: supported.join(', ') })
    }
  }

  #withServer(headers: readonly Header[]): readonly Header[] {
    const { userAgent } = this.#options
    return userAgent === '' || has(headers, 'Server') || has(headers, 'User-Agent')
      ? headers
      : [...headers, { name: 'Server', value: userAgent }]
  }
}
