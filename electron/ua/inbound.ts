import type { Headers, Message, Request, Response } from 'drachtio-srf'
import { schemeOf, tagOf, type RequestContext, type SipRequest } from '../sip/index.ts'
import { answer, answerAtOnce } from './answer.ts'
import { bodyOf } from './bodies.ts'
import { accept, allow, supportedExtensions } from './capabilities.ts'
import type { Core } from './core.ts'
import { receiveMessage } from './message.ts'
import { receiveNotify, refuseSubscribe } from './notify.ts'
import { answerOptions } from './options.ts'
import { ReceivedInvite } from './received-invite.ts'
import { replacesOf } from './replaces.ts'
import { isTooShort, tooShort } from './session-timer.ts'
import { ownKey, type OwnInvites } from './uac.ts'
import { Uas } from './uas.ts'

/** Requests that came in, and who answers them. */
export class Inbound {
  readonly #core: Core
  readonly #own: OwnInvites
  /** INVITEs without a final answer, by Call-ID and the caller's tag. */
  readonly #pending = new Map<string, Uas>()

  constructor(core: Core, own: OwnInvites) {
    this.#core = core
    this.#own = own
  }

  /**
   * In front of drachtio-srf's own dialog layer: that one answers by itself what it does not know how to ask about, and
   * puts some methods off, so that an ACK would come after the re-INVITE that follows it. It keeps the BYE. And behind it.
   */
  install(): void {
    const { srf, wrap, dialogs } = this.#core
    const guarded = (handle: (request: Request, response: Response, next: () => void) => void) => {
      return (request: Request, response: Response, next: () => void): void => {
        const failed = () => request.method !== 'ACK' && answer(response, 500)
        wrap.callback(`${request.method} received`, () => handle(request, response, next), failed)()
      }
    }
    srf.use(guarded((request, response) => this.#outsideDialogs(request, response)))
    const inDialog = guarded((request, response, next) => {
      const dialog = request.method === 'BYE' ? undefined : dialogs.get(request.stackDialogId ?? '')
      // RFC 3428 4: said within a call, it is a message all the same.
      if (dialog && request.method === 'MESSAGE') receiveMessage(this.#core, request, response)
      else if (dialog && request.method === 'SUBSCRIBE') refuseSubscribe(request, response, true)
      else if (dialog) dialog.receive(request, response)
      else next()
    })
    srf.app.stack.unshift({ method: '*', handle: inDialog })
  }

  #outsideDialogs(request: Request, response: Response): void {
    switch (request.method) {
      case 'INVITE':
        return this.#onInvite(request, response)
      case 'OPTIONS':
        if (isUnderstood(request, (status, headers) => answer(response, status, headers)))
          answerOptions(this.#core, request, response)
        return
      case 'BYE':
        return this.#onBye(request, response)
      case 'ACK':
      case 'CANCEL':
        return
      case 'PRACK':
        return this.#onPrack(request, response)
      case 'INFO':
      case 'UPDATE':
        // They exist in dialogs only, and there is none (RFC 3261 12.2.2).
        return answer(response, 481)
      case 'MESSAGE':
        return receiveMessage(this.#core, request, response)
      case 'NOTIFY':
        return receiveNotify(this.#core, request, response)
      case 'SUBSCRIBE':
        return refuseSubscribe(request, response, false)
      case 'REFER':
        // To have calls made from outside of any call is nobody's right.
        return answer(response, 403)
      default:
        return answer(response, 405, allow)
    }
  }

  /**
   * An INVITE that drachtio-srf has not heard of yet. True: it is to; false: it needs no more answer. The phone rings, and
   * says so, before drachtio-srf has read a word; all that needs a dialog is done with what it makes of it.
   */
  onInvite(message: SipRequest, context: RequestContext): boolean {
    const { wrap, delegate } = this.#core
    const received = new ReceivedInvite(message, context)
    const refuse = (status: number, headers: Headers = {}, reason?: string): false => {
      answerAtOnce(this.#core, received, status, headers, '', reason)
      return false
    }
    if (tagOf(received.get('to') ?? '') !== undefined) return refuse(481)
    // RFC 3261 8.1.1.8: without a Contact nothing could be sent back.
    if (received.get('contact') === undefined) return refuse(400, {}, 'Missing Contact')
    if (!isUnderstood(received, refuse)) return false
    if (isTooShort(received)) return refuse(422, tooShort)
    // RFC 3891 3
    if (replacesOf(received) === 'broken') return refuse(400, {}, 'Bad Replaces')
    const key = keyOf(received)
    const invite = new Uas(this.#core, received, this.#own.has(key), () => this.#pending.delete(key))
    this.#pending.set(key, invite)
    wrap.callback(
      'onInvite',
      () => delegate.onInvite(invite),
      () => invite.reject(500),
    )()
    return !invite.isOver
  }

  #onInvite(request: Request, response: Response): void {
    const invite = this.#pending.get(keyOf(request))
    if (invite) invite.meet(request, response)
    else answer(response, 500)
  }

  /** To a ringing of ours that began to agree on something; the engine sees to all others. */
  #onPrack(request: Request, response: Response): void {
    const invite = this.#pending.get(keyOf(request))
    if (invite) invite.onPrack(request, response)
    else answer(response, 481)
  }

  #onBye(request: Request, response: Response): void {
    const invite = this.#pending.get(keyOf(request))
    if (invite) invite.byeBeforeAnswer(request, response)
    else answer(response, 481)
  }
}

/** RFC 3261 8.2.2.1, 8.2.2.3 and 8.2.3, in their order; false if it was refused. */
function isUnderstood(
  request: Message & { readonly uri: string },
  refuse: (status: number, headers?: Headers) => void,
): boolean {
  const refused = (status: number, headers?: Headers): false => {
    refuse(status, headers)
    return false
  }
  const scheme = schemeOf(request.uri)
  if (scheme !== 'sip' && scheme !== 'sips' && scheme !== 'tel') return refused(416)
  const required = (request.get('require') ?? '').split(',').map((tag) => tag.trim())
  const unsupported = required.filter((tag) => tag !== '' && !supportedExtensions.includes(tag))
  if (unsupported.length > 0) return refused(420, { Unsupported: unsupported.join(', ') })
  const encoding = (request.get('content-encoding') ?? 'identity').trim().toLowerCase()
  if (encoding !== 'identity' && encoding !== '') return refused(415, { ...accept, 'Accept-Encoding': 'identity' })
  // RFC 3261 20.11: a body that is said to be optional may be passed over.
  const optional = /;\s*handling\s*=\s*optional/i.test(request.get('content-disposition') ?? '')
  return bodyOf(request).kind !== 'other' || optional || refused(415, accept)
}

function keyOf(request: Message): string {
  return ownKey(request.get('call-id') ?? '', tagOf(request.get('from') ?? '') ?? '')
}
