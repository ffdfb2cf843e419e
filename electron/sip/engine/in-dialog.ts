import { nextRequest, refreshesTarget, routingOf } from '../dialog/dialog.ts'
import type { Routing } from '../dialog/route-set.ts'
import { formatCSeq, parseCSeq } from '../message/cseq.ts'
import type { Header, SipRequest } from '../message/message.ts'
import { serializeMessage } from '../message/serialize.ts'
import type { OutgoingRequest } from '../transaction-user.ts'
import type { ClientOwner, ClientTransactions } from './client-transactions.ts'
import type { DialogEntry, Dialogs } from './dialogs.ts'
import { EngineError } from './engine-error.ts'
import type { Identifiers } from './identifiers.ts'
import { valueOf } from './inbound.ts'
import { isReliable, type Network, type Path, type Target } from './network.ts'
import type { Locate } from './options.ts'
import { givenHeaders, has, reachedAt } from './outgoing.ts'
import { credentialsOf, withVia } from './own-requests.ts'
import type { UserPort } from './user-port.ts'

interface InDialogContext {
  readonly clients: ClientTransactions
  readonly dialogs: Dialogs
  readonly network: Network
  readonly ids: Identifiers
  readonly user: UserPort
  readonly locate: Locate
  readonly userAgent: string
  readonly allow: readonly string[]
  readonly supported: readonly string[]
  readonly run: (task: () => void) => void
}

/** An ACK on its way, kept for when the 2xx comes again (RFC 3261 13.2.2.4). */
export interface SentAck {
  readonly message: SipRequest
  readonly bytes: Uint8Array
  readonly path: Path
}

const empty = new Uint8Array(0)
/** RFC 3261 table 3, RFC 3311, RFC 3515, RFC 6665: the requests that carry our Contact. */
const carriesContact = new Set(['INVITE', 'UPDATE', 'REFER', 'SUBSCRIBE', 'NOTIFY'])

/** Requests inside dialogs (RFC 3261 12.2.1). */
export class InDialog {
  readonly #context: InDialogContext

  constructor(context: InDialogContext) {
    this.#context = context
  }

