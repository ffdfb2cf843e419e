import type { SipRequest } from '../message/message.ts'
import { serializeMessage } from '../message/serialize.ts'
import type { TimerValues } from '../transaction/timer-values.ts'
import type { Endpoint, SocketAddress } from '../transaction-user.ts'
import type { PortWatch } from '../transport/transport.ts'
import { FailedTargets } from './failed-targets.ts'
import { clientMachine, type ClientInput, type ClientMachine, type ClientOutput } from './client-machine.ts'
import { EngineError } from './engine-error.ts'
import type { Identifiers } from './identifiers.ts'
import type { InboundResponse } from './inbound.ts'
import { describe, isReliable, type Network, type Path, type Target } from './network.ts'
import { ackOfRejection, withVia } from './own-requests.ts'
import type { Timer, TimerQueue } from './timer-queue.ts'
import { Trial } from './trial.ts'

/** Why there was no answer. */
export interface Failure {
  readonly reason: 'timeout' | 'transport'
  /** For people. */
  readonly detail: string
}

/** Whoever wanted the request sent. Everything is called in the loop. */
export interface ClientOwner {
  /** The request is about to go out for the first time. */
  onStarted(tx: ClientTransaction): void
  /** Nothing went out, and no transaction exists. */
  onUnsendable(error: EngineError): void
  /** All that the machine passes up, 100 and repeated 2xx included. */
  onResponse(tx: ClientTransaction, response: InboundResponse): void
  /** Instead of a final response. */
  onFailed(tx: ClientTransaction, failure: Failure): void
  onTerminated(tx: ClientTransaction): void
  /** Whether another address is still worth a try; yes if it does not say. */
  isWanted?(): boolean
}

/** For what nobody waits for the answer of. */
export const deaf: ClientOwner = {
  onStarted() {},
  onUnsendable() {},
  onResponse() {},
  onFailed() {},
  onTerminated() {},
}

interface ClientStart {
  readonly id: string
  readonly owner: ClientOwner
  /** What Via says instead of our own address. */
  readonly sentBy?: SocketAddress | undefined
  /** The request for this way, without Via. */
  readonly build: (path: Path) => SipRequest
  /** To be tried in order (RFC 3263 4.3). */
  readonly targets: readonly Target[]
  /** Find out whether the port is closed. */
  readonly watch: boolean
}

export interface ClientTransaction {
  readonly id: string
  readonly branch: string
  /** As sent, Via on top. */
  readonly request: SipRequest
  readonly path: Path
}

/** What changes when the next address is tried. */
interface Attempt {
  branch: string
  request: SipRequest
  path: Path
  bytes: Uint8Array
  machine: ClientMachine
  sent: boolean
  acknowledged: boolean
}

interface Live extends Attempt {
  readonly id: string
  readonly owner: ClientOwner
  readonly timers: Map<string, Timer>
  watch: PortWatch | undefined
  /** Of the last response, to know a repeated one. */
  last: string
  /** Until a response has come: how it was started, and where else it may go. */
  start: ClientStart | undefined
  trial: Trial | undefined
}

interface ClientContext {
  readonly network: Network
  readonly timers: TimerQueue
  readonly ids: Identifiers
  readonly values: TimerValues
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** Runs a task in the loop. */
  readonly run: (task: () => void) => void
}

/** The client transactions: machines, timers, and the next address when one fails (RFC 3261 17.1, 8.1.3.1). */
export class ClientTransactions {
  readonly #context: ClientContext
  /** By branch and method of CSeq (RFC 3261 17.1.3). */
  readonly #table = new Map<string, Live>()
  readonly #failures: FailedTargets

  constructor(context: ClientContext) {
    this.#context = context
    this.#failures = new FailedTargets(context.now)
  }

  get size(): number {
    return this.#table.size
  }

  start(start: ClientStart): void {
    this.#try(start, new Trial(start.targets, this.#failures, this.#context.network), undefined)
  }

  /** Along the path of another transaction and with its Via: a CANCEL (RFC 3261 9.1). */
  startBeside(other: ClientTransaction, id: string, request: SipRequest, owner: ClientOwner): void {
    const attempt = this.#attempt(request, other.branch, other.path)
    const tx = this.#add(id, owner, attempt)
    owner.onStarted(tx)
    this.#step(tx, { kind: 'start' })
  }

