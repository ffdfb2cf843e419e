import type { Headers, Request, Response } from 'drachtio-srf'
import type { IncomingRefer } from '../phone/ports.ts'
import { answer } from './answer.ts'
import type { Core } from './core.ts'
import type { SendInDialog } from './refer-sent.ts'
import { type Asked, askedBy } from './refer-to.ts'
import { formatSipfrag, sipfragType } from './sipfrag.ts'

interface ReceivedReferFacts {
  readonly contact: string
  readonly send: SendInDialog
  /** The first one of the dialog: its reports need no id (RFC 3515 2.4.6). */
  readonly first: boolean
}

/** For how long reports may come, s: longer than it takes to ask the user, and to let a phone ring. */
const expiresSeconds = 300

/** A REFER of the peer's, and the subscription it makes (RFC 3515 2.4). */
class ReceivedRefer implements IncomingRefer {
  readonly target: string
  readonly replaces: IncomingRefer['replaces']
  readonly requiresReplaces: boolean
  readonly referredBy: string | undefined
  readonly #core: Core
  readonly #request: Request
  readonly #response: Response
  readonly #facts: ReceivedReferFacts
  #state: 'pending' | 'reporting' | 'over' = 'pending'
  /** One report at a time, so that they arrive in order; of those that wait the newest. */
  #sending = false
  #next: { readonly status: number; readonly reason: string } | undefined

  constructor(core: Core, request: Request, response: Response, asked: Asked, facts: ReceivedReferFacts) {
    this.#core = core
    this.#request = request
    this.#response = response
    this.#facts = facts
    this.target = asked.target
    this.replaces = asked.replaces
    this.requiresReplaces = asked.requiresReplaces
    this.referredBy = asked.referredBy
  }

  accept(): void {
    if (this.#state !== 'pending') return
    // RFC 4488 4: whoever does not want to hear of it is not told.
    const silent = /^\s*false/i.test(this.#request.get('refer-sub') ?? '')
    this.#state = silent ? 'over' : 'reporting'
    answer(this.#response, 202, { Contact: this.#facts.contact, ...(silent && { 'Refer-Sub': 'false' }) })
    // RFC 3515 2.4.4: at once
    this.report(100, 'Trying')
  }

  reject(status: number, reason?: string): void {
    if (this.#state !== 'pending') return
    this.#state = 'over'
    answer(this.#response, status, {}, undefined, reason)
  }

  report(status: number, reason: string): void {
    if (this.#state !== 'reporting') return
    this.#next = { status, reason }
    if (status >= 200) this.#state = 'over'
    if (!this.#sending) this.#send()
  }

  #send(): void {
    const next = this.#next
    this.#next = undefined
    this.#sending = next !== undefined
    if (next === undefined) return
    const cseq = Number.parseInt(this.#request.get('cseq') ?? '', 10)
    const headers: Headers = {
      Contact: this.#facts.contact,
      Event: this.#facts.first ? 'refer' : `refer;id=${cseq}`,
      'Subscription-State': next.status >= 200 ? 'terminated;reason=noresource' : `active;expires=${expiresSeconds}`,
      'Content-Type': sipfragType,
    }
    const stop = () => {
      this.#state = 'over'
      this.#next = undefined
      this.#sending = false
    }
    this.#facts.send('NOTIFY', headers, formatSipfrag(next.status, next.reason), {
      // RFC 6665 4.2.2: a 481 ends the subscription; so does a dialog that is over.
      onFinal: (response) => (response.status === 481 ? stop() : this.#send()),
      onFailed: (reason) => {
        this.#core.log.debug('a report of a transfer was not sent', { reason })
        stop()
      },
    })
  }
}

/** The REFERs the peer sends in one dialog; `tell` undefined: there is nobody to ask. */
export function receiveRefer(
  core: Core,
  request: Request,
  response: Response,
  facts: ReceivedReferFacts,
  tell: ((refer: IncomingRefer) => void) | undefined,
): void {
  const asked = askedBy(request)
  if ('status' in asked) return answer(response, asked.status, {}, undefined, asked.reason)
  if (!tell) return answer(response, 603)
  const refer = new ReceivedRefer(core, request, response, asked, facts)
  core.wrap.callback(
    'onRefer',
    () => tell(refer),
    () => refer.reject(500),
  )()
}