  /** Any request but ACK, with the dialog's next CSeq. */
  start(entry: DialogEntry, request: OutgoingRequest, id: string, owner: ClientOwner): void {
    const given = givenHeaders(request.headers)
    const [dialog, number] = nextRequest(entry.dialog, parseCSeq(given.single.get('CSeq') ?? '')?.number)
    const [contact = dialog.contact] = refreshesTarget(request.method) ? given.contact : []
    entry.dialog = { ...dialog, contact }
    const routing = routingOf(dialog)
    const message = this.#compose(entry, routing, request, number)
    this.#locate(entry, routing.nextHop, (targets) => {
      const sentBy = reachedAt(entry.dialog.contact, entry.path.local)
      this.#context.clients.start({ id, owner, targets, watch: false, build: () => message, sentBy })
    })
  }

  /**
   * The ACK of a 2xx to `invite`. `then` runs in the loop. NOTE: RFC 3261 22.1 has it repeat the credentials wherever
   * it goes; they go to nobody but to whom the INVITE went with them.
   */
  acknowledge(
    entry: DialogEntry,
    invite: { readonly request: SipRequest; readonly path: Path },
    ack: OutgoingRequest,
    then: (sent: SentAck | EngineError) => void,
  ): void {
    const { network, ids } = this.#context
    const number = parseCSeq(valueOf(invite.request.headers, 'CSeq') ?? '')?.number ?? 0
    const routing = routingOf(entry.dialog)
    const sentBy = reachedAt(entry.dialog.contact, entry.path.local)
    const along = (path: Path) => {
      const credentials = isSameEnd(path, invite.path) ? credentialsOf(invite.request) : []
      const request = this.#compose(entry, routing, { ...ack, method: 'ACK' }, number, credentials)
      return withVia(request, path, ids.branch(), sentBy)
    }
    this.#locate(entry, routing.nextHop, ([target = entry.path, ...others]) => {
      const attempt = (path: Path | EngineError): void => {
        const next = others.shift()
        if (path instanceof EngineError) return next ? network.pathTo(next, attempt) : then(path)
        const message = along(path)
        const bytes = serializeMessage(message)
        network.send(path, bytes, false, () => next && network.pathTo(next, again))
        then({ message, bytes, path })
      }
      // Told already; that it had to go another way shows in the trace
      const again = (path: Path | EngineError): void => {
        if (path instanceof EngineError) return
        network.send(path, serializeMessage(along(path)), true)
      }
      network.pathTo(target, attempt)
    })
  }

  /** Ends a dialog of ours without being asked; `tell`: the user knows of it and has to hear. */
  end(entry: DialogEntry, why: string, tell: boolean): void {
    const { dialogs, ids, user } = this.#context
    if (entry.ending || !dialogs.has(entry)) return
    entry.ending = true
    const headers: Header[] = [{ name: 'Reason', value: `SIP ;cause=200 ;text="${why}"` }]
    const remove = () => dialogs.remove(entry)
    const bye = { method: 'BYE', uri: '', headers, body: empty }
    this.start(entry, bye, ids.transaction(), {
      onStarted: (tx) => {
        if (tell) user.dialogEnded(entry.id, tx.request, tx.path)
      },
      onUnsendable: () => {
        remove()
        const message = this.#compose(entry, routingOf(entry.dialog), bye, entry.dialog.localSequence)
        if (tell) user.dialogEnded(entry.id, message, entry.path)
      },
      onResponse: (_, { message }) => {
        if (message.status >= 200) remove()
      },
      onFailed: remove,
      onTerminated: remove,
    })
  }

  #compose(
    entry: DialogEntry,
    routing: Routing,
    request: OutgoingRequest,
    number: number,
    extra: readonly Header[] = [],
  ): SipRequest {
    const { dialog } = entry
    const { method, body } = request
    const { contact, other } = givenHeaders(request.headers)
    const { userAgent, allow, supported } = this.#context
    const headers: Header[] = [{ name: 'Max-Forwards', value: '70' }]
    const add = (name: string, value: string) => headers.push({ name, value })
    for (const route of routing.routes) add('Route', route)
    add('From', dialog.local)
    add('To', dialog.remote)
    add('Call-ID', dialog.callId)
    add('CSeq', formatCSeq({ number, method }))
    if (carriesContact.has(method)) add('Contact', contact[0] ?? dialog.contact)
    headers.push(...extra.filter(({ name }) => !has(other, name)), ...other)
    if (method === 'INVITE' || method === 'UPDATE') {
      if (!has(other, 'Allow')) add('Allow', allow.join(', '))
      if (supported.length > 0 && !has(other, 'Supported')) add('Supported', supported.join(', '))
    }
    if (userAgent !== '' && !has(other, 'User-Agent')) add('User-Agent', userAgent)
    return { kind: 'request', method, uri: routing.requestUri, headers, body }
  }

  #locate(entry: DialogEntry, uri: string, then: (targets: readonly Target[]) => void): void {
    const located = (targets: readonly Target[]) => then(withFlow(entry, targets))
    if (entry.located?.uri === uri) return located(entry.located.targets)
    const { locate, run } = this.#context
    locate(uri).then(
      (targets) =>
        run(() => {
          entry.located = { uri, targets }
          located(targets)
        }),
      // NOTE: a Contact that leads nowhere (a host name only the peer knows) need not end the call: the peer's own
      // messages show the way
      () => run(() => located(isReliable(entry.path) ? [] : [entry.path.remote])),
    )
  }
}

function isSameEnd({ remote: one }: Path, { remote: other }: Path): boolean {
  return one.address === other.address && one.port === other.port
}

/**
 * NOTE: RFC 3261 would have a new connection made to the remote target. Most that call over TCP listen nowhere, or
 * behind a NAT: if the peer itself is at the other end of the dialog's connection, that comes first; else it is the
 * last resort.
 */
function withFlow({ path, direct }: DialogEntry, targets: readonly Target[]): readonly Target[] {
  if (!isReliable(path)) return targets
  const flow = { ...path, onFlow: true }
  return direct ? [flow, ...targets] : [...targets, flow]
}
