import type { Headers, Request, RequestOptions, Response } from 'drachtio-srf'
import type { AuthorisationFailure } from '../phone/ports.ts'
import { randomToken, type Core } from './core.ts'
import { anticipate, authorise, firstAttempt, withNextNonce } from './digest/authorise.ts'
import { parseAuthParams, parseChallenges } from './digest/challenge.ts'
import type { Asker } from './digest/space.ts'
import type { AccountLine } from './line.ts'
import { transact, type TransactDelegate } from './transact.ts'

/** `other`: a request outside dialogs, sent along the account's route. */
type Purpose = 'register' | 'other' | 'dialog'

/**
 * Who answers the challenges to one request and to its repetitions. The rule of this room: credentials leave only for
 * a request that went to one of the account's own servers, and in a dialog only for a realm that has challenged the
 * account outside of one. Somebody who calls directly and challenges our BYE gets nothing.
 */
export class Authorisation {
  /** Of the last challenge that stayed without an answer. */
  failure: AuthorisationFailure | undefined
  readonly #core: Core
  readonly #line: AccountLine | undefined
  readonly #purpose: Purpose
  #attempt = firstAttempt

  /** Without a line nothing is ever answered. */
  constructor(core: Core, line: AccountLine | undefined, purpose: Purpose) {
    this.#core = core
    this.#line = line
    this.#purpose = purpose
  }

  /** Credentials that go along before anybody asks: the registrar's last nonce is good for more than one request. */
  anticipated(method: string, uri: string): Headers {
    const line = this.#line
    const credentials = line?.options.credentials
    if (!line || !credentials || this.#purpose !== 'register') return {}
    const { memory, headers } = anticipate(line.memories.register, { method, uri, body: '' }, credentials)
    line.memories = { ...line.memories, register: memory }
    return headers
  }

  sent(request: Request): void {
    if (this.#purpose !== 'dialog') this.#line?.remember(request)
  }

  /** What a challenged request is to be repeated with; undefined if it is not. */
  retry(request: Request, response: Response, body: string): Headers | undefined {
    const line = this.#line
    const asker = askerOf(response.status)
    if (asker === undefined) {
      if (line && this.#purpose === 'register') this.#learn(line, response)
      return undefined
    }
    if (line === undefined) return this.#refuse('foreign')
    if (line.options.credentials === undefined) return this.#refuse('no-credentials')
    const inDialog = this.#purpose === 'dialog'
    if (inDialog && !line.passes(request)) return this.#refuse('foreign')
    const kind = this.#purpose === 'register' ? 'register' : 'other'
    const field = asker === 'user' ? 'www-authenticate' : 'proxy-authenticate'
    const challenged = {
      method: request.method,
      uri: request.uri,
      body,
      asker,
      challenges: parseChallenges(response.get(field) ?? ''),
      realms: this.#realmsFor(line, asker),
    }
    const cnonce = randomToken(this.#core, 16)
    const verdict = authorise(line.memories[kind], this.#attempt, challenged, line.options.credentials, cnonce)
    if (verdict.kind === 'give-up') return this.#refuse(verdict.why === 'foreign-realm' ? 'foreign' : verdict.why)
    this.#attempt = verdict.attempt
    line.memories = { ...line.memories, [kind]: verdict.memory }
    return verdict.headers
  }

  /**
   * NOTE: a server cannot be told from a callee that it leads us to. But servers that take calls challenge with the
   * realm that they registered us with, or as proxies (407): a 401 of another realm comes from the callee.
   */
  #realmsFor(line: AccountLine, asker: Asker): ReadonlySet<string> | undefined {
    if (this.#purpose === 'dialog') return line.realms
    const registered = line.registrarRealms
    return this.#purpose === 'other' && asker === 'user' && registered.size > 0 ? registered : undefined
  }

  #refuse(why: AuthorisationFailure): undefined {
    this.failure = why
    if (why === 'foreign') {
      this.#core.log.info('a challenge was not answered: it did not come from a server of the account')
    }
    return undefined
  }

  #learn(line: AccountLine, response: Response): void {
    for (const [asker, name] of infoHeaders) {
      const next = parseAuthParams(response.get(name) ?? '').get('nextnonce')
      if (next === undefined) continue
      const memory = withNextNonce(line.memories.register, asker, next, randomToken(this.#core, 16))
      line.memories = { ...line.memories, register: memory }
    }
  }
}

/** RFC 7616 3.5 and 3.8 */
const infoHeaders: readonly (readonly [Asker, string])[] = [
  ['user', 'authentication-info'],
  ['proxy', 'proxy-authentication-info'],
]

function askerOf(status: number): Asker | undefined {
  return status === 401 ? 'user' : status === 407 ? 'proxy' : undefined
}

/** Like `transact`; a challenge that may be answered is answered, and `onFinal` hears of the outcome. */
export function transactAuthorised(
  core: Core,
  authorisation: Authorisation,
  uri: string,
  options: RequestOptions,
  delegate: TransactDelegate,
): void {
  let sent: Request | undefined
  transact(core, uri, options, {
    ...delegate,
    onSent: (request) => {
      sent = request
      authorisation.sent(request)
      delegate.onSent?.(request)
    },
    onFinal: (response, ack) => {
      const credentials = sent && authorisation.retry(sent, response, options.body ?? '')
      if (!sent || !credentials) return delegate.onFinal(response, ack)
      const identity = options.stackDialogId === undefined ? nextInTransaction(sent) : {}
      const headers = { ...options.headers, ...identity, ...credentials }
      transactAuthorised(core, authorisation, uri, { ...options, headers }, delegate)
    },
  })
}

/** RFC 3261 22.2: the same Call-ID, From and To, and the next CSeq. In a dialog the engine sees to it. */
export function nextInTransaction(sent: Request): Headers {
  const number = Number(/^\s*(\d{1,10})/.exec(sent.get('cseq') ?? '')?.[1] ?? 0)
  return {
    'Call-ID': sent.get('call-id') ?? '',
    From: sent.get('from') ?? '',
    CSeq: `${number + 1} ${sent.method}`,
  }
}
