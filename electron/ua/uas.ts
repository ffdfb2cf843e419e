import type { Dialog as SrfDialog, Headers, Message, Request, Response } from 'drachtio-srf'
import { UserAgentError, type Dialog, type IncomingInvite, type IncomingInviteDelegate } from '../phone/ports.ts'
import { addressOf, contactHeader, isTarget } from './addresses.ts'
import { answer, answerAtOnce } from './answer.ts'
import { sdpOf, sdpType } from './bodies.ts'
import { accept, capabilities } from './capabilities.ts'
import type { Core } from './core.ts'
import { EarlyAgreement } from './early-agreement.ts'
import { reasonOf } from './finals.ts'
import { InviteDialog } from './in-dialog.ts'
import type { AccountLine } from './line.ts'
import { lists } from './prack.ts'
import type { ReceivedInvite } from './received-invite.ts'
import { replacesOf } from './replaces.ts'
import { timerAnswer, type SessionTerms } from './session-timer.ts'
import { once } from './wrap.ts'

/** An INVITE that came in (RFC 3261 13.3), until its final answer. */
export class Uas implements IncomingInvite {
  readonly sipCallId: string
  readonly from: IncomingInvite['from']
  readonly to: IncomingInvite['to']
  readonly requestUri: string
  readonly source: IncomingInvite['source']
  readonly localAddress: string
  readonly offer: string | undefined
  readonly fromSelf: boolean
  readonly line: AccountLine | undefined
  readonly replaces: IncomingInvite['replaces']
  readonly reliable: boolean
  delegate: IncomingInviteDelegate | undefined
  readonly #core: Core
  readonly #received: ReceivedInvite
  /** What drachtio-srf makes of it, and takes its last answer by. */
  #inSrf: { readonly request: Request; readonly response: Response } | undefined
  readonly #contact: string
  readonly #early: EarlyAgreement
  readonly #forget: () => void
  #state: 'pending' | 'accepting' | 'answered' = 'pending'

