import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Scope } from './scope.ts'

/**
 * A NAT on loopback, as far as STUN is concerned: each port inside that sends to `inside` gets a port of its own at
 * `outside`, where it is seen by the server behind. What others send there reaches the port inside (RFC 4787: endpoint
 * independent mapping and filtering).
 */
export class FullConeNat {
  /** Where those inside reach the server. */
  readonly inside: number
  /** Ports inside by their port outside. */
  readonly mapped = new Map<number, number>()
  readonly #inner: Socket
  readonly #outer = new Map<string, Promise<Socket>>()
  readonly #scope: Scope
  readonly #outside: string
  readonly #server: number

  static async open(scope: Scope, outside: string, server: number): Promise<FullConeNat> {
    const inner = await bound(scope, '127.0.0.1')
    return new FullConeNat(scope, inner, outside, server)
  }

  private constructor(scope: Scope, inner: Socket, outside: string, server: number) {
    this.#scope = scope
    this.#inner = inner
    this.#outside = outside
    this.#server = server
    this.inside = inner.address().port
    inner.on('message', (bytes, { address, port }) => void this.#goOut(bytes, address, port))
  }

  async #goOut(bytes: Uint8Array, address: string, port: number): Promise<void> {
    const key = `${address} ${port}`
    const made = this.#outer.get(key) ?? bound(this.#scope, this.#outside)
    this.#outer.set(key, made)
    const outer = await made
    if (outer.listenerCount('message') === 0) {
      this.mapped.set(outer.address().port, port)
      outer.on('message', (answer) => this.#inner.send(answer, port, address))
    }
    outer.send(bytes, this.#server, '127.0.0.1')
  }
}

async function bound(scope: Scope, address: string): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  scope.after(() => void socket.close())
  return socket
}
