import type { Dialog as SrfDialog, Headers, Message, Request, Response } from 'drachtio-srf'
import type { Dialog, DialogDelegate, DialogName, FinalResponse, Refer, ReferDelegate } from '../phone/ports.ts'
import { reasonHeader } from './addresses.ts'
import { answer } from './answer.ts'
import { bodyOf, contentTypeOf, sdpOf, sdpType } from './bodies.ts'
import { Authorisation, transactAuthorised } from './authorisation.ts'
import { accept, allow, capabilities } from './capabilities.ts'
import type { Core, LiveDialog } from './core.ts'
import { finalOf, unreachable } from './finals.ts'
import type { AccountLine } from './line.ts'
import { answerOptions } from './options.ts'
import { ownEnd } from './place.ts'
import { receiveRefer } from './refer-received.ts'
import { SentRefers, type SendInDialog } from './refer-sent.ts'
import { acknowledge, lists } from './prack.ts'
import { Reinvites, type Offer, type ReinviteResult } from './reinvites.ts'
import {
  agreedBy,
  isTooShort,
  longerWish,
  timerAnswer,
  timerRequest,
  tooShort,
  type SessionTerms,
  type SessionWish,
} from './session-timer.ts'
import { SessionWatch } from './session-watch.ts'

interface DialogFacts {
  readonly role: 'uac' | 'uas'
  readonly sipCallId: string
  readonly localAddress: string
  /** Absent: as it went out when the dialog was made. */
  readonly contact?: string | undefined
  readonly remoteAddress: string
  /** The account whose call it is. */
  readonly line: AccountLine | undefined
  /** What was agreed on refreshing it (RFC 4028). */
  readonly session: SessionTerms | undefined
  /** The INVITE or the 2xx that the peer sent, with its Allow. */
  readonly peer: Message
  /** Our 2xx carried an offer, and its answer comes with the ACK. */
  readonly offered: boolean
}

/** A confirmed INVITE dialog: requests both ways until a BYE (RFC 3261 12.2, 14, 15). */
export class InviteDialog implements Dialog, LiveDialog {
  readonly sipCallId: string
  readonly name: DialogName
  readonly remoteTarget: string
  localAddress: string
  readonly remoteAddress: string
  delegate: DialogDelegate | undefined
  readonly #core: Core
  readonly #dialog: SrfDialog
  #contact: string
  readonly #line: AccountLine | undefined
  readonly #reinvites: Reinvites
  readonly #refers: SentRefers
  readonly #session: SessionWatch
  #wish: SessionWish | undefined
  /** Whether the peer knows UPDATE (RFC 3311 4). */
  #takesUpdate: boolean
  /** An UPDATE or a re-INVITE that refreshes is under way. */
  #refreshing = false
  /** An offer of ours in a 2xx that the ACK has not answered yet. */
  #offered: boolean
  /** REFERs that came in. */
  #asked = 0
  /** `leaving`: our BYE is on its way; whatever the peer says now is too late. */
  #state: 'confirmed' | 'leaving' | 'terminated' = 'confirmed'
  /** Ours to send, once the ACK has come. */
  #bye: Promise<void> | undefined
  /** Those who wait for the ACK to our 2xx; undefined while none is due. */
  #awaitingAck: (() => void)[] | undefined