  /** Whether the response belongs to a transaction; `announce` hears first, and whether it is a repeated one. */
  receive(response: InboundResponse, announce: (repeated: boolean) => void): boolean {
    const tx = this.#table.get(keyOf(response.branch, response.cseq.method))
    if (!tx) return false
    const last = `${response.message.status} ${response.toTag}`
    announce(tx.last === last)
    tx.last = last
    this.#step(tx, { kind: 'response', status: response.message.status, message: response })
    return true
  }

  /** The connection to `remote` is gone: what waits there for its first response would wait in vain. */
  flowClosed(remote: Endpoint): void {
    const waiting: Live[] = []
    for (const tx of this.#table.values()) {
      const { transport, address, port } = tx.path.remote
      if (!tx.trial || !tx.sent || tx.last !== '' || transport !== remote.transport) continue
      if (address === remote.address && port === remote.port) waiting.push(tx)
    }
    for (const tx of waiting) {
      if (!tx.path.onFlow) tx.trial?.again()
      this.#broken(tx, tx.branch, `${describe(remote)}: the connection broke`)
    }
  }

  /** Forgets one from which nothing is expected any more. */
  abandon({ branch, request }: ClientTransaction): void {
    const tx = this.#table.get(keyOf(branch, request.method))
    if (tx) this.#end(tx)
  }