  /** `onSettled` runs once, when the INVITE needs no more answer. */
  constructor(core: Core, request: ReceivedInvite, fromSelf: boolean, onSettled: () => void) {
    this.#core = core
    this.#received = request
    this.sipCallId = request.get('call-id') ?? ''
    this.from = addressOf(request.get('from') ?? '')
    this.to = { uri: addressOf(request.get('to') ?? '').uri }
    this.requestUri = request.uri
    this.source = { address: request.source_address, port: request.source_port }
    this.localAddress = request.localAddress
    this.offer = sdpOf(request)
    this.fromSelf = fromSelf
    const replaces = replacesOf(request)
    this.replaces = replaces === 'broken' ? undefined : replaces
    this.line = [...core.lines].find((line) => line.owns(request))
    this.#contact = this.line?.contactHeader(request.uri) ?? contactHeader(request.uri)
    this.reliable = lists(request.get('require'), '100rel')
    this.#early = new EarlyAgreement(core, {
      delayed: this.offer === undefined,
      headers: () => ({ Contact: this.#contact, ...capabilities, ...this.line?.marks }),
      delegate: () => this.delegate,
    })
    const over = core.underWay.add(() => this.cancelled(undefined))
    this.#forget = once(() => {
      over()
      this.#early.end()
      onSettled()
    })
  }

  /** It has its final answer, or was cancelled. */
  get isOver(): boolean {
    return this.#state === 'answered'
  }

  /** drachtio-srf has heard of it too. */
  meet(request: Request, response: Response): void {
    const { wrap } = this.#core
    this.#inSrf = { request, response }
    request.on(
      'cancel',
      wrap.callback('CANCEL', (cancel: Message) => this.cancelled(cancel.get('reason'))),
    )
    request.on(
      'update',
      wrap.callback('UPDATE before the answer', (update, updateResponse) => {
        this.#early.onUpdate(update, updateResponse)
      }),
    )
  }

  header(name: string): string | undefined {
    return this.#received.get(name)
  }

  ring(sdp?: string): void {
    if (this.#state !== 'pending') return
    const headers = { Contact: this.#contact, ...capabilities, ...this.line?.marks }
    const say = (more: Headers, body?: string) =>
      answerAtOnce(this.#core, this.#received, 180, { ...headers, ...more }, body)
    if (!this.reliable) return say({})
    const reliably = { Require: '100rel' }
    if (sdp !== undefined && !this.#early.begun) {
      this.#early.begin()
      return say({ ...reliably, 'Content-Type': sdpType }, sdp)
    }
    // RFC 3262 5: the first reliable response to an INVITE without an offer has to make one
    if (this.offer !== undefined || this.#early.begun) say(reliably)
  }

  accept(sdp: string | undefined): Promise<Dialog> {
    const { srf, wrap } = this.#core
    if (this.#state !== 'pending') return Promise.reject(gone('the INVITE was answered or cancelled before'))
    this.#state = 'accepting'
    const timer = timerAnswer(this.#received, this.line?.options.sessionTimer)
    const extras = { ...capabilities, ...accept, ...timer.headers, ...this.line?.marks }
    const agreed = this.#early.begun
    const headers = { Contact: this.#contact, ...(agreed ? {} : { 'Content-Type': sdpType }), ...extras }
    const localSdp = agreed ? '' : (sdp ?? '')
    return new Promise((resolve, reject) => {
      const done = once((error: unknown, dialog: SrfDialog | undefined) => {
        over()
        this.#forget()
        const cancelled = this.#state === 'answered'
        this.#state = 'answered'
        if (!dialog) return reject(gone(reasonOf(error)))
        const confirmed = this.#dialog(dialog, timer.terms)
        if (!cancelled) return resolve(confirmed)
        void confirmed.bye()
        reject(gone('the INVITE was cancelled'))
      })
      const over = this.#core.underWay.add(() => done(new Error('the control link broke'), undefined))
      const send = () => {
        if (this.#state === 'answered') return done(new Error('the INVITE was cancelled'), undefined)
        if (!this.#inSrf) return this.#lost(done)
        const { request, response } = this.#inSrf
        srf.createUAS(request, response, { localSdp, headers }, wrap.callback('INVITE accepted', done))
      }
      if (agreed) void this.#early.settled.then(wrap.callback('PRACK received', send))
      else if (this.#inSrf) send()
      // drachtio-srf hears of it next
      else queueMicrotask(wrap.callback('INVITE told', send))
    })
  }

  reject(status: number, reason?: string): void {
    if (this.#state !== 'pending') return
    this.#state = 'answered'
    this.#forget()
    const code = Number.isInteger(status) && status >= 300 && status <= 699 ? status : 500
    this.#answer(code, {}, reason)
  }

  redirect(contacts: readonly string[], diversion?: { readonly uri: string; readonly reason: string }): void {
    if (this.#state !== 'pending') return
    const usable = contacts.filter(isTarget)
    if (usable.length === 0) return this.reject(500)
    this.#state = 'answered'
    this.#forget()
    const diverted = diversion && { Diversion: `<${diversion.uri}>;reason=${diversion.reason}` }
    this.#answer(302, { Contact: usable.map((uri) => `<${uri}>`).join(', '), ...diverted })
  }

  /** The caller gave up (the engine has answered 487), or the control link broke. */
  cancelled(reasonHeader: string | undefined): void {
    if (this.#state === 'answered') return
    this.#state = 'answered'
    this.#forget()
    this.#core.wrap.callback('onCancelled', () => this.delegate?.onCancelled(reasonHeader))()
  }

  /** RFC 3261 15.1.2: a BYE in the early dialog ends the INVITE with 487. */
  byeBeforeAnswer(bye: Request, response: Response): void {
    answer(response, 200)
    if (this.#state !== 'pending') return
    this.#answer(487)
    this.cancelled(bye.get('reason'))
  }

  onPrack(prack: Request, response: Response): void {
    this.#early.onPrack(prack, response)
  }

  /** Past drachtio-srf only what it has not heard of: it would keep the INVITE for good. */
  #answer(status: number, headers: Headers = {}, reason?: string): void {
    if (this.#inSrf) answer(this.#inSrf.response, status, headers, undefined, reason)
    else answerAtOnce(this.#core, this.#received, status, headers, '', reason)
  }

  /** drachtio-srf could not read it, or has not heard of it because the link broke. */
  #lost(done: (error: unknown, dialog: undefined) => void): void {
    this.#answer(500)
    done(new Error('drachtio-srf does not know the INVITE'), undefined)
  }

  #dialog(dialog: SrfDialog, session: SessionTerms | undefined): InviteDialog {
    return new InviteDialog(this.#core, dialog, {
      role: 'uas',
      sipCallId: this.sipCallId,
      localAddress: this.localAddress,
      remoteAddress: this.source.address,
      line: this.line,
      session,
      peer: this.#received,
      offered: this.offer === undefined && !this.#early.begun,
    })
  }
}

function gone(message: string): UserAgentError {
  return new UserAgentError('gone', message)
}