  constructor(core: Core, dialog: SrfDialog, facts: DialogFacts) {
    this.#core = core
    this.#dialog = dialog
    this.sipCallId = facts.sipCallId
    this.name = dialog.sip
    this.remoteTarget = dialog.remote.uri
    this.localAddress = facts.localAddress
    this.remoteAddress = facts.remoteAddress
    this.#contact = facts.contact ?? dialog.local.contact
    this.#line = facts.line
    this.#awaitingAck = facts.role === 'uas' ? [] : undefined
    this.#reinvites = new Reinvites(core, {
      ownsCallId: facts.role === 'uac',
      ready: () => this.#acknowledged(),
      send: (offer, done) => this.#sendReinvite(offer, done),
    })
    this.#refers = new SentRefers(core, () => this.#contact, this.#sendReferral)
    this.#offered = facts.offered
    this.#takesUpdate = lists(facts.peer.get('allow'), 'update')
    this.#session = new SessionWatch(core, { refresh: () => this.#refresh(), expire: () => this.#expire() })
    this.#session.agree(facts.session)
    this.#wish = facts.session && { seconds: facts.session.seconds }
    core.dialogs.set(dialog.id, this)
    dialog.on(
      'destroy',
      core.wrap.callback('BYE', (bye) => this.#onBye(bye)),
    )
  }

  reinvite(offer: Offer): Promise<ReinviteResult> {
    return this.#reinvites.add(offer)
  }

  async relocate(): Promise<string | undefined> {
    const { localAddress, contact } = await ownEnd(this.#core, this.#line, this.remoteTarget, this.#contact)
    const moved = contact !== this.#contact || localAddress !== this.localAddress
    this.#contact = contact
    this.localAddress = localAddress
    return moved && this.#state === 'confirmed' ? localAddress : undefined
  }

  info(contentType: string, body: string): Promise<FinalResponse> {
    if (this.#state !== 'confirmed') return Promise.resolve(ended)
    return new Promise((resolve) => {
      this.#transact('INFO', { 'Content-Type': contentType }, body, (final) => {
        resolve(final)
        // RFC 3261 12.2.1.2: the peer knows nothing of this dialog.
        if (final.status === 481) this.#giveUp(final)
      })
    })
  }

  refer(refer: Refer, delegate: ReferDelegate): void {
    this.#refers.send(refer, delegate)
  }

  bye(reason?: string): Promise<void> {
    this.#bye ??= this.#leave(reason)
    return this.#bye
  }

  async #leave(reason: string | undefined): Promise<void> {
    if (this.#state === 'terminated') return
    this.#state = 'leaving'
    this.#session.stop()
    this.#reinvites.stop()
    // RFC 3261 15: who was called does not send BYE before the ACK has come (or the engine has given up on it).
    await this.#acknowledged()
    if (this.#isTerminated()) return
    await new Promise<void>((resolve) => {
      this.#transact('BYE', reason ? { Reason: reasonHeader(reason) } : {}, undefined, () => resolve())
    })
    this.#terminate()
  }

  abandon(): void {
    this.#terminate()
  }

  // --- out ---------------------------------------------------------------------------------------------------------

  #sendReinvite(offer: string, done: (final: ReinviteResult, retryAfter?: string) => void): void {
    if (this.#state !== 'confirmed') return done(ended)
    const headers = { Contact: this.#contact, 'Content-Type': sdpType, ...this.#timer(), ...capabilities, ...accept }
    this.#transact('INVITE', headers, offer, (final, response) => {
      if (this.#isTooShort(final, response)) return this.#sendReinvite(offer, done)
      this.#refreshed(final, response)
      const sdp = response && final.status === 200 ? sdpOf(response) : undefined
      done(sdp === undefined ? final : { ...final, answer: sdp }, response?.get('retry-after'))
      // RFC 3261 14.1 and 12.2.1.2: nobody is there any more.
      if (final.status === 481 || final.status === 408) this.#giveUp(final)
    })
  }

  // --- session timer (RFC 4028) ------------------------------------------------------------------------------------

  #timer(): Headers {
    return timerRequest(this.#wish, this.#session.terms?.refresher)
  }

  #refresh(): void {
    if (this.#refreshing || this.#reinvites.inProgress) return
    this.#refreshing = true
    if (this.#takesUpdate) this.#sendUpdate()
    else this.#tell('onRefresh', (delegate) => delegate.onRefresh?.())
  }

  /** RFC 4028 7.4: without an offer it changes nothing. */
  #sendUpdate(): void {
    const headers = { Contact: this.#contact, ...this.#timer(), ...capabilities }
    this.#transact('UPDATE', headers, undefined, (final, response) => {
      if (this.#isTooShort(final, response)) return this.#sendUpdate()
      this.#refreshed(final, response)
      // It names UPDATE in Allow and does not know it all the same
      if (final.status === 405 || final.status === 501) {
        this.#takesUpdate = false
        this.#refresh()
      }
      // RFC 4028 10
      if (final.status === 481 || final.status === 408) this.#giveUp(final)
    })
  }

  /** Whether the request is to be repeated, with a longer wish. */
  #isTooShort(final: FinalResponse, response: Response | undefined): boolean {
    const longer = final.status === 422 && response ? longerWish(this.#wish, response) : undefined
    this.#wish = longer ?? this.#wish
    return longer !== undefined && this.#state === 'confirmed'
  }

  #refreshed(final: FinalResponse, response: Response | undefined): void {
    this.#refreshing = false
    if (response && final.status === 200 && this.#state === 'confirmed') {
      this.#agree(agreedBy(response, this.#wish))
    }
  }

  #agree(terms: SessionTerms | undefined): void {
    this.#session.agree(terms)
    this.#wish = terms && { ...this.#wish, seconds: terms.seconds }
  }

  #expire(): void {
    this.#giveUp({ status: 408, reason: 'Session expired', source: 'timeout' })
  }

  #transact(
    method: string,
    headers: Headers,
    body: string | undefined,
    done: (final: FinalResponse, response?: Response) => void,
  ): void {
    const options = { method, headers, stackDialogId: this.#dialog.id, ...(body === undefined ? {} : { body }) }
    const authorisation = new Authorisation(this.#core, this.#line, 'dialog')
    transactAuthorised(this.#core, authorisation, 'sip:placeholder', options, {
      onFinal: (response, ack) => {
        if (method === 'INVITE' && response.status < 300) ack()
        done(finalOf(response), response)
      },
      onFailed: (reason) => done(unreachable(reason)),
      onProvisional: (response) => void acknowledge(this.#core, this.#line, response),
      onUpdate: (update, response) => this.#onUpdate(update, response),
    })
  }

  /** REFER and NOTIFY (RFC 3515): what becomes of them means nothing for the call itself. */
  readonly #sendReferral: SendInDialog = (method, headers, body, delegate) => {
    if (this.#state !== 'confirmed') return queueMicrotask(() => delegate.onFailed(ended.reason))
    const options = { method, headers, stackDialogId: this.#dialog.id, ...(body === undefined ? {} : { body }) }
    const authorisation = new Authorisation(this.#core, this.#line, 'dialog')
    transactAuthorised(this.#core, authorisation, 'sip:placeholder', options, {
      ...delegate,
      onUpdate: (update, response) => this.#onUpdate(update, response),
    })
  }

  /** The dialog is of no use any more, and the peer did not say so by BYE. */
  #giveUp(final: FinalResponse): void {
    if (this.#state !== 'confirmed') return
    void this.bye()
    this.#tell('onBye', (delegate) => delegate.onBye('network', `SIP;cause=${final.status}`))
  }

  // --- in ----------------------------------------------------------------------------------------------------------

  /** A request in this dialog other than BYE. */
  receive(request: Request, response: Response): void {
    if (request.method === 'ACK') return this.#onAck(request)
    if (!this.#answerable(response)) return
    switch (request.method) {
      case 'INVITE':
        return this.#onReinvite(request, response)
      case 'UPDATE':
        return this.#onUpdate(request, response)
      case 'INFO':
        return this.#onInfo(request, response)
      case 'OPTIONS':
        return answerOptions(this.#core, request, response)
      case 'REFER':
        return this.#onRefer(request, response)
      case 'NOTIFY':
        return this.#refers.onNotify(request, response)
      case 'PRACK':
        // RFC 3262 3: nothing was sent reliably.
        return answer(response, 481)
      default:
        return answer(response, 405, allow)
    }
  }

  /** After our BYE there is no dialog for anybody to ask in. */
  #answerable(response: Response): boolean {
    if (this.#state !== 'confirmed') answer(response, 481)
    return this.#state === 'confirmed'
  }

  #onAck(ack: Request): void {
    this.#offered = false
    this.#releaseAck()
    if (this.#state !== 'confirmed') return
    this.#tell('onAck', (delegate) => delegate.onAck(sdpOf(ack)))
  }

  #onBye(bye: Request): void {
    const told = this.#state === 'confirmed'
    this.#terminate()
    const by = bye.source === 'application' ? 'network' : 'remote'
    if (told) this.#tell('onBye', (delegate) => delegate.onBye(by, bye.get('reason')))
  }

  #onReinvite(request: Request, response: Response): void {
    // RFC 3261 14.2: while our own INVITE is under way.
    if (this.#reinvites.inProgress) return answer(response, 491)
    if (isTooShort(request)) return answer(response, 422, tooShort)
    this.#negotiate(request, response, true)
  }

  #onUpdate(request: Request, response: Response): void {
    if (!this.#answerable(response)) return
    if (isTooShort(request)) return answer(response, 422, tooShort)
    if (bodyOf(request).kind === 'none') {
      return answer(response, 200, { Contact: this.#contact, ...capabilities, ...this.#timerAnswer(request) })
    }
    // RFC 3311 5.2: while an offer of ours waits for its answer.
    if (this.#reinvites.inProgress || this.#offered) return answer(response, 491)
    this.#negotiate(request, response, false)
  }

  #negotiate(request: Request, response: Response, awaitsAck: boolean): void {
    const body = bodyOf(request)
    if (body.kind === 'other') return answer(response, 415, accept)
    const offer = body.kind === 'sdp' ? body.sdp : undefined
    const refused = { status: 500, reason: 'Server Internal Error' }
    const decision = this.#core.wrap.value('onReinvite', () => this.delegate?.onReinvite(offer) ?? refused, refused)
    if ('status' in decision) return answer(response, decision.status, {}, undefined, decision.reason)
    if (awaitsAck) this.#awaitingAck ??= []
    this.#offered = offer === undefined
    const headers = {
      Contact: this.#contact,
      'Content-Type': sdpType,
      ...capabilities,
      ...this.#timerAnswer(request),
    }
    answer(response, 200, headers, decision.sdp)
  }

  /** Headers of our 2xx to a request that refreshes the session. */
  #timerAnswer(request: Request): Headers {
    const { terms, headers } = timerAnswer(request, this.#wish)
    this.#agree(terms)
    return headers
  }

  #onInfo(request: Request, response: Response): void {
    const told = this.delegate
    const refused = { status: 500 }
    const { status } = this.#core.wrap.value(
      'onInfo',
      () => told?.onInfo(contentTypeOf(request), request.body ?? '') ?? refused,
      refused,
    )
    answer(response, status, status === 415 ? { Accept: 'application/dtmf-relay, application/dtmf' } : {})
  }

  #onRefer(request: Request, response: Response): void {
    const told = this.delegate
    const facts = { contact: this.#contact, send: this.#sendReferral, first: this.#asked++ === 0 }
    receiveRefer(this.#core, request, response, facts, told?.onRefer && ((refer) => told.onRefer?.(refer)))
  }

  // --- end ---------------------------------------------------------------------------------------------------------

  #terminate(): void {
    this.#state = 'terminated'
    this.#session.stop()
    this.#core.srf.removeDialog(this.#dialog)
    this.#core.dialogs.delete(this.#dialog.id)
    this.#reinvites.stop()
    this.#releaseAck()
  }

  #isTerminated(): boolean {
    return this.#state === 'terminated'
  }

  #acknowledged(): Promise<void> {
    const waiting = this.#awaitingAck
    return waiting ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()
  }

  #releaseAck(): void {
    const waiting = this.#awaitingAck
    this.#awaitingAck = undefined
    for (const release of waiting ?? []) release()
  }

  #tell(where: string, tell: (delegate: DialogDelegate) => void): void {
    const { delegate } = this
    if (delegate) this.#core.wrap.callback(where, () => tell(delegate))()
  }
}

const ended: FinalResponse = { status: 481, reason: 'The call has ended', source: 'unreachable' }
