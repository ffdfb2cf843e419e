import { createSocket, type Socket } from 'node:dgram'
import { isIPv4 } from 'node:net'

/**
 * Multicast groups that requests of ours went to: their answers come there (RFC 3261 18.2.2, `maddr`), to our port.
 * Best effort: a network without groups has nobody to answer.
 */
export class UdpGroups {
  readonly #socket: Socket
  readonly #receive: (bytes: Buffer, from: { readonly address: string; readonly port: number }) => void
  readonly #joined = new Set<string>()
  readonly #more: Socket[] = []

  /** `receive`: of what the bound socket does not get itself. */
  constructor(
    socket: Socket,
    receive: (bytes: Buffer, from: { readonly address: string; readonly port: number }) => void,
  ) {
    this.#socket = socket
    this.#receive = receive
  }

  /** IPv4 only: there are no others that SIP servers listen to. */
  join(group: string): void {
    const { address, port } = this.#socket.address()
    if (!isIPv4(group) || this.#joined.has(group) || this.#joined.size >= mostGroups) return
    this.#joined.add(group)
    try {
      if (address === '0.0.0.0') this.#socket.addMembership(group)
      else this.#bind(group, address, port)
    } catch {
      // Answers that come straight to us still do.
    }
  }

  close(): void {
    for (const socket of this.#more.splice(0)) socket.close()
  }

  /** A socket of one address hears no group, another one beside it does (not on Windows). */
  #bind(group: string, own: string, port: number): void {
    const socket = createSocket({ type: 'udp4', reuseAddr: true })
    this.#more.push(socket)
    socket.on('error', () => {
      const at = this.#more.indexOf(socket)
      if (at >= 0) this.#more.splice(at, 1)[0]?.close()
    })
    socket.on('message', (bytes, from) => this.#receive(bytes, from))
    socket.bind({ address: group, port, exclusive: true }, () => {
      try {
        socket.addMembership(group, own)
      } catch {
        // As above.
      }
    })
  }
}

const mostGroups = 4
