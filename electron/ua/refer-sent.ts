import type { Headers, Request, Response } from 'drachtio-srf'
import type { Refer, ReferDelegate } from '../phone/ports.ts'
import { param, parseParams } from '../sip/index.ts'
import { answer } from './answer.ts'
import { contentTypeOf } from './bodies.ts'
import type { Core } from './core.ts'
import { finalOf, unreachable } from './finals.ts'
import { formatReferTo } from './refer-to.ts'
import { parseSipfrag } from './sipfrag.ts'
import type { TransactDelegate } from './transact.ts'

/** How a request goes out in the dialog. */
export type SendInDialog = (
  method: string,
  headers: Headers,
  body: string | undefined,
  delegate: Pick<TransactDelegate, 'onFinal' | 'onFailed' | 'onSent'>,
) => void

/** A REFER of ours and the subscription it makes (RFC 3515 2.4.4). */
interface Open {
  readonly delegate: ReferDelegate
  /** The CSeq number of the REFER, which its reports are told by (RFC 3515 2.4.6). */
  id: number | undefined
}

/** More than this at once is nobody's wish. */
const mostOpen = 8

/** The REFERs we send in one dialog. */
export class SentRefers {
  readonly #core: Core
  readonly #contact: () => string
  readonly #send: SendInDialog
  readonly #open = new Set<Open>()

  constructor(core: Core, contact: () => string, send: SendInDialog) {
    this.#core = core
    this.#contact = contact
    this.#send = send
  }

  send(refer: Refer, delegate: ReferDelegate): void {
    const open: Open = { delegate, id: undefined }
    const referTo = formatReferTo(refer)
    const failed = (reason: string, status: number) => {
      this.#open.delete(open)
      this.#answered(open, { ...unreachable(reason), status, subscribed: false })
    }
    if (referTo === null) return queueMicrotask(() => failed('The target is no SIP URI', 416))
    const [oldest] = this.#open
    if (this.#open.size >= mostOpen && oldest !== undefined) this.#open.delete(oldest)
    this.#open.add(open)
    const headers = { Contact: this.#contact(), 'Refer-To': referTo, 'Referred-By': `<${refer.referredBy}>` }
    this.#send('REFER', headers, undefined, {
      onSent: (request) => (open.id = Number.parseInt(request.get('cseq') ?? '', 10)),
      onFailed: (reason) => failed(reason, 503),
      onFinal: (response) => {
        const accepted = response.status < 300
        // RFC 4488 4: the peer may do without, if somebody on the way had asked for that.
        const subscribed = accepted && !/^\s*false/i.test(response.get('refer-sub') ?? '')
        if (!subscribed) this.#open.delete(open)
        this.#answered(open, { ...finalOf(response), subscribed })
      },
    })
  }

  onNotify(request: Request, response: Response): void {
    const [event = '', ...rest] = (request.get('event') ?? '').split(';')
    // RFC 6665 8.2.1
    if (event.trim().toLowerCase() !== 'refer') return answer(response, 489, { 'Allow-Events': 'refer' })
    const id = param(parseParams(rest.length > 0 ? `;${rest.join(';')}` : '') ?? [], 'id')
    const open = [...this.#open].find((candidate) => id === undefined || candidate.id === Number(id))
    // RFC 6665 4.1.3: nobody subscribed to that.
    if (!open) return answer(response, 481)
    const body = request.body ?? ''
    if (body !== '' && contentTypeOf(request) !== 'message/sipfrag') {
      return answer(response, 415, { Accept: 'message/sipfrag' })
    }
    const terminated = /^\s*terminated/i.test(request.get('subscription-state') ?? '')
    if (terminated) this.#open.delete(open)
    answer(response, 200)
    const report = { ...parseSipfrag(body), terminated }
    this.#core.wrap.callback('onReport', () => open.delegate.onReport(report))()
  }

  #answered(open: Open, answered: Parameters<ReferDelegate['onAnswered']>[0]): void {
    this.#core.wrap.callback('onAnswered', () => open.delegate.onAnswered(answered))()
  }
}
