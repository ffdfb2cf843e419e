import type { SipResponse } from '../message/message.ts'
import { withoutParam } from '../message/params.ts'
import { serializeMessage } from '../message/serialize.ts'
import { responseTarget } from '../message/via.ts'
import {
  inviteServer,
  stepInviteServer,
  type InviteServer,
  type InviteServerInput,
  type InviteServerTimer,
} from '../transaction/invite-server.ts'
import {
  nonInviteServer,
  stepNonInviteServer,
  type NonInviteServer,
  type NonInviteServerInput,
  type NonInviteServerTimer,
} from '../transaction/non-invite-server.ts'
import { transactionTimeout, type TimerValues } from '../transaction/timer-values.ts'
import type { Identifiers } from './identifiers.ts'
import { mergeKey, serverKey, type InboundRequest } from './inbound.ts'
import { isReliable, type Network, type Path } from './network.ts'
import type { Timer, TimerQueue } from './timer-queue.ts'

/** Whoever answers the request. Everything is called in the loop. */
export interface ServerOwner {
  /** An ACK for a 2xx that came with the branch of its INVITE. */
  onAck(ack: InboundRequest): void
  /** Nothing more can be sent. */
  onTerminated(): void
}

export interface ServerTransaction {
  readonly id: string
  readonly method: string
  /** Where its responses go. */
  readonly path: Path
  /** Of our To (RFC 3261 8.2.6.2); the same in all responses but 100. */
  localTag: string
  /** A final response went out. */
  readonly answered: boolean
  /** Let go once a final response is out, as it is not needed any more. */
  readonly request: InboundRequest | undefined
  owner: ServerOwner | undefined
}

interface Live extends ServerTransaction {
  path: Path
  readonly key: string
  readonly mergeKey: string | undefined
  readonly timers: Map<TimerName, Timer>
  answered: boolean
  request: InboundRequest | undefined
  invite: InviteServer<Uint8Array> | undefined
  other: NonInviteServer<Uint8Array> | undefined
}

/** `unanswered`: nobody has answered the request for so long that its sender has given up. */
type TimerName = InviteServerTimer | NonInviteServerTimer | 'unanswered'

interface ServerContext {
  readonly network: Network
  readonly timers: TimerQueue
  readonly ids: Identifiers
  readonly values: TimerValues
  readonly run: (task: () => void) => void
}

/** The server transactions: matching, machines, timers (RFC 3261 17.2). */
export class ServerTransactions {
  readonly #context: ServerContext
  readonly #table = new Map<string, Live>()
  readonly #byId = new Map<string, Live>()
  /** RFC 3261 8.2.2.2 */
  readonly #merges = new Map<string, string>()

  constructor(context: ServerContext) {
    this.#context = context
  }

  get size(): number {
    return this.#table.size
  }

  find(key: string): ServerTransaction | undefined {
    return this.#table.get(key)
  }

  byId(id: string): ServerTransaction | undefined {
    return this.#byId.get(id)
  }

  /** RFC 3261 8.2.2.2: the same request has come before, by another way. */
  isMerged(request: InboundRequest): boolean {
    return this.#merges.has(mergeKey(request))
  }

