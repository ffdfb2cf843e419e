import type { Clock } from '../clock.ts'
import type { Endpoint, WireTap } from '../transaction-user.ts'
import { formatHostPort } from '../message/host.ts'
import { TransportError } from '../transport/transport-error.ts'
import type { PortWatch, Probe, Transport } from '../transport/transport.ts'
import { EngineError } from './engine-error.ts'
import type { Loop } from './loop.ts'

/** The way a message takes: which socket, from which address of ours, to whom. */
export interface Path {
  readonly transport: Transport
  /** As the peer can reach it: never a wildcard. */
  readonly local: Endpoint
  readonly remote: Endpoint
  /** Only the connection that is there already leads to the peer: it made it, and is found nowhere else. */
  readonly onFlow?: boolean
  /** For responses whose connection is gone (RFC 3261 18.2.2). */
  readonly backup?: Endpoint
}

/** Where a request may go: an address, or a way that is known. */
export type Target = Endpoint | Path

interface NetworkOptions {
  readonly transports: readonly Transport[]
  readonly probe: Probe
  readonly clock: Clock
  readonly loop: Loop
  readonly wireTap?: WireTap | undefined
  readonly onFault: (error: unknown, where: string) => void
}

/** Routes change when cables and networks do; until then the kernel is not asked again, ms. */
const localAddressLifeMs = 10_000
const maxLocalAddresses = 1_024
/** Datagrams of strangers that wait until the kernel has said which address of ours they came to. */
const maxWaiting = 256

/** The sockets, and which address of ours faces a peer when a socket is bound to all of them. */
export class Network {
  readonly #options: NetworkOptions
  /** By peer address. */
  readonly #localAddresses = new Map<string, { readonly address: string; readonly until: number }>()
  readonly #waiting = new Map<string, ((address: string | EngineError) => void)[]>()
  #waitingCount = 0

  constructor(options: NetworkOptions) {
    this.#options = options
  }

  get listening(): readonly Endpoint[] {
    return this.#options.transports.map(({ local }) => local).filter(({ port }) => port !== 0)
  }

