import { refreshesTarget, refreshTarget } from '../dialog/dialog.ts'
import { routeAlong } from '../dialog/route-set.ts'
import { formatCSeq, parseCSeq } from '../message/cseq.ts'
import { isToken } from '../message/grammar.ts'
import type { Header, SipRequest } from '../message/message.ts'
import { parseNameAddr, tagOf } from '../message/name-addr.ts'
import { parseUri, schemeOf } from '../message/uri.ts'
import { transactionTimeout } from '../transaction/timer-values.ts'
import type { Endpoint, OutgoingRequest, SendResult } from '../transaction-user.ts'
import type { ClientOwner, ClientTransaction, Failure } from './client-transactions.ts'
import type { DialogEntry } from './dialogs.ts'
import type { EngineError } from './engine-error.ts'
import type { InboundResponse } from './inbound.ts'
import type { Path } from './network.ts'
import type { Locate } from './options.ts'
import { contactFor, givenHeaders, has, userPart } from './outgoing.ts'
import { generatedResponse } from './responses.ts'
import { UacInvite, type UacContext } from './uac-invite.ts'

interface UacOptions {
  readonly locate: Locate
  readonly userAgent: string
  readonly allow: readonly string[]
  readonly supported: readonly string[]
}

type Done = (result: SendResult<SipRequest>) => void

const noDialog = 'unable to find dialog for dialog id provided'

/** The user's requests (RFC 3261 8.1, 12.2.1). All of it runs in the loop. */
export class Uac {
  readonly #context: UacContext
  readonly #options: UacOptions
  readonly #invites = new Map<string, UacInvite>()
  #locating = 0

  constructor(context: UacContext, options: UacOptions) {
    this.#context = context
    this.#options = options
  }

  send(request: OutgoingRequest, done: Done): void {
    const { clients, limits, user, run, ids } = this.#context
    const refused = faultOf(request)
    if (refused !== undefined) return user.failed(done, refused)
    if (clients.size + this.#locating >= limits.clientTransactions) return user.failed(done, 'too many transactions')
    const given = givenHeaders(request.headers)
    // RFC 3261 8.1.2: a pre-loaded route set is followed as that of a dialog
    const routing = routeAlong(given.route, request.uri)
    const build = this.#composer({ ...request, uri: routing.requestUri }, routing.routes)
    this.#locating++
    const located = (targets: readonly Endpoint[]) => {
      const id = ids.transaction()
      const owner = this.#owner(request.method, id, undefined, done)
      clients.start({ id, owner, targets, build, watch: true, sentBy: request.sentBy })
    }
    const lost = (error: unknown) => user.failed(done, error instanceof Error ? error.message : String(error))
    const settle = (then: () => void) =>
      run(() => {
        this.#locating--
        then()
      })
    this.#options.locate(request.nextHop ?? routing.nextHop).then(
      (targets) => settle(() => located(targets)),
      (error: unknown) => settle(() => lost(error)),
    )
  }