  add(request: InboundRequest): ServerTransaction {
    const { method } = request.message
    const path = responsePath(request)
    const isInvite = method === 'INVITE'
    const tx: Live = {
      id: this.#context.ids.transaction(),
      method,
      path,
      localTag: request.toTag,
      answered: false,
      request,
      owner: undefined,
      key: serverKey(request),
      mergeKey: request.toTag === '' ? mergeKey(request) : undefined,
      timers: new Map(),
      invite: isInvite ? inviteServer(isReliable(path), this.#context.values) : undefined,
      other: isInvite ? undefined : nonInviteServer(isReliable(path)),
    }
    this.#table.set(tx.key, tx)
    this.#byId.set(tx.id, tx)
    if (tx.mergeKey !== undefined) this.#merges.set(tx.mergeKey, tx.key)
    // Whoever asked has given up by then (timer F); of an INVITE its owner takes care
    if (!isInvite) this.#set(tx, 'unanswered', transactionTimeout(this.#context.values))
    return tx
  }

  /** The bytes; undefined if a final response has gone out already. */
  respond({ id }: ServerTransaction, response: SipResponse): Uint8Array | undefined {
    const tx = this.#byId.get(id)
    if (!tx || tx.answered) return undefined
    let message: Uint8Array = serializeMessage(response)
    if (response.status >= 200) {
      // Kept for half a minute: on its own, so that it does not hold the whole pool its buffer was cut from
      message = new Uint8Array(message)
      tx.answered = true
      tx.request = undefined
      this.#clear(tx, 'unanswered')
    }
    this.#step(tx, { kind: 'respond', status: response.status, message })
    return message
  }

  retransmission({ id }: ServerTransaction, request: InboundRequest): void {
    const tx = this.#byId.get(id)
    // Over a stream that means that its connection broke: answers go over the one it uses now (RFC 3261 18.2.2)
    if (tx && isReliable(request.path)) tx.path = responsePath(request)
    if (tx) this.#step(tx, { kind: 'retransmission' })
  }

  acknowledged({ id }: ServerTransaction, ack: InboundRequest): void {
    const tx = this.#byId.get(id)
    if (tx?.invite) this.#step(tx, { kind: 'ack' }, ack)
  }

  close(): void {
    this.#table.clear()
    this.#byId.clear()
    this.#merges.clear()
  }

  #step(
    tx: Live,
    input:
      | (InviteServerInput<Uint8Array> & NonInviteServerInput<Uint8Array>)
      | { kind: 'ack' }
      | { kind: 'timer'; timer: string },
    ack?: InboundRequest,
  ): void {
    const { network, values } = this.#context
    network.note('server-transaction', tx.key, input)
    const outputs = []
    if (tx.invite) {
      const [next, found] = stepInviteServer(tx.invite, input as InviteServerInput<Uint8Array>, values)
      tx.invite = next
      outputs.push(...found)
    } else if (tx.other) {
      const [next, found] = stepNonInviteServer(tx.other, input as NonInviteServerInput<Uint8Array>, values)
      tx.other = next
      outputs.push(...found)
    }
    for (const output of outputs) {
      switch (output.kind) {
        case 'transmit':
          // NOTE: a response that could not be sent is no reason to end the transaction (RFC 3261 17.2.4 has it so): the
          // request comes again, and the way may have been mended by then
          network.send(tx.path, output.message, output.again)
          break
        case 'set-timer':
          this.#set(tx, output.timer, output.ms)
          break
        case 'clear-timer':
          this.#clear(tx, output.timer)
          break
        case 'pass-ack':
          if (ack) tx.owner?.onAck(ack)
          break
        case 'failed':
          break
      }
    }
    if ((tx.invite ?? tx.other)?.state === 'terminated') this.#remove(tx)
  }

  #remove(tx: Live): void {
    if (this.#byId.get(tx.id) !== tx) return
    for (const name of tx.timers.keys()) this.#clear(tx, name)
    this.#byId.delete(tx.id)
    this.#table.delete(tx.key)
    if (tx.mergeKey !== undefined && this.#merges.get(tx.mergeKey) === tx.key) this.#merges.delete(tx.mergeKey)
    tx.owner?.onTerminated()
  }

  /** One closure a timer, as thousands of them wait for half a minute. */
  #set(tx: Live, name: TimerName, ms: number): void {
    this.#clear(tx, name)
    tx.timers.set(
      name,
      this.#context.timers.set(ms, () => this.#context.run(() => this.#fired(tx, name))),
    )
  }

  #fired(tx: Live, name: TimerName): void {
    tx.timers.delete(name)
    if (name === 'unanswered') this.#remove(tx)
    else this.#step(tx, { kind: 'timer', timer: name })
  }

  #clear(tx: Live, name: TimerName): void {
    const timer = tx.timers.get(name)
    if (!timer) return
    this.#context.timers.cancel(timer)
    tx.timers.delete(name)
  }
}

/**
 * Where responses go (RFC 3261 18.2.2, RFC 3581 4). NOTE: a maddr in Via is not followed: nobody uses it, and it would
 * let a stranger point our answers at a third party.
 */
export function responsePath({ via, path }: InboundRequest): Path {
  if (isReliable(path)) {
    const { transport, address } = path.remote
    return { ...path, backup: { transport, address, port: via.port || (transport === 'tls' ? 5061 : 5060) } }
  }
  const { port } = responseTarget({ ...via, params: withoutParam(via.params, 'maddr') })
  return port === path.remote.port ? path : { ...path, remote: { ...path.remote, port } }
}
