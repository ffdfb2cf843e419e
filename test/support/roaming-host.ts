import type { Probe, Transport } from '../../electron/sip/transport/transport.ts'
import type { LossyNet } from './lossy-net.ts'

/** A host whose socket is bound to all of its addresses, of which it has one at a time. */
export class RoamingHost {
  readonly transport: Transport
  readonly probe: Probe
  readonly #net: LossyNet
  #socket: Transport
  #address: string

  constructor(net: LossyNet, address: string) {
    this.#net = net
    this.#address = address
    this.#socket = net.bind(address)
    this.probe = {
      ...net.probe(address),
      localAddressFor: async () => this.#address,
      ownAddresses: () => [this.#address],
    }
    this.transport = {
      local: { transport: 'udp', address: '0.0.0.0', port: 5060 },
      delegate: undefined,
      send: (...given) => this.#socket.send(...given),
      close: () => this.#socket.close(),
    }
    this.#listen()
  }

  /** What is sent to the address before arrives nowhere. */
  move(address: string): void {
    this.#net.release(this.#socket.local)
    this.#address = address
    this.#socket = this.#net.bind(address)
    this.#listen()
  }

  #listen(): void {
    const { transport } = this
    this.#socket.delegate = {
      onBytes: (bytes, _local, remote) => transport.delegate?.onBytes(bytes, transport.local, remote),
      onError: (error) => transport.delegate?.onError(error),
    }
  }
}
