import type { Headers, Request, Response } from 'drachtio-srf'
import type { IncomingInviteDelegate } from '../phone/ports.ts'
import { answer } from './answer.ts'
import { bodyOf, sdpType } from './bodies.ts'
import { accept } from './capabilities.ts'
import type { Core } from './core.ts'

interface EarlyAgreementOptions {
  /** The INVITE brought no offer: what we ring with is one. */
  readonly delayed: boolean
  /** Of our answers. */
  readonly headers: () => Headers
  readonly delegate: () => IncomingInviteDelegate | undefined
}

/**
 * Offer and answer before an INVITE that came in is accepted (RFC 3262 5, RFC 3311 5.2): what a reliable provisional
 * response of ours began goes on in its PRACK, and in UPDATEs.
 */
export class EarlyAgreement {
  readonly #core: Core
  readonly #options: EarlyAgreementOptions
  readonly #settled = Promise.withResolvers<void>()
  #state: 'none' | 'said' | 'acknowledged' = 'none'

  constructor(core: Core, options: EarlyAgreementOptions) {
    this.#core = core
    this.#options = options
  }

  /** We rang with a session description: no other follows in the 2xx (RFC 3261 13.2.1). */
  get begun(): boolean {
    return this.#state !== 'none'
  }

  /** Resolves when the PRACK is here: before it there is no 2xx (RFC 3262 3). Or when there will be none. */
  get settled(): Promise<void> {
    return this.#settled.promise
  }

  begin(): void {
    this.#state = 'said'
  }

  /** The INVITE needs no answer any more. */
  end(): void {
    this.#settled.resolve()
  }

  onPrack(prack: Request, response: Response): void {
    if (this.#state !== 'said') return answer(response, 481)
    this.#state = 'acknowledged'
    const body = bodyOf(prack)
    if (this.#options.delayed) {
      answer(response, 200)
      const agreed = body.kind === 'sdp' ? body.sdp : undefined
      this.#core.wrap.callback('onAnswer', () => this.#options.delegate()?.onAnswer?.(agreed))()
    } else if (body.kind === 'sdp') this.#decide(body.sdp, response, {})
    else answer(response, body.kind === 'none' ? 200 : 415, body.kind === 'none' ? {} : accept)
    this.#settled.resolve()
  }

  onUpdate(update: Request, response: Response): void {
    const body = bodyOf(update)
    const headers = this.#options.headers()
    if (body.kind === 'none') return answer(response, 200, headers)
    // RFC 3311 5.2: another offer still waits for its answer.
    if (this.#state !== 'acknowledged') return answer(response, 500, { 'Retry-After': '5' })
    if (body.kind === 'other') return answer(response, 415, accept)
    this.#decide(body.sdp, response, headers)
  }

  #decide(offer: string, response: Response, headers: Headers): void {
    const refused = { status: 500, reason: 'Server Internal Error' }
    const ask = () => this.#options.delegate()?.onOffer?.(offer) ?? refused
    const decision = this.#core.wrap.value('onOffer', ask, refused)
    if ('status' in decision) answer(response, decision.status, {}, undefined, decision.reason)
    else answer(response, 200, { ...headers, 'Content-Type': sdpType }, decision.sdp)
  }
}
