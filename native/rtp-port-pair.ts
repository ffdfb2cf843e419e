import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { StunQuestion } from './nat/stun-question.ts'
import type { SeenPorts, SocketAddress } from './protocol.ts'
import type { Endpoint } from './session/peer.ts'

/** An RTP socket on an even port and its RTCP socket on the next (RFC 3550 11). */

class PortInUseError extends Error {
  readonly code = 'port-in-use'
}

interface PortRange {
  readonly address: string
  readonly ports: readonly [first: number, last: number]
  readonly exactPort?: number
}

type Received = (datagram: Uint8Array, from: Endpoint) => void

/** Ports of this process: not worth another try. */
const taken = new Set<number>()

export class RtpPortPair {
  readonly rtpPort: number
  onRtp: Received = () => {}
  onRtcp: Received = () => {}
  onError: (error: Error) => void = () => {}
  /** Sees every datagram, in the order of the sockets. */
  onPacket: ((direction: 'in' | 'out', local: Endpoint, remote: Endpoint, datagram: Uint8Array) => void) | undefined
  readonly #address: string
  readonly #rtp: Socket
  readonly #rtcp: Socket
  readonly #questions = new Set<StunQuestion>()
  #closed = false

  /** Binds the first free pair. Rejects with a PortInUseError, or what the system says of the address. */
  static async bind({ address, ports, exactPort }: PortRange): Promise<RtpPortPair> {
    const [first, last] = exactPort === undefined ? ports : [exactPort, exactPort + 1]
    for (let port = first + (exactPort === undefined ? first % 2 : 0); port < Math.min(last, 65_535); port += 2) {
      if (taken.has(port)) continue
      taken.add(port)
      const pair = await bindPair(address, port)
      if (pair) return new RtpPortPair(pair[0], pair[1], address, port)
      taken.delete(port)
    }
    throw new PortInUseError(`no free pair of ports from ${first} to ${last} on ${address}`)
  }

  private constructor(rtp: Socket, rtcp: Socket, address: string, port: number) {
    this.#address = address
    this.#rtp = rtp
    this.#rtcp = rtcp
    this.rtpPort = port
    // Nothing that a datagram causes may end the process.
    const guarded = (at: number, receive: () => Received) => (datagram: Uint8Array, from: Endpoint) => {
      try {
        if (this.#closed || this.#isAnswer(datagram)) return
        this.onPacket?.('in', { address, port: at }, from, datagram)
        receive()(datagram, from)
      } catch (error) {
        this.onError(error as Error)
      }
    }
    rtp.on(
      'message',
      guarded(port, () => this.onRtp),
    )
    rtcp.on(
      'message',
      guarded(port + 1, () => this.onRtcp),
    )
    for (const socket of [rtp, rtcp]) socket.on('error', (error) => this.onError(error))
  }

  /** How a STUN server sees both ports (RFC 8489); undefined where it does not say so within a second. Never rejects. */
  async seenBy(server: SocketAddress): Promise<SeenPorts | undefined> {
    const questions = [this.#rtp, this.#rtcp].map(
      (socket, at) => new StunQuestion((bytes) => this.#send(socket, this.rtpPort + at, bytes, server)),
    )
    for (const question of questions) this.#questions.add(question)
    const [rtp, rtcp] = await Promise.all(questions.map((question) => question.answer))
    for (const question of questions) this.#questions.delete(question)
    return rtp && rtcp && { rtp, rtcp }
  }

  /** Of a STUN server that was asked; hardly ever is one waited for, while sound comes all the time. */
  #isAnswer(datagram: Uint8Array): boolean {
    for (const question of this.#questions) if (question.receive(datagram)) return true
    return false
  }

  get rtcpPort(): number {
    return this.rtpPort + 1
  }

  sendRtp(datagram: Uint8Array, to: Endpoint): void {
    this.#send(this.#rtp, this.rtpPort, datagram, to)
  }

  sendRtcp(datagram: Uint8Array, to: Endpoint): void {
    this.#send(this.#rtcp, this.rtcpPort, datagram, to)
  }

  /** Resolves when both ports are free again; datagrams already handed over are sent. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const question of this.#questions) question.giveUp()
    await Promise.all([closed(this.#rtp), closed(this.#rtcp)])
    taken.delete(this.rtpPort)
  }

  #send(socket: Socket, from: number, datagram: Uint8Array, { address, port }: Endpoint): void {
    if (this.#closed || port < 1 || port > 65_535) return
    this.onPacket?.('out', { address: this.#address, port: from }, { address, port }, datagram)
    socket.send(datagram, port, address, (error) => {
      if (error && !this.#closed) this.onError(error)
    })
  }
}

async function bindPair(address: string, port: number): Promise<[Socket, Socket] | undefined> {
  const rtp = await bound(address, port)
  if (!rtp) return undefined
  try {
    const rtcp = await bound(address, port + 1)
    if (rtcp) return [rtp, rtcp]
  } catch (error) {
    await closed(rtp)
    throw error
  }
  await closed(rtp)
  return undefined
}

/** Undefined when the port is taken. */
function bound(address: string, port: number): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const family = isIPv6(address) ? 6 : 4
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      // The same port of the other family may belong to another session
      ipv6Only: family === 6,
      // Peers are addresses, never names: no detour over the resolver, which would cost a turn of the loop a packet.
      lookup: (host, _options, done) => done(null, host, family),
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close()
      // EACCES: a port that only the system may use.
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined)
      else reject(error)
    })
    socket.bind({ port, address, exclusive: true }, () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.close(() => resolve()))
