import type { Dialog as SrfDialog, Headers, Request, Response } from 'drachtio-srf'
import type { FinalResponse, Invite, OutgoingInvite, OutgoingInviteDelegate } from '../phone/ports.ts'
import { localMark, tagOf } from '../sip/index.ts'
import { Authorisation, nextInTransaction, transactAuthorised } from './authorisation.ts'
import { contactHeader, fromHeader, isTarget, reasonHeader, toHeader } from './addresses.ts'
import { answer } from './answer.ts'
import { sdpOf, sdpType, bodyOf } from './bodies.ts'
import { accept, capabilities } from './capabilities.ts'
import { randomToken, type Core } from './core.ts'
import { EarlySessions } from './early-sessions.ts'
import { finalOf, reasonOf, unreachable } from './finals.ts'
import { InviteDialog } from './in-dialog.ts'
import { AccountLine } from './line.ts'
import { ownEnd, type OwnEnd } from './place.ts'
import { acknowledge } from './prack.ts'
import { leadsHome, nextTarget, targetsFrom, withContacts, type TargetSet } from './redirect.ts'
import { referralHeaders } from './referral.ts'
import { Reinvites, type Offer, type ReinviteResult } from './reinvites.ts'
import { agreedBy, longerWish, timerRequest, type SessionWish } from './session-timer.ts'
import { transact } from './transact.ts'
import { once } from './wrap.ts'

/** Keys of INVITEs of ours that still wait: an INVITE that comes in under one of them comes from ourselves. */
export type OwnInvites = Set<string>

export function ownKey(callId: string, fromTag: string): string {
  return `${callId};${fromTag}`
}

/** An INVITE on its way out (RFC 3261 13.2), from the first request to its final answer. */
export class Uac implements OutgoingInvite {
  readonly sipCallId: string
  readonly #core: Core
  readonly #delegate: OutgoingInviteDelegate
  readonly #fromTag: string
  readonly #invite: Invite
  /** The account's, as long as the target is one of its own addresses. */
  #line: AccountLine | undefined
  #authorisation: Authorisation
  #session: SessionWish | undefined
  #targets: TargetSet
  /** Of the next INVITE to another target. */
  #identity: Headers = {}
  /** What the last one said that we were redirected to. */
  #failure: FinalResponse | undefined
  readonly #forget: () => void
  /** Of the INVITE that is out: each of them has its own. */
  #early = new EarlySessions()
  readonly #updates: Reinvites
  /** The PRACKs so far have their answers: an UPDATE must not come before the PRACK that makes it lawful. */
  #pracked: Promise<unknown> = Promise.resolve()
  #over = false
  #rejected = false
  #request: Request | undefined
  #accepted: Response | undefined
  #cancelled = false
  #cancelReason: string | undefined
  /** We are elsewhere than when the INVITE went out. */
  #moved: OwnEnd | undefined