  close(): void {
    for (const tx of this.#table.values()) tx.watch?.cancel()
    this.#table.clear()
  }

  /** `giveUp` tells the owner what came of the address before, for when no other leads anywhere either. */
  #try(start: ClientStart, trial: Trial, previous: Live | undefined, giveUp?: (detail: string) => void): void {
    const candidate = trial.next()
    if (!candidate) {
      const error = new EngineError('unresolvable', 'no address to send to')
      return giveUp ? giveUp(error.message) : start.owner.onUnsendable(error)
    }
    this.#context.network.pathTo(candidate.to, (path) => {
      // An answer came from the address before, while this one was looked at
      if (previous && !previous.trial) return
      if (path instanceof EngineError) {
        trial.failed()
        if (trial.hasMore) this.#try(start, trial, previous, giveUp)
        else if (giveUp) giveUp(path.message)
        else start.owner.onUnsendable(path)
        return
      }
      // RFC 3263 4.3: a new transaction, with a branch of its own, of which the user need not know. The same server may
      // have got it, and is to know it again
      const branch = previous && candidate.why === 'again' ? previous.branch : this.#context.ids.branch()
      const attempt = this.#attempt(withVia(start.build(path), path, branch, start.sentBy), branch, path)
      if (trial.tooLarge(attempt.bytes.byteLength)) return this.#try(start, trial, previous, giveUp)
      const tx = previous ? this.#replace(previous, attempt) : this.#add(start.id, start.owner, attempt)
      tx.start = start
      tx.trial = trial
      if (!previous) start.owner.onStarted(tx)
      this.#step(tx, { kind: 'start' })
      if (start.watch && this.#isAlive(tx)) this.#watch(tx)
    })
  }

  #attempt(request: SipRequest, branch: string, path: Path): Attempt {
    const machine = clientMachine(request.method, isReliable(path), this.#context.values)
    return { branch, request, path, bytes: serializeMessage(request), machine, sent: false, acknowledged: false }
  }

  #add(id: string, owner: ClientOwner, attempt: Attempt): Live {
    const timers = new Map()
    const tx: Live = { id, owner, timers, watch: undefined, last: '', start: undefined, trial: undefined, ...attempt }
    this.#table.set(keyOf(tx.branch, tx.request.method), tx)
    return tx
  }

  #replace(tx: Live, attempt: Attempt): Live {
    if (this.#isAlive(tx)) this.#table.delete(keyOf(tx.branch, tx.request.method))
    Object.assign(tx, attempt, { last: '' })
    this.#table.set(keyOf(tx.branch, tx.request.method), tx)
    return tx
  }

  #isAlive(tx: Live): boolean {
    return this.#table.get(keyOf(tx.branch, tx.request.method)) === tx
  }

  #watch(tx: Live): void {
    const { branch, path } = tx
    const watch = this.#context.network.watch(path.remote)
    if (!watch) return
    tx.watch = watch
    void watch.verdict.then((verdict) => {
      if (verdict === 'unknown') return
      const what = verdict === 'closed' ? 'nobody listens there' : 'no way to that host'
      this.#context.run(() => this.#broken(tx, branch, `${describe(path.remote)}: ${what}`))
    })
  }

  #step(tx: Live, input: ClientInput, detail?: string): void {
    this.#context.network.note('client-transaction', tx.branch, input)
    const outputs = tx.machine.step(input)
    if (this.#movesOn(tx, input, outputs, detail)) return
    for (const output of outputs) this.#do(tx, output, detail)
    if (tx.machine.state === 'terminated' && this.#isAlive(tx)) this.#end(tx)
  }

  /** RFC 3263 4.3: silence and 503 are failures of that server, and the next one is asked. */
  #movesOn(tx: Live, input: ClientInput, outputs: readonly ClientOutput[], detail: string | undefined): boolean {
    const { start, trial, owner } = tx
    const refused = input.kind === 'response' && input.status === 503
    if (!start || !trial || !(refused || outputs.some(({ kind }) => kind === 'failed'))) return false
    trial.failed()
    if (!trial.hasMore || owner.isWanted?.() === false) return false
    // What is left of the old transaction still has to acknowledge a repeated 503
    const rest: Live = { ...tx, owner: deaf, start: undefined, trial: undefined, watch: undefined }
    this.#table.set(keyOf(tx.branch, tx.request.method), rest)
    tx.watch?.cancel()
    Object.assign(tx, { timers: new Map(), watch: undefined })
    for (const output of outputs) this.#do(rest, output, detail)
    if (rest.machine.state === 'terminated') this.#end(rest)
    this.#try(start, trial, tx, () => {
      tx.trial = undefined
      if (input.kind === 'response') owner.onResponse(tx, input.message)
      else owner.onFailed(tx, failureOf(tx, 'timeout', detail))
      owner.onTerminated(tx)
    })
    return true
  }

  #end(tx: Live): void {
    this.#stop(tx)
    this.#table.delete(keyOf(tx.branch, tx.request.method))
    tx.owner.onTerminated(tx)
  }

  #do(tx: Live, output: ClientOutput, detail: string | undefined): void {
    const { network } = this.#context
    switch (output.kind) {
      case 'transmit-request': {
        const { branch } = tx
        network.send(tx.path, tx.bytes, tx.sent, (error) => this.#broken(tx, branch, error.message))
        tx.sent = true
        return
      }
      case 'transmit-ack':
        network.send(tx.path, serializeMessage(ackOfRejection(tx.request, output.to.message)), tx.acknowledged)
        tx.acknowledged = true
        return
      case 'set-timer':
        return this.#set(tx, output.timer, output.ms)
      case 'clear-timer':
        return this.#clear(tx, output.timer)
      case 'pass-up':
        tx.watch?.cancel()
        tx.watch = undefined
        this.#heard(tx, output.message.message.status)
        return tx.owner.onResponse(tx, output.message)
      case 'failed':
        return tx.owner.onFailed(tx, failureOf(tx, output.reason, detail))
    }
  }

  /** A 100 comes from the next hop alone, which may still have to say that it cannot help (503). */
  #heard(tx: Live, status: number): void {
    if (status === 100) return
    if (status !== 503) tx.trial?.worked()
    tx.trial = undefined
  }

  /** The way that this branch took is known not to work. */
  #broken(tx: Live, branch: string, detail: string): void {
    if (tx.branch !== branch || !this.#isAlive(tx)) return
    const { start, trial, owner } = tx
    const fail = (why: string) => this.#step(tx, { kind: 'transport-error' }, why)
    trial?.failed()
    if (!start || !trial?.hasMore || owner.isWanted?.() === false) return fail(detail)
    this.#stop(tx)
    this.#try(start, trial, tx, (why) => {
      tx.trial = undefined
      fail(why)
    })
  }

  #stop(tx: Live): void {
    for (const timer of tx.timers.keys()) this.#clear(tx, timer)
    tx.watch?.cancel()
    tx.watch = undefined
  }

  #set(tx: Live, name: string, ms: number): void {
    this.#clear(tx, name)
    const fire = () => {
      tx.timers.delete(name)
      this.#step(tx, { kind: 'timer', timer: name })
    }
    tx.timers.set(
      name,
      this.#context.timers.set(ms, () => this.#context.run(fire)),
    )
  }

  #clear(tx: Live, name: string): void {
    const timer = tx.timers.get(name)
    if (!timer) return
    this.#context.timers.cancel(timer)
    tx.timers.delete(name)
  }
}

function failureOf({ path }: Attempt, reason: Failure['reason'], detail: string | undefined): Failure {
  return { reason, detail: detail ?? `${describe(path.remote)}: no answer` }
}

/** RFC 3261 17.1.3 */
const keyOf = (branch: string, method: string): string => `${branch}\n${method}`
