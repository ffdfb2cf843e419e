import type { Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import { StreamFramer, type Frame } from '../message/framing.ts'
import type { Endpoint } from '../transaction-user.ts'
import type { StreamLimits } from './stream-limits.ts'
import { toTransportError, TransportError, type TransportErrorCode } from './transport-error.ts'

interface ConnectionDelegate {
  onMessage(bytes: Uint8Array): void
  /** Once, after everything else; `wasOpen` false: it never came about. */
  onClosed(error: TransportError, wasOpen: boolean): void
}

interface ConnectionOptions {
  readonly socket: Socket
  /** When a connection of our own may be used; undefined: the peer made it. */
  readonly ready?: Promise<void>
  readonly remote: Endpoint
  readonly clock: Clock
  readonly limits: StreamLimits
  readonly delegate: ConnectionDelegate
}

type Done = (error: TransportError | undefined) => void
type Deadline = 'message' | 'idle' | 'keep-alive' | 'pong'

const ping = Buffer.from('\r\n\r\n')
const pong = Buffer.from('\r\n')

/** One connection of a stream transport: framing, keep-alive (RFC 5626 3.5.1) and the limits on both directions. */
export class StreamConnection {
  readonly remote: Endpoint
  /** The peer made it. */
  readonly accepted: boolean
  /** When the last message passed, on the clock. */
  lastUsed: number
  readonly #options: ConnectionOptions
  readonly #framer = new StreamFramer()
  readonly #deadlines = new Map<Deadline, () => void>()
  /** Until it is open. */
  readonly #waiting: { readonly bytes: Uint8Array; readonly done: Done }[] = []
  readonly #openers: Done[] = []
  #state: 'opening' | 'open' | 'closed' = 'opening'
  #unsent = 0
  /** Line ends since the last message; two are a ping. */
  #lineEnds = 0
  #pongSeen = false

  constructor(options: ConnectionOptions) {
    const { socket, ready, remote, clock, limits } = options
    this.#options = options
    this.remote = remote
    this.accepted = ready === undefined
    this.lastUsed = clock.now()
    socket.on('error', (error) => this.#broke(toTransportError(error, this.#subject)))
    socket.on('end', () => this.#broke(this.#error('closed', 'the peer has closed the connection')))
    socket.on('close', () => this.#broke(this.#error('closed', 'the connection is closed')))
    if (ready)
      ready.then(
        () => this.#opened(),
        (error: unknown) => this.#end(toTransportError(error, this.#subject)),
      )
    else {
      this.#opened()
      this.#set('message', limits.firstMessageMs, 'no message came')
    }
  }

  /** Our end of it. */
  get localAddress(): string | undefined {
    return this.#options.socket.localAddress
  }

  get localPort(): number | undefined {
    return this.#options.socket.localPort
  }

  /** `done` as soon as it can be used, or is known not to come about; never within. */
  whenOpen(done: Done): void {
    if (this.#state === 'opening') this.#openers.push(done)
    else queueMicrotask(() => done(this.#state === 'open' ? undefined : this.#gone()))
  }

  send(bytes: Uint8Array, done: Done): void {
    if (this.#state === 'closed') return queueMicrotask(() => done(this.#gone()))
    if (this.#unsent + bytes.byteLength > this.#options.limits.bufferedBytes) {
      // What waits in front would come too late to be of use
      const error = this.#error('congested', 'the peer does not read')
      queueMicrotask(() => done(error))
      return this.#end(error)
    }
    this.#touch()
    this.#unsent += bytes.byteLength
    if (this.#state === 'opening') this.#waiting.push({ bytes, done })
    else this.#write(bytes, done)
  }

  /** What is written already still goes out, unless the peer does not take it. */
  close(code: TransportErrorCode, why: string): void {
    this.#end(this.#error(code, why))
  }

  /** While it is being made, `ready` knows better why it failed, and says so within the same turn. */
  #broke(error: TransportError): void {
    if (this.#state === 'opening' && !this.accepted) setImmediate(() => this.#end(error))
    else this.#end(error)
  }

  #opened(): void {
    if (this.#state !== 'opening') return
    const { socket, limits } = this.#options
    this.#state = 'open'
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 60_000)
    socket.on('data', (chunk) => this.#receive(chunk))
    this.#touch()
    if (!this.accepted) this.#pingEvery(limits.keepAliveMs)
    for (const done of this.#openers.splice(0)) done(undefined)
    for (const { bytes, done } of this.#waiting.splice(0)) this.#write(bytes, done)
  }

  #write(bytes: Uint8Array, done: Done): void {
    this.#options.socket.write(bytes, (error) => {
      this.#unsent -= bytes.byteLength
      done(error ? toTransportError(error, this.#subject) : undefined)
    })
  }

  #receive(chunk: Uint8Array): void {
    for (const frame of this.#framer.push(chunk)) {
      if (this.#state !== 'open') return
      this.#onFrame(frame)
    }
    if (this.#state !== 'open' || !this.#framer.partial) return
    if (!this.#deadlines.has('message')) {
      this.#set('message', this.#options.limits.wholeMessageMs, 'a message was not completed')
    }
  }

  #onFrame(frame: Frame): void {
    const { delegate } = this.#options
    if (frame.kind === 'line-ends') return this.#onLineEnds(frame.count)
    this.#lineEnds = 0
    this.#clear('message')
    this.#touch()
    if (frame.bytes.byteLength > 0) delegate.onMessage(frame.bytes)
    // RFC 3261 18.3: nobody knows where the next message begins
    if (frame.kind === 'broken') this.close('failed', `the peer's stream cannot be read: ${frame.fault}`)
  }

  #onLineEnds(count: number): void {
    if (this.#deadlines.has('pong')) {
      this.#pongSeen = true
      this.#clear('pong')
      return
    }
    this.#lineEnds += count
    if (this.#lineEnds < 2) return
    // One for many: whoever floods us with pings gets no flood back
    this.#lineEnds = 0
    this.#keepAlive(pong)
  }

  /** Where something else is on its way already, none is needed. */
  #keepAlive(bytes: Uint8Array): void {
    if (this.#unsent > 0) return
    this.#unsent += bytes.byteLength
    this.#write(bytes, () => {})
  }

  #pingEvery(ms: number): void {
    this.#after('keep-alive', ms, () => {
      this.#keepAlive(ping)
      const { pongMs } = this.#options.limits
      // NOTE: RFC 5626 4.4.1 gives the flow up without a pong; only of a peer known to answer, others never would
      const silent = () => {
        if (this.#pongSeen) this.close('unreachable', 'the peer does not answer keep-alives any more')
      }
      if (!this.#deadlines.has('pong')) this.#after('pong', pongMs, silent)
      this.#pingEvery(ms)
    })
  }

  #touch(): void {
    this.lastUsed = this.#options.clock.now()
    this.#set('idle', this.#options.limits.idleMs, 'idle')
  }

  #set(name: Deadline, ms: number, why: string): void {
    this.#after(name, ms, () => this.close('closed', why))
  }

  #after(name: Deadline, ms: number, then: () => void): void {
    this.#clear(name)
    if (this.#state === 'closed') return
    const stop = this.#options.clock.after(ms, () => {
      this.#deadlines.delete(name)
      then()
    })
    this.#deadlines.set(name, stop)
  }

  #clear(name: Deadline): void {
    this.#deadlines.get(name)?.()
    this.#deadlines.delete(name)
  }

  #end(error: TransportError): void {
    if (this.#state === 'closed') return
    const wasOpen = this.#state === 'open'
    this.#state = 'closed'
    for (const stop of this.#deadlines.values()) stop()
    this.#deadlines.clear()
    const { socket, clock, delegate } = this.#options
    if (wasOpen && socket.writable && error.code !== 'congested') {
      socket.destroySoon()
      socket.once(
        'close',
        clock.after(flushMs, () => socket.destroy()),
      )
    } else socket.destroy()
    for (const done of this.#openers.splice(0)) done(error)
    for (const { done } of this.#waiting.splice(0)) done(error)
    delegate.onClosed(error, wasOpen)
  }

  get #subject(): string {
    const { transport, address, port } = this.remote
    return `${transport.toUpperCase()} with ${address} port ${port}`
  }

  #error(code: TransportErrorCode, why: string): TransportError {
    return new TransportError(code, `${this.#subject}: ${why}`)
  }

  #gone(): TransportError {
    return this.#error('closed', 'the connection is closed')
  }
}

/** How long the last bytes may take to leave, ms. */
const flushMs = 1_000
