import { isIP, type Server, type Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import type { Endpoint, TransportName } from '../transaction-user.ts'
import { StreamConnection } from './stream-connection.ts'
import { defaultStreamLimits, type StreamLimits } from './stream-limits.ts'
import { toTransportError, TransportError } from './transport-error.ts'
import type { Transport, TransportDelegate } from './transport.ts'

/** What TCP and TLS do each in their own way. */
export interface StreamKind {
  readonly name: Exclude<TransportName, 'udp'>
  dial(remote: Endpoint, localAddress: string | undefined): Dialling
  /** `onConnection` once the peer may speak. Undefined: it does not listen. */
  createServer?(onConnection: (socket: Socket) => void): Server
}

/** A connection in the making. Both promises reject with whatever made it fail. */
interface Dialling {
  readonly socket: Socket
  /** Bytes can pass; has to come in time. */
  readonly connected: Promise<void>
  /** SIP may pass as well: the peer is who it should be. */
  readonly ready: Promise<void>
}

export interface StreamBinding {
  /** IP literal without brackets; `0.0.0.0` or `::` for all of that family. */
  readonly address: string
  /** 0: any free one. */
  readonly port: number
}

export interface StreamOptions {
  readonly clock: Clock
  readonly limits?: Partial<StreamLimits>
}

type Done = (error: TransportError | undefined) => void

/**
 * Connections in both directions over one kind of stream, IPv4 or IPv6. One connection to a place serves everything
 * that goes there (RFC 3261 18); messages to the far end of an accepted one go back over it (18.2.2).
 */
export class StreamTransport implements Transport {
  readonly local: Endpoint
  delegate: TransportDelegate | undefined
  readonly #kind: StreamKind
  readonly #clock: Clock
  readonly #limits: StreamLimits
  readonly #server: Server | undefined
  readonly #connections = new Map<string, StreamConnection>()
  readonly #acceptedBySource = new Map<string, number>()
  #closing: Promise<void> | undefined

  /** Rejects with a TransportError: `port-in-use`, `address-not-available`, `failed`. Without a server, port is 0. */
  static async start(kind: StreamKind, binding: StreamBinding, options: StreamOptions): Promise<StreamTransport> {
    let accept: (socket: Socket) => void = (socket) => socket.destroy()
    const server = kind.createServer?.((socket) => accept(socket))
    const port = server ? await listen(server, binding, kind.name) : 0
    const transport = new StreamTransport(kind, { ...binding, port }, server, options)
    accept = (socket) => transport.#accept(socket)
    return transport
  }

  private constructor(kind: StreamKind, binding: StreamBinding, server: Server | undefined, options: StreamOptions) {
    this.local = { transport: kind.name, ...binding }
    this.#kind = kind
    this.#clock = options.clock
    this.#limits = { ...defaultStreamLimits, ...options.limits }
    this.#server = server
    server?.on('error', (error) => this.delegate?.onError(toTransportError(error, `${kind.name} server`)))
  }

  /** How many are alive, for tests and diagnostics. */
  get connections(): number {
    return this.#connections.size
  }

  send(bytes: Uint8Array, remote: Endpoint, done: Done, onFlow = false): void {
    const connection = this.#connections.get(keyOf(remote)) ?? (onFlow ? undefined : this.#connect(remote))
    if (connection instanceof StreamConnection) connection.send(bytes, done)
    else {
      const error = connection ?? new TransportError('closed', `${describe(remote)}: the connection is gone`)
      queueMicrotask(() => done(error))
    }
  }

  open(remote: Endpoint, done: (opened: Endpoint | TransportError) => void): void {
    const connection = this.#connections.get(keyOf(remote)) ?? this.#connect(remote)
    if (connection instanceof StreamConnection) {
      connection.whenOpen((error) => done(error ?? this.#ownEnd(connection)))
    } else queueMicrotask(() => done(connection))
  }

  networkChanged(own: readonly string[]): void {
    for (const connection of this.#connections.values()) {
      const { localAddress } = connection
      // All of 127.0.0.0/8 is there, listed or not
      if (localAddress !== undefined && !localAddress.startsWith('127.') && !own.includes(localAddress)) {
        connection.close('closed', `${localAddress} is no address of this machine any more`)
      }
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.delegate = undefined
    const server = this.#server
    const closed = server && new Promise<void>((resolve) => server.close(() => resolve()))
    for (const connection of this.#connections.values()) connection.close('closed', 'the transport is closed')
    await closed
  }

  #connect(remote: Endpoint): StreamConnection | TransportError {
    const refuse = (code: 'closed' | 'unreachable', why: string) =>
      new TransportError(code, `${describe(remote)}: ${why}`)
    if (this.#closing) return refuse('closed', 'the transport is closed')
    // A host name would make Node ask the DNS behind our back
    if (isIP(remote.address) === 0 || isIP(remote.address) !== isIP(this.local.address)) {
      return refuse('unreachable', "not an address of this transport's family")
    }
    if (!Number.isInteger(remote.port) || remote.port < 1 || remote.port > 65_535) {
      return refuse('unreachable', 'no such port')
    }
    this.#makeRoom()
    const { address } = this.local
    const { socket, connected, ready } = this.#kind.dial(remote, isWildcard(address) ? undefined : address)
    ready.catch(() => {}) // heard of through the other one, if that fails first
    return this.#add(
      remote,
      socket,
      this.#inTime(connected, remote).then(() => ready),
    )
  }

  #inTime(connected: Promise<void>, remote: Endpoint): Promise<void> {
    const { connectMs } = this.#limits
    return new Promise((resolve, reject) => {
      const late = new TransportError('unreachable', `${describe(remote)}: no connection within ${connectMs} ms`)
      const stop = this.#clock.after(connectMs, () => reject(late))
      connected.then(resolve, reject).finally(stop)
    })
  }

  #accept(socket: Socket): void {
    const { remoteAddress: address, remotePort: port } = socket
    const fromThere = this.#acceptedBySource.get(address ?? '') ?? 0
    const full = this.#connections.size >= this.#limits.connections || fromThere >= this.#limits.connectionsPerSource
    if (this.#closing || address === undefined || port === undefined || full) {
      socket.on('error', () => {}) // it is gone either way
      socket.destroy()
      return
    }
    this.#acceptedBySource.set(address, fromThere + 1)
    this.#add({ transport: this.#kind.name, address, port }, socket, undefined)
  }

  #add(remote: Endpoint, socket: Socket, ready: Promise<void> | undefined): StreamConnection {
    const key = keyOf(remote)
    const connection: StreamConnection = new StreamConnection({
      socket,
      remote,
      clock: this.#clock,
      limits: this.#limits,
      ...(ready && { ready }),
      delegate: {
        onMessage: (bytes) => this.#deliver(bytes, connection),
        onClosed: (_, wasOpen) => {
          if (this.#connections.get(key) === connection) this.#connections.delete(key)
          if (ready === undefined) this.#release(remote.address)
          if (wasOpen) this.delegate?.onFlowClosed?.(remote)
        },
      },
    })
    this.#connections.set(key, connection)
    return connection
  }

  #release(source: string): void {
    const left = (this.#acceptedBySource.get(source) ?? 1) - 1
    if (left > 0) this.#acceptedBySource.set(source, left)
    else this.#acceptedBySource.delete(source)
  }

  /** For a connection of our own: strangers must not be able to keep us from calling. */
  #makeRoom(): void {
    if (this.#connections.size < this.#limits.connections) return
    let idlest: StreamConnection | undefined
    for (const connection of this.#connections.values()) {
      if (connection.accepted && (!idlest || connection.lastUsed < idlest.lastUsed)) idlest = connection
    }
    idlest?.close('closed', 'room was needed')
  }

  #deliver(bytes: Uint8Array, connection: StreamConnection): void {
    try {
      this.delegate?.onBytes(bytes, this.#ownEnd(connection), connection.remote)
    } catch (error) {
      // A fault of ours in one message must not take the connection
      this.delegate?.onError(new TransportError('failed', 'a received message was not handled', { cause: error }))
    }
  }

  /** Where the peer can reach us: where we listen, or else this connection alone. */
  #ownEnd(connection: StreamConnection): Endpoint {
    const { transport, port } = this.local
    const address = connection.localAddress ?? this.local.address
    return { transport, address, port: port || (connection.localPort ?? 0) }
  }
}

function listen(server: Server, { address, port }: StreamBinding, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const family = isIP(address)
    if (family === 0) return reject(new TransportError('address-not-available', `not an IP address: ${address}`))
    const subject = `${name.toUpperCase()} ${address} port ${port}`
    const fail = (error: unknown) => reject(toTransportError(error, subject))
    server.once('error', fail)
    try {
      server.listen({ host: address, port, exclusive: true, ipv6Only: family === 6, backlog: 128 }, () => {
        server.off('error', fail)
        const bound = server.address()
        resolve(typeof bound === 'object' && bound ? bound.port : port)
      })
    } catch (error) {
      fail(error) // Node throws for a port out of range
    }
  })
}

/** The same place under two names needs two certificates, and so two connections (RFC 5922 7.3). */
const keyOf = ({ address, port, serverName }: Endpoint): string => `${address} ${port} ${serverName ?? ''}`

const describe = ({ transport, address, port }: Endpoint): string =>
  `${transport.toUpperCase()} to ${address} port ${port}`

const isWildcard = (address: string): boolean => address === '0.0.0.0' || address === '::'