  constructor(core: Core, own: OwnInvites, invite: Invite, delegate: OutgoingInviteDelegate) {
    this.#core = core
    this.#delegate = delegate
    this.sipCallId = randomToken(core, 16)
    this.#fromTag = randomToken(core, 8)
    this.#invite = invite
    this.#targets = targetsFrom(invite.uri)
    this.#line = invite.line instanceof AccountLine ? invite.line : undefined
    this.#authorisation = new Authorisation(core, this.#line, 'other')
    this.#session = this.#line?.options.sessionTimer
    const key = ownKey(this.sipCallId, this.#fromTag)
    own.add(key)
    const over = core.underWay.add(() => this.#reject(unreachable('the control link broke')))
    const ended = Promise.withResolvers<void>()
    this.#updates = new Reinvites(core, {
      ownsCallId: true,
      ready: () => Promise.race([this.#pracked, ended.promise]),
      send: (offer, done) => this.#sendUpdate(offer, done),
    })
    this.#forget = () => {
      over()
      own.delete(key)
      this.#over = true
      ended.resolve()
      this.#updates.stop()
    }
    queueMicrotask(
      core.wrap.callback(
        'INVITE sent',
        () => this.#start(),
        () => this.#failed('internal error'),
      ),
    )
  }

  get localTag(): string {
    return this.#fromTag
  }

  cancel(reason?: string): void {
    if (this.#cancelled) return
    this.#cancelled = true
    this.#cancelReason = reason
    if (this.#request) this.#sendCancel(this.#request)
  }

  get canUpdate(): boolean {
    return !this.#over && !this.#cancelled && this.#early.open !== undefined
  }

  update(offer: Offer): Promise<ReinviteResult> {
    return this.#updates.add(offer)
  }

  /** As it went out, or as it is since. */
  get #ownContact(): string {
    return this.#moved?.contact ?? this.#request?.get('contact') ?? ''
  }

  async relocate(): Promise<string | undefined> {
    const before = this.#ownContact
    const target = this.#early.open?.remoteTarget ?? this.#invite.uri
    const now = await ownEnd(this.#core, this.#line, target, before)
    if (now.contact === before || !this.canUpdate) return undefined
    this.#moved = now
    return now.localAddress
  }

  /** RFC 3311 5.1 */
  #sendUpdate(offer: string, done: (result: ReinviteResult, retryAfter?: string) => void): void {
    const { open } = this.#early
    if (!open || !this.canUpdate) {
      return done({ status: 500, reason: 'No early dialog that takes an UPDATE', source: 'unreachable' })
    }
    const headers = { Contact: this.#ownContact, 'Content-Type': sdpType, ...capabilities, ...accept }
    const options = { method: 'UPDATE', headers, body: offer, stackDialogId: open.dialogId }
    const authorisation = new Authorisation(this.#core, this.#line, 'dialog')
    transactAuthorised(this.#core, authorisation, 'sip:placeholder', options, {
      onFinal: (response) => {
        const final = finalOf(response)
        const sdp = final.status < 300 ? sdpOf(response) : undefined
        if (sdp !== undefined) this.#early.updated(open.tag)
        done(sdp === undefined ? final : { ...final, answer: sdp }, response.get('retry-after'))
      },
      onFailed: (reason) => done(unreachable(reason)),
      onUpdate: (update, response) => this.#onUpdate(update, response),
    })
  }

  #start(): void {
    const { uri, from } = this.#invite
    if (!fromHeader(from, this.#fromTag))
      return this.#reject({ status: 400, reason: 'The own address is no SIP URI', source: 'unreachable' })
    if (!isTarget(uri)) return this.#reject({ status: 416, reason: 'The target is no SIP URI', source: 'unreachable' })
    if (this.#cancelled) return this.#reject({ status: 487, reason: 'Request Terminated', source: 'timeout' })
    this.#send(uri, { 'Call-ID': this.sipCallId, From: fromHeader(from, this.#fromTag) ?? '' })
  }

  /** `identity`: what is the same in, or comes after, an earlier INVITE of this call, and credentials. */
  #send(uri: string, identity: Headers): void {
    const { wrap, srf } = this.#core
    const { from, sdp } = this.#invite
    this.#early = new EarlySessions()
    const route = this.#line?.routeTo(uri) ?? []
    const headers = {
      To: toHeader(this.#invite.uri),
      Contact: this.#line?.contactHeader(from.uri) ?? contactHeader(from.uri),
      'Content-Type': sdpType,
      ...(route.length > 0 && { Route: route.join(', ') }),
      ...this.#line?.marks,
      ...capabilities,
      ...accept,
      ...timerRequest(this.#session),
      ...referralHeaders(this.#invite),
      ...identity,
    }
    const progress = {
      cbRequest: wrap.callback<[unknown, Request | undefined]>('INVITE sent', (_error, request) => {
        if (request) this.#onSent(request)
      }),
      cbProvisional: wrap.callback<[Response]>('provisional response', (response) => this.#onProvisional(response)),
    }
    const done = once(
      wrap.callback<[unknown, SrfDialog | undefined]>(
        'INVITE answered',
        (error, dialog) => {
          const credentials = this.#retryWith(error, sdp)
          if (credentials) this.#send(uri, { ...identity, ...credentials })
          else if (!this.#redirected(error)) this.#onDone(error, dialog)
        },
        () => this.#failed('internal error'),
      ),
    )
    srf.createUAC(uri, { localSdp: sdp, headers }, progress, done)
  }

  /** What a challenged INVITE, or one with too short a session, is repeated with; undefined where it is over. */
  #retryWith(error: unknown, sdp: string): Headers | undefined {
    const response = responseOf(error)
    if (!response || !this.#request || this.#cancelled) return undefined
    if (response.status === 422) {
      const longer = longerWish(this.#session, response)
      this.#session = longer ?? this.#session
      return longer && nextInTransaction(this.#request)
    }
    const credentials = this.#authorisation.retry(this.#request, response, sdp)
    return credentials && { ...nextInTransaction(this.#request), ...credentials }
  }

  /** Whether it goes on with another target (RFC 3261 8.1.3.4): a 3xx named one, or one that a 3xx named failed. */
  #redirected(error: unknown): boolean {
    const response = responseOf(error)
    if (this.#accepted || this.#cancelled) return false
    if (this.#request) this.#identity = nextInTransaction(this.#request)
    const moved = response !== undefined && response.status >= 300 && response.status <= 302
    if (moved) {
      const contact = response.get('contact') ?? ''
      const tel = this.#invite.line instanceof AccountLine
      this.#targets = withContacts(this.#targets, contact, response.source_address, tel)
    } else if (this.#targets.known.length > 1) {
      this.#failure = this.#finalOf(error)
      // RFC 3261 21.6: nobody else will say anything else
      if (this.#failure.status >= 600) return false
    }
    const [target, targets] = nextTarget(this.#targets)
    this.#targets = targets
    if (target === undefined) return false
    this.#core.log.info('the call goes on with another target', { target })
    this.#moveTo(target)
    this.#send(target, this.#identity)
    return true
  }

  /** Of a stranger that a 3xx leads to the account's servers and credentials are none of the business. */
  #moveTo(target: string): void {
    const { line } = this.#invite
    this.#line = line instanceof AccountLine && leadsHome(target, line.options) ? line : undefined
    this.#authorisation = new Authorisation(this.#core, this.#line, 'other')
    this.#request = undefined
  }

  #onSent(request: Request): void {
    const { wrap } = this.#core
    this.#request = request
    this.#moved = undefined
    this.#authorisation.sent(request)
    request.on(
      'response',
      wrap.callback('INVITE answered', (response) => {
        if (response.status === 200) this.#accepted = response
      }),
    )
    // drachtio-srf would answer 200 with the offer of the INVITE; its listener comes after this one.
    request.on(
      'update',
      wrap.callback('UPDATE before the answer', (update, response) => this.#onUpdate(update, response)),
    )
    if (this.#cancelled) this.#sendCancel(request)
  }

  /** RFC 3311 5.2, in an early dialog. */
  #onUpdate(update: Request, response: Response): void {
    const contact = { Contact: this.#ownContact, ...capabilities }
    const body = bodyOf(update)
    if (body.kind === 'none') return answer(response, 200, contact)
    if (body.kind === 'other') return answer(response, 415, accept)
    const tag = tagOf(update.get('from') ?? '') ?? ''
    // An offer of our own is still unanswered.
    if (this.#cancelled || this.#updates.inProgress || !this.#early.isAgreed(tag)) return answer(response, 491)
    const refused = { status: 500, reason: 'Server Internal Error' }
    const { onUpdate } = this.#delegate
    if (!onUpdate) return answer(response, 488)
    const decision = this.#core.wrap.value('onUpdate', () => onUpdate(body.sdp), refused)
    if ('status' in decision) return answer(response, decision.status, {}, undefined, decision.reason)
    this.#early.updated(tag)
    answer(response, 200, { ...contact, 'Content-Type': sdpType }, decision.sdp)
  }

  #onProvisional(response: Response): void {
    const pracked = Promise.withResolvers<void>()
    const reliable = acknowledge(this.#core, this.#line, response, pracked.resolve)
    if (reliable) this.#pracked = Promise.all([this.#pracked, pracked.promise])
    if (this.#cancelled) return
    const { status, reason } = response
    const sdp = this.#early.heard(response, reliable)
    this.#delegate.onProvisional({ status, reason, tag: tagOf(response.get('to') ?? '') ?? '', sdp })
  }

  #onDone(error: unknown, dialog: SrfDialog | undefined): void {
    this.#forget()
    if (dialog && this.#request && this.#accepted) this.#onDialog(dialog, this.#request, this.#accepted)
    else if (this.#accepted) this.#onUnusable(this.#accepted, reasonOf(error))
    else this.#reject(this.#failure ?? this.#finalOf(error))
  }

  #onDialog(srfDialog: SrfDialog, request: Request, response: Response): void {
    const dialog = new InviteDialog(this.#core, srfDialog, {
      role: 'uac',
      sipCallId: this.sipCallId,
      localAddress: this.#moved?.localAddress ?? request.get(localMark) ?? '',
      contact: this.#moved?.contact,
      remoteAddress: response.source_address,
      line: this.#line,
      session: agreedBy(response, this.#session),
      peer: response,
      offered: false,
    })
    if (this.#cancelled) {
      // The 200 crossed the CANCEL. The engine may be ahead of us with the BYE; a second one goes nowhere.
      void dialog.bye()
      return this.#reject({ status: 487, reason: 'Request Terminated', source: 'peer' })
    }
    const sdp = this.#early.answerOf(tagOf(response.get('to') ?? '') ?? '', sdpOf(response))
    this.#core.wrap.callback(
      'onAccepted',
      () => this.#delegate.onAccepted(dialog, sdp),
      () => void dialog.bye(),
    )()
  }

  /** Accepted and acknowledged, but drachtio-srf could make no dialog of it (no Contact, say). */
  #onUnusable(response: Response, reason: string): void {
    const dialogId = response.stackDialogId
    if (dialogId) {
      const bye = { method: 'BYE', headers: {}, stackDialogId: dialogId }
      transact(this.#core, 'sip:placeholder', bye, {
        onFinal: () => {},
        onFailed: (why) => this.#core.log.warn('BYE could not be sent', { why }),
      })
    }
    this.#reject({ status: 500, reason, source: 'peer' })
  }

  #finalOf(error: unknown): FinalResponse {
    const response = responseOf(error)
    // Given up before the challenge was answered.
    if (response && this.#cancelled && (response.status === 401 || response.status === 407)) {
      return { status: 487, reason: 'Request Terminated', source: 'peer' }
    }
    return response ? finalOf(response) : unreachable(reasonOf(error))
  }

  #failed(reason: string): void {
    this.#reject({ status: 500, reason, source: 'unreachable' })
  }

  #reject(response: FinalResponse): void {
    this.#forget()
    if (this.#rejected) return
    this.#rejected = true
    this.#core.wrap.callback('onRejected', () => this.#delegate.onRejected(response))()
  }

  #sendCancel(request: Request): void {
    const { wrap, log } = this.#core
    const headers = this.#cancelReason === undefined ? {} : { Reason: reasonHeader(this.#cancelReason) }
    wrap.callback('CANCEL', () =>
      // Too late is no fault: the final response says what became of the INVITE.
      request.cancel({ headers }, (error) => error && log.debug('CANCEL was not sent', { why: reasonOf(error) })),
    )()
  }
}

/** What drachtio-srf rejects with carries the response. */
function responseOf(error: unknown): Response | undefined {
  return error instanceof Error && 'res' in error ? (error.res as Response) : undefined
}