  /** Both run in the loop. `flowClosed`: nothing more comes from `remote` over its connection. */
  open(receive: (bytes: Uint8Array, path: Path) => void, flowClosed: (remote: Endpoint) => void = () => {}): void {
    const { loop, transports, onFault } = this.#options
    for (const transport of transports) {
      transport.delegate = {
        onFlowClosed: (remote) => loop.run(() => flowClosed(remote)),
        onBytes: (bytes, local, remote) => {
          if (isStream(transport)) return loop.run(() => receive(bytes, { transport, local, remote, onFlow: true }))
          // A flood from ever new addresses must not make ever more questions to the kernel
          if (this.#waitingCount >= maxWaiting && this.#known(transport, remote) === undefined) return
          this.#path(transport, remote, (path) => {
            if (path instanceof EngineError) onFault(path, 'network')
            else loop.run(() => receive(bytes, path))
          })
        },
        onError: (error) => onFault(error, 'network'),
      }
    }
  }

  /** Cables, networks or addresses are others: what the kernel said is out of date, and what it no longer has is dead. */
  networkChanged(): void {
    const { transports, probe } = this.#options
    this.#localAddresses.clear()
    const own = probe.ownAddresses?.()
    if (own) for (const transport of transports) transport.networkChanged?.(own)
  }

  /** Whether messages to that address could go out at all. */
  leadsTo(remote: Endpoint): boolean {
    return this.#transportTo(remote) !== undefined
  }

  /** Calls `then` in the loop, before it returns if the way is known. A stream is connected first. */
  pathTo(target: Target, then: (path: Path | EngineError) => void): void {
    if ('local' in target) return then(target)
    const transport = this.#transportTo(target)
    if (!transport) return then(new EngineError('no-transport', `nothing of ours leads to ${describe(target)}`))
    if (!transport.open) return this.#path(transport, target, then)
    transport.open(target, (opened) =>
      this.#options.loop.run(() => {
        if (opened instanceof Error) then(new EngineError('no-transport', opened.message, { cause: opened }))
        else then({ transport, local: opened, remote: target })
      }),
    )
  }

  /** `onError` runs in the loop. */
  send(path: Path, bytes: Uint8Array, retransmission: boolean, onError?: (error: Error) => void): void {
    const { loop, onFault } = this.#options
    this.tap('out', path, bytes, retransmission)
    const { backup } = path
    const failed = (error: TransportError) => {
      if (backup) loop.run(() => this.#sendBack(backup, bytes))
      else if (onError) loop.run(() => onError(error))
      else if (error.code !== 'closed') onFault(error, 'network')
    }
    path.transport.send(bytes, path.remote, (error) => error && failed(error), path.onFlow)
  }

  /** RFC 3261 18.2.2: the request's connection is gone, so its sender is looked for where its Via said. */
  #sendBack(backup: Endpoint, bytes: Uint8Array): void {
    this.pathTo(backup, (path) => {
      if (path instanceof EngineError) this.#options.onFault(path, 'network')
      else this.send(path, bytes, true)
    })
  }

  #transportTo(remote: Endpoint): Transport | undefined {
    return this.#options.transports.find(
      ({ local }) =>
        local.transport === remote.transport && local.address.includes(':') === remote.address.includes(':'),
    )
  }

  tap(direction: 'in' | 'out', path: Path, bytes: Uint8Array, retransmission: boolean, note?: string): void {
    const { loop, wireTap } = this.#options
    if (!wireTap) return
    const { local, remote } = path
    const message = { direction, local, remote, bytes, retransmission, ...(note !== undefined && { note }) }
    loop.guard('wireTap', () => wireTap.onMessage(message))
  }

  note(machine: string, branch: string, input: { readonly kind: string }): void {
    const { loop, wireTap } = this.#options
    if (wireTap?.noteInput) loop.guard('wireTap', () => wireTap.noteInput?.(machine, branch, input))
  }

  watch(remote: Endpoint): PortWatch | undefined {
    return remote.transport === 'udp' ? this.#options.probe.watchPort(remote.address, remote.port) : undefined
  }

  async close(): Promise<void> {
    for (const transport of this.#options.transports) transport.delegate = undefined
    await Promise.all(this.#options.transports.map((transport) => transport.close()))
  }

  #path(transport: Transport, remote: Endpoint, then: (path: Path | EngineError) => void): void {
    const known = this.#known(transport, remote)
    const finish = (address: string) => then({ transport, local: { ...transport.local, address }, remote })
    if (known !== undefined) return finish(known)
    this.#ask(remote, (found) => {
      if (found instanceof EngineError) then(found)
      else finish(found)
    })
  }

  #known(transport: Transport, remote: Endpoint): string | undefined {
    const { address } = transport.local
    if (!isWildcard(address)) return address
    const entry = this.#localAddresses.get(remote.address)
    return entry && entry.until > this.#options.clock.now() ? entry.address : undefined
  }

  #ask(remote: Endpoint, then: (found: string | EngineError) => void): void {
    const { probe, loop } = this.#options
    this.#waitingCount++
    const waiting = this.#waiting.get(remote.address)
    if (waiting) {
      waiting.push(then)
      return
    }
    this.#waiting.set(remote.address, [then])
    const settle = (found: string | EngineError) =>
      loop.run(() => {
        const callbacks = this.#waiting.get(remote.address) ?? []
        this.#waiting.delete(remote.address)
        this.#waitingCount -= callbacks.length
        for (const callback of callbacks) loop.guard('engine', () => callback(found))
      })
    probe.localAddressFor(remote.address, remote.port).then(
      (address) => {
        this.#remember(remote.address, address)
        settle(address)
      },
      (cause: unknown) => {
        const detail = cause instanceof TransportError ? cause.message : `no way to ${describe(remote)}`
        settle(new EngineError('no-transport', detail, { cause }))
      },
    )
  }

  #remember(remote: string, address: string): void {
    const [oldest] = this.#localAddresses.keys()
    if (oldest !== undefined && this.#localAddresses.size >= maxLocalAddresses) this.#localAddresses.delete(oldest)
    this.#localAddresses.delete(remote)
    this.#localAddresses.set(remote, { address, until: this.#options.clock.now() + localAddressLifeMs })
  }
}

const isStream = ({ local }: Transport): boolean => local.transport !== 'udp'

const isWildcard = (address: string): boolean => address === '0.0.0.0' || address === '::'

export const describe = ({ transport, address, port }: Endpoint): string =>
  `${transport}/${formatHostPort({ host: address, port })}`

export const isReliable = (path: Path): boolean => path.local.transport !== 'udp'
