import type { Clock } from '../../electron/sip/clock.ts'
import type { Endpoint } from '../../electron/sip/transaction-user.ts'
import { TransportError } from '../../electron/sip/transport/transport-error.ts'
import type { Transport } from '../../electron/sip/transport/transport.ts'

/** A network of TCP in virtual time: nothing is lost, connections are made, used in both directions, and can be cut. */
export class StreamNet {
  readonly #clock: Clock
  readonly #hosts = new Map<string, SimulatedStreams>()
  /** `from>to` of those who made the connection. */
  readonly flows = new Set<string>()
  /** How many were ever made. */
  connected = 0
  delayMs = 1

  constructor(clock: Clock) {
    this.#clock = clock
  }

  bind(address: string, port = 5060): Transport {
    const transport = new SimulatedStreams(this, { transport: 'tcp', address, port })
    this.#hosts.set(keyOf(transport.local), transport)
    return transport
  }

  /** Nobody listens there any more, and every connection with it breaks. */
  kill(end: { address: string; port?: number }): void {
    const key = keyOf({ transport: 'tcp', port: 5060, ...end })
    this.#hosts.delete(key)
    this.cut(key)
  }

  /** Every connection, or those of one end, is reset. */
  cut(end = ''): void {
    for (const flow of this.flows) {
      const [one = '', other = ''] = flow.split('>')
      if (end !== '' && one !== end && other !== end) continue
      this.flows.delete(flow)
      this.#tellClosed(one, other)
      this.#tellClosed(other, one)
    }
  }

  flowBetween(one: Endpoint, other: Endpoint): boolean {
    return this.flows.has(`${keyOf(one)}>${keyOf(other)}`) || this.flows.has(`${keyOf(other)}>${keyOf(one)}`)
  }

  connect(from: Endpoint, to: Endpoint, done: (error: TransportError | undefined) => void): void {
    this.#clock.after(2 * this.delayMs, () => {
      if (!this.#hosts.has(keyOf(to))) return done(new TransportError('unreachable', 'connection refused'))
      if (!this.flowBetween(from, to)) {
        this.flows.add(`${keyOf(from)}>${keyOf(to)}`)
        this.connected++
      }
      done(undefined)
    })
  }

  carry(bytes: Uint8Array, from: Endpoint, to: Endpoint): void {
    this.#clock.after(this.delayMs, () => {
      const host = this.flowBetween(from, to) ? this.#hosts.get(keyOf(to)) : undefined
      host?.delegate?.onBytes(Uint8Array.from(bytes), host.local, from)
    })
  }

  #tellClosed(whom: string, who: string): void {
    const [address = '', port = ''] = who.split(' ')
    this.#hosts.get(whom)?.delegate?.onFlowClosed?.({ transport: 'tcp', address, port: Number(port) })
  }
}

class SimulatedStreams implements Transport {
  readonly local: Endpoint
  delegate: Transport['delegate']
  readonly #net: StreamNet

  constructor(net: StreamNet, local: Endpoint) {
    this.#net = net
    this.local = local
  }

  send(bytes: Uint8Array, remote: Endpoint, done: (error: TransportError | undefined) => void, onFlow = false): void {
    const carry = (error: TransportError | undefined) => {
      if (!error) this.#net.carry(bytes, this.local, remote)
      done(error)
    }
    if (this.#net.flowBetween(this.local, remote)) queueMicrotask(() => carry(undefined))
    else if (onFlow) queueMicrotask(() => done(new TransportError('closed', 'the connection is gone')))
    else this.#net.connect(this.local, remote, carry)
  }

  open(remote: Endpoint, done: (opened: Endpoint | TransportError) => void): void {
    if (this.#net.flowBetween(this.local, remote)) queueMicrotask(() => done(this.local))
    else this.#net.connect(this.local, remote, (error) => done(error ?? this.local))
  }

  async close(): Promise<void> {
    this.delegate = undefined
  }
}

const keyOf = ({ address, port }: Endpoint): string => `${address} ${port}`
