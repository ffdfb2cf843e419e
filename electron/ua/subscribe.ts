import type { Headers, Request, Response } from 'drachtio-srf'
import type { Subscribe, SubscribeAnswer, Subscription, SubscriptionDelegate } from '../phone/ports.ts'
import { contactHeader, fromHeader, isTarget, toHeader } from './addresses.ts'
import { Authorisation, nextInTransaction, transactAuthorised } from './authorisation.ts'
import { randomToken, type Core } from './core.ts'
import { finalOf, unreachable } from './finals.ts'
import { AccountLine } from './line.ts'
import { secondsOf } from './seconds.ts'
import { dialogOfAnswer, dialogOfNotify, receiveNotifyIn, type SubscriptionDialog } from './subscribe-dialog.ts'

/** Who is to hear of a NOTIFY, by Call-ID and our tag. */
export type Subscriptions = Map<string, ClientSubscription>

export const subscriptionKey = (callId: string, localTag: string) => `${callId};${localTag}`

/** One subscription of ours (RFC 6665 4.1): its SUBSCRIBEs, and the dialog that its NOTIFYs come in. */
export class ClientSubscription implements Subscription {
  readonly what: Subscribe
  readonly delegate: SubscriptionDelegate
  readonly #core: Core
  readonly #callId: string
  readonly #key: string
  readonly #line: AccountLine | undefined
  #from: string
  #lastCSeq = 0
  #dialog: SubscriptionDialog | undefined

  constructor(core: Core, what: Subscribe, delegate: SubscriptionDelegate) {
    this.#core = core
    this.what = what
    this.delegate = delegate
    this.#line = what.line instanceof AccountLine ? what.line : undefined
    this.#callId = randomToken(core, 16)
    const tag = randomToken(core, 8)
    this.#from = fromHeader(what.from, tag) ?? ''
    this.#key = subscriptionKey(this.#callId, tag)
    core.subscriptions.set(this.#key, this)
  }

  send(expiresSeconds: number): Promise<SubscribeAnswer> {
    const uri = this.#dialog?.remoteTarget ?? this.what.uri
    if (this.#from === '' || !isTarget(uri)) return Promise.resolve(unreachable('The target is no SIP URI'))
    const dialog = this.#dialog
    const route = dialog ? dialog.routeSet : (this.#line?.routeTo(uri) ?? [])
    const headers: Headers = {
      'Call-ID': this.#callId,
      From: this.#from,
      To: dialog?.to ?? toHeader(this.what.uri),
      CSeq: `${this.#lastCSeq + 1} SUBSCRIBE`,
      // Written anew each time: our address may be another one by now.
      Contact: this.#line?.contactHeader(this.what.from.uri) ?? contactHeader(this.what.from.uri),
      Event: this.what.event,
      Accept: this.what.accept.join(', '),
      Expires: String(expiresSeconds),
      ...(route.length > 0 && { Route: route.join(', ') }),
      ...this.#line?.marks,
    }
    const authorisation = new Authorisation(this.#core, this.#line, dialog ? 'dialog' : 'other')
    return new Promise((resolve) => {
      transactAuthorised(
        this.#core,
        authorisation,
        uri,
        { method: 'SUBSCRIBE', headers },
        {
          onSent: (request) => this.#sent(request),
          onFailed: (reason) => resolve(unreachable(reason)),
          onFinal: (response) => {
            if (response.status < 300) this.#dialog ??= dialogOfAnswer(response, this.what.uri)
            resolve(answerOf(response, authorisation, expiresSeconds))
          },
        },
      )
    })
  }

  close(): void {
    this.#core.subscriptions.delete(this.#key)
  }

  /**
   * The status that a NOTIFY under our Call-ID and tag gets. RFC 6665 4.4.1: the first one makes the dialog; those of
   * other forks are answered 481, so that they end.
   */
  admit(notify: Request): number {
    if (!this.#dialog) {
      this.#dialog = dialogOfNotify(notify, this.what.uri)
      return this.#dialog ? 200 : 400
    }
    if (dialogOfNotify(notify, '')?.remoteTag !== this.#dialog.remoteTag) return 481
    const next = receiveNotifyIn(this.#dialog, notify)
    this.#dialog = next ?? this.#dialog
    return next ? 200 : 500
  }

  #sent(request: Request): void {
    const { From, CSeq } = nextInTransaction(request)
    // As it went out: our address stands where `localhost` stood.
    this.#from = From ?? this.#from
    this.#lastCSeq = Math.max(this.#lastCSeq + 1, Number.parseInt(CSeq ?? '', 10) - 1 || 0)
  }
}

function answerOf(response: Response, { failure }: Authorisation, asked: number): SubscribeAnswer {
  const final = finalOf(response)
  const minExpires = secondsOf(response.get('min-expires'))
  const retryAfter = secondsOf(response.get('retry-after'))
  return {
    ...final,
    ...(final.status < 300 && { grantedSeconds: secondsOf(response.get('expires')) ?? asked }),
    ...(final.status === 423 && minExpires !== undefined && { minExpiresSeconds: minExpires }),
    ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
    ...(failure !== undefined && { refused: failure }),
  }
}
