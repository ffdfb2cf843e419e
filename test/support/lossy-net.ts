import type { Clock } from '../../electron/sip/clock.ts'
import type { Endpoint } from '../../electron/sip/transaction-user.ts'
import { TransportError } from '../../electron/sip/transport/transport-error.ts'
import type { PortVerdict, PortWatch, Probe, Transport } from '../../electron/sip/transport/transport.ts'
import { seeded } from './seeded.ts'

export interface Wire {
  /** Share of the datagrams that never arrive, 0 to 1. */
  readonly loss: number
  /** Share that arrives twice. */
  readonly duplicates: number
  /** One way, ms. */
  readonly delayMs: number
  /** Up to so much more, each datagram on its own: those that overtake others are the re-ordered ones. */
  readonly jitterMs: number
}

export const perfectWire: Wire = { loss: 0, duplicates: 0, delayMs: 1, jitterMs: 0 }

/** A network of UDP sockets in virtual time, as bad as its `wire`, the same for the same seed. */
export class LossyNet {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #sockets = new Map<string, SimulatedTransport>()
  wire: Wire
  /** Looks at every datagram before chance does; true drops it. */
  drop: (bytes: Uint8Array, from: Endpoint, to: Endpoint) => boolean = () => false
  delivered = 0

  constructor(clock: Clock, seed: number, wire: Wire = perfectWire) {
    this.#clock = clock
    this.#random = seeded(seed)
    this.wire = wire
  }

  bind(address: string, port = 5060): Transport {
    const transport = new SimulatedTransport(this, { transport: 'udp', address, port })
    if (this.#sockets.has(keyOf(transport.local))) throw new Error(`${address}:${port} is taken`)
    this.#sockets.set(keyOf(transport.local), transport)
    return transport
  }

  /** What a host at `address` would learn from its kernel. */
  probe(address: string): Probe {
    return {
      localAddressFor: () => Promise.resolve(address),
      watchPort: (remote, port) => this.#watch({ transport: 'udp', address: remote, port }),
    }
  }

  send(bytes: Uint8Array, from: Endpoint, to: Endpoint): void {
    if (this.drop(bytes, from, to) || this.#random() < this.wire.loss) return
    const copies = this.#random() < this.wire.duplicates ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      const delay = this.wire.delayMs + this.#random() * this.wire.jitterMs
      this.#clock.after(delay, () => {
        const socket = this.#sockets.get(keyOf(to))
        if (!socket?.delegate) return
        this.delivered++
        socket.delegate.onBytes(Uint8Array.from(bytes), socket.local, from)
      })
    }
  }

  release(local: Endpoint): void {
    this.#sockets.delete(keyOf(local))
  }

  /** ICMP port unreachable comes back after a round trip, if nobody listens there. */
  #watch(remote: Endpoint): PortWatch {
    let settle: (verdict: PortVerdict) => void = () => {}
    const verdict = new Promise<PortVerdict>((resolve) => (settle = resolve))
    const stop = this.#clock.after(2 * this.wire.delayMs, () => {
      settle(this.#sockets.has(keyOf(remote)) ? 'unknown' : 'closed')
    })
    return {
      verdict,
      cancel: () => {
        stop()
        settle('unknown')
      },
    }
  }
}

class SimulatedTransport implements Transport {
  readonly local: Endpoint
  delegate: Transport['delegate']
  readonly #net: LossyNet
  #closed = false

  constructor(net: LossyNet, local: Endpoint) {
    this.#net = net
    this.local = local
  }

  send(bytes: Uint8Array, remote: Endpoint, done: (error: TransportError | undefined) => void): void {
    if (!this.#closed) this.#net.send(bytes, this.local, remote)
    const error = this.#closed ? new TransportError('closed', 'the socket is closed') : undefined
    queueMicrotask(() => done(error))
  }

  async close(): Promise<void> {
    this.#closed = true
    this.delegate = undefined
    this.#net.release(this.local)
  }
}

const keyOf = ({ address, port }: Endpoint): string => `${address}:${port}`