  sendInDialog(dialogId: string, request: OutgoingRequest, done: Done): void {
    const { clients, dialogs, inDialog, limits, user, ids } = this.#context
    const entry = dialogs.byId(dialogId)
    if (!entry || entry.ending) return user.failed(done, noDialog)
    const { method } = request
    if (method === 'ACK') {
      const accepted = [...entry.ownInvites].find(({ phase }) => phase === 'accepted')
      if (accepted) accepted.acknowledge(entry, request, done)
      else user.failed(done, 'no INVITE waits for an ACK')
      return
    }
    if (!isToken(method) || method === 'CANCEL') return user.failed(done, `invalid method: ${method}`)
    if (clients.size >= limits.clientTransactions) return user.failed(done, 'too many transactions')
    if (method === 'BYE') {
      // RFC 3261 15: the callee's BYE waits for the ACK, or until there will be none
      if (entry.answers.size > 0) {
        const send = () => this.sendInDialog(dialogId, request, done)
        entry.heldByes.push({ send, drop: () => user.failed(done, noDialog) })
        return
      }
      for (const invite of entry.ownInvites) invite.cancel([])
      entry.ending = true
    }
    const id = ids.transaction()
    inDialog.start(entry, request, id, this.#owner(method, id, entry, done))
  }

  cancel(transactionId: string, headers: readonly Header[], done: Done): void {
    const { user, ids } = this.#context
    const invite = this.#invites.get(transactionId)
    const cancel = invite?.cancel(headers)
    const path = invite?.path
    if (!cancel || !path) return user.failed(done, `unable to cancel unknown transaction id: ${transactionId}`)
    user.sent(done, cancel, { transactionId: ids.transaction(), dialogId: '', path })
  }

  #owner(method: string, id: string, entry: DialogEntry | undefined, done: Done): ClientOwner {
    if (method !== 'INVITE') return new UacRequest(this.#context, method, entry, done)
    const invite = new UacInvite(this.#context, entry, done, () => this.#invites.delete(id))
    this.#invites.set(id, invite)
    return invite
  }

  /** RFC 3261 8.1.1: what every request has. Chosen once, so that it is the same for each address tried. */
  #composer(request: OutgoingRequest, routes: readonly string[]): (path: Path) => SipRequest {
    const { ids } = this.#context
    const { userAgent, allow, supported } = this.#options
    const { method, uri, body } = request
    const { single, contact, other } = givenHeaders(request.headers)
    const tag = ids.tag()
    const callId = single.get('Call-ID') ?? ids.callId()
    const number = parseCSeq(single.get('CSeq') ?? '')?.number ?? 1 + ids.below(10_000)
    return ({ local }) => {
      const headers: Header[] = []
      const add = (name: string, value: string) => headers.push({ name, value })
      for (const route of routes) add('Route', route)
      add('Max-Forwards', single.get('Max-Forwards') ?? '70')
      const from = single.get('From') ?? contactFor(local, undefined)
      add('From', tagOf(from) === undefined ? `${asNameAddr(from)};tag=${tag}` : from)
      add('To', single.get('To') ?? `<${uri}>`)
      add('Call-ID', callId)
      add('CSeq', formatCSeq({ number, method }))
      for (const value of contact) add('Contact', value)
      if (contact.length === 0 && (method === 'INVITE' || method === 'SUBSCRIBE')) {
        add('Contact', contactFor(local, userPart(from)))
      }
      headers.push(...other)
      if (method === 'INVITE' || method === 'OPTIONS') {
        if (!has(other, 'Allow')) add('Allow', allow.join(', '))
        if (supported.length > 0 && !has(other, 'Supported')) add('Supported', supported.join(', '))
      }
      if (userAgent !== '' && !has(other, 'User-Agent')) add('User-Agent', userAgent)
      return { kind: 'request', method, uri, headers, body }
    }
  }
}

/** A request of the user's other than INVITE. */
class UacRequest implements ClientOwner {
  readonly #context: UacContext
  readonly #method: string
  readonly #entry: DialogEntry | undefined
  readonly #done: Done

  constructor(context: UacContext, method: string, entry: DialogEntry | undefined, done: Done) {
    this.#context = context
    this.#method = method
    this.#entry = entry
    this.#done = done
  }

  onStarted({ id, request, path }: ClientTransaction): void {
    this.#context.user.sent(this.#done, request, { transactionId: id, dialogId: this.#entry?.id ?? '', path })
  }

  onUnsendable(error: EngineError): void {
    this.#byeIsOver(true)
    this.#context.user.failed(this.#done, error.message)
  }

  onResponse({ id }: ClientTransaction, { message, path }: InboundResponse): void {
    const { status } = message
    if (status === 100) return
    const entry = this.#entry
    if (entry && status >= 200 && status < 300 && refreshesTarget(this.#method)) {
      entry.dialog = refreshTarget(entry.dialog, message)
    }
    // A challenged BYE is asked again with credentials; every other answer ends the dialog (RFC 3261 15.1.1)
    if (status >= 200) this.#byeIsOver(status !== 401 && status !== 407)
    this.#context.user.response(message, { transactionId: id, dialogId: entry?.id ?? '', path })
  }

  onFailed({ id, request, path }: ClientTransaction, { reason, detail }: Failure): void {
    const { ids, user } = this.#context
    this.#byeIsOver(true)
    const response = generatedResponse(request, reason === 'timeout' ? 408 : 503, ids.tag(), detail)
    user.response(response, { transactionId: id, dialogId: this.#entry?.id ?? '', path }, true)
  }

  onTerminated(): void {}

  #byeIsOver(forGood: boolean): void {
    const entry = this.#entry
    if (this.#method !== 'BYE' || !entry) return
    const { dialogs, timers, values } = this.#context
    if (forGood) return dialogs.remove(entry)
    entry.ending = false
    // Where nobody has credentials for it, it is over all the same.
    timers.set(transactionTimeout(values), () => {
      if (!entry.ending) dialogs.remove(entry)
    })
  }
}

function faultOf({ method, uri, nextHop }: OutgoingRequest): string | undefined {
  if (!isToken(method) || method === 'ACK' || method === 'CANCEL') return `invalid method: ${method}`
  // A tel: URI goes wherever the next hop says (RFC 3261 19.1.6)
  const usable = parseUri(uri) !== null || (nextHop !== undefined && schemeOf(uri) === 'tel')
  return usable ? undefined : `invalid request-uri: ${uri}`
}

/** RFC 3261 20: in a URI that stands alone, `;tag` would be a parameter of the header only by luck. */
function asNameAddr(value: string): string {
  const address = parseNameAddr(value)
  return address && !value.includes('<') && address.params.length === 0 ? `<${address.uri}>` : value
}
