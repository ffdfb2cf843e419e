import { createSocket, type Socket } from 'node:dgram'
import { isIP } from 'node:net'
import type { MappedAddress } from '../../../native/nat/stun.ts'
import { isGroup } from '../message/host.ts'
import type { Endpoint } from '../transaction-user.ts'
import { StunPort, type StunQuestion } from './stun-port.ts'
import { UdpGroups } from './udp-groups.ts'
import { toTransportError, TransportError, type TransportErrorCode } from './transport-error.ts'
import type { Transport, TransportDelegate } from './transport.ts'

interface UdpBinding {
  /** IP literal without brackets; `0.0.0.0` or `::` for all of that family. */
  readonly address: string
  /** 0: any free one. */
  readonly port: number
  /** True: that port or an error. False: the next free one above it, if it is taken. */
  readonly exact: boolean
}

/** One UDP socket (RFC 3261 18). IPv4 or IPv6, never both: a phone that wants both binds two. */
export class UdpTransport implements Transport {
  readonly local: Endpoint
  delegate: TransportDelegate | undefined
  readonly #socket: Socket
  readonly #stun = new StunPort((bytes, { address, port }) => {
    this.send(bytes, { transport: 'udp', address, port }, () => {}) // as any datagram it may be lost
  })
  readonly #groups: UdpGroups
  #closing: Promise<void> | undefined

  private constructor(socket: Socket) {
    const { address, port } = socket.address()
    this.local = { transport: 'udp', address, port }
    this.#socket = socket
    const receive = (bytes: Buffer, { address: from, port: fromPort }: { address: string; port: number }) => {
      if (this.#stun.receive(bytes, { address: from, port: fromPort })) return
      this.#deliver(bytes, { transport: 'udp', address: from, port: fromPort })
    }
    this.#groups = new UdpGroups(socket, receive)
    socket.on('message', receive)
    socket.on('error', (error) => this.delegate?.onError(toTransportError(error, 'UDP socket')))
  }

  /** Rejects with a TransportError: `port-in-use`, `address-not-available`, `failed`. */
  static async bind(binding: UdpBinding): Promise<UdpTransport> {
    for (let port = binding.port; ; port++) {
      try {
        return new UdpTransport(await bindSocket(binding.address, port))
      } catch (error) {
        const failure = toTransportError(error, `UDP ${binding.address} port ${port}`)
        const giveUp = binding.exact || port === 0 || port >= lastPort(binding.port)
        if (giveUp || failure.code !== 'port-in-use') throw failure
      }
    }
  }

  send(bytes: Uint8Array, remote: Endpoint, done: (error: TransportError | undefined) => void): void {
    const target = `UDP to ${remote.address} port ${remote.port}`
    const finish = (error: unknown) => done(error ? toTransportError(error, target) : undefined)
    const refuse = (code: TransportErrorCode, why: string) => {
      queueMicrotask(() => done(new TransportError(code, `${target}: ${why}`)))
    }
    if (this.#closing) return refuse('closed', 'the socket is closed')
    // A host name would make Node ask the DNS behind our back.
    if (isIP(remote.address) !== isIP(this.local.address)) {
      return refuse('unreachable', "not an address of this socket's family")
    }
    if (!isPort(remote.port) || remote.port === 0) return refuse('unreachable', 'no such port')
    if (isGroup(remote.address)) this.#groups.join(remote.address)
    this.#socket.send(bytes, remote.port, remote.address, finish)
  }

  /** Where a STUN server sees this very port (RFC 8489). Rejects with a TransportError. */
  discover(question: StunQuestion): Promise<MappedAddress> {
    if (this.#closing) return Promise.reject(new TransportError('closed', 'the socket is closed'))
    return this.#stun.ask(question)
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.delegate = undefined
      this.#stun.close()
      this.#groups.close()
      this.#socket.close(() => resolve())
    })
    return this.#closing
  }

  #deliver(bytes: Uint8Array, remote: Endpoint): void {
    try {
      this.delegate?.onBytes(bytes, this.local, remote)
    } catch (error) {
      // A fault of ours in one message must not take the socket, and every other call with it.
      this.delegate?.onError(new TransportError('failed', 'a received message was not handled', { cause: error }))
    }
  }
}

/** How far above the wanted port to look for a free one. */
const portsToTry = 200

function lastPort(wanted: number): number {
  return Math.min(wanted + portsToTry - 1, 65_535)
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535
}

/** What holds a burst of a thousand messages while the process is busy; the kernel may grant less. */
const bufferBytes = 1_048_576

function bindSocket(address: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const family = isIP(address)
    if (family === 0) return reject(new TransportError('address-not-available', `not an IP address: ${address}`))
    // Node would take 70000 for 4464.
    if (!isPort(port)) return reject(new TransportError('address-not-available', `no such port: ${port}`))
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      ipv6Only: family === 6,
      lookup: (host, _options, done) => done(null, host, family), // `host` is always a literal here
    })
    const fail = (error: unknown) => {
      socket.close()
      reject(error as Error)
    }
    socket.once('error', fail)
    try {
      socket.bind({ address, port, exclusive: true }, () => {
        socket.off('error', fail)
        enlargeBuffers(socket)
        useForGroups(socket, address)
        resolve(socket)
      })
    } catch (error) {
      fail(error)
    }
  })
}

/** A REGISTER to all SIP servers (RFC 3261 10.2.6) leaves on the network that is listened on, not on the default one. */
function useForGroups(socket: Socket, address: string): void {
  if (isIP(address) !== 4 || address === '0.0.0.0') return
  try {
    socket.setMulticastInterface(address)
  } catch {
    // A network without groups: nobody there could answer.
  }
}

function enlargeBuffers(socket: Socket): void {
  try {
    socket.setRecvBufferSize(bufferBytes)
    socket.setSendBufferSize(bufferBytes)
  } catch {
    // Best effort: with the system's default the phone works as well, only bursts may lose messages.
  }
}
