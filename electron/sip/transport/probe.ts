import { createSocket, type Socket } from 'node:dgram'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Clock } from '../clock.ts'
import { toTransportError, TransportError } from './transport-error.ts'
import type { PortVerdict, PortWatch, Probe } from './transport.ts'

const keepAlive = Buffer.from('\r\n\r\n')

/** Asks the kernel through connected UDP sockets: they alone learn their own route and the ICMP errors that come back. */
export class KernelProbe implements Probe {
  readonly #clock: Clock
  readonly #watchMs: number

  /** `watchMs`: how long a watch waits for ICMP; hosts that refuse do so within a round trip. */
  constructor(clock: Clock, watchMs = 5_000) {
    this.#clock = clock
    this.#watchMs = watchMs
  }

  async localAddressFor(address: string, port: number): Promise<string> {
    const socket = await connect(address, port)
    try {
      return socket.address().address
    } finally {
      socket.close()
    }
  }

  ownAddresses(): readonly string[] {
    return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))
  }

  watchPort(address: string, port: number): PortWatch {
    let settle: (verdict: PortVerdict) => void = () => {}
    const verdict = new Promise<PortVerdict>((resolve) => (settle = resolve))
    const stopTimer = this.#clock.after(this.#watchMs, () => end('unknown'))
    let socket: Socket | undefined
    let ended = false
    const end = (result: PortVerdict) => {
      if (ended) return
      ended = true
      stopTimer()
      socket?.close()
      settle(result)
    }
    const onError = (error: unknown) => end(verdictOf(error))
    connect(address, port).then((connected) => {
      if (ended) return connected.close()
      socket = connected
      // Between the end of the watch and the close of its socket, late errors go nowhere: the verdict is settled.
      connected.on('error', onError)
      connected.on('message', () => end('unknown')) // somebody is there and even answers
      connected.send(keepAlive, (error) => error && onError(error))
    }, onError)
    return { verdict, cancel: () => end('unknown') }
  }
}

/** A connected UDP socket; rejects with a TransportError. */
function connect(address: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const family = isIP(address)
    const subject = `UDP to ${address} port ${port}`
    if (family === 0) return reject(new TransportError('unreachable', `${subject}: not an IP address`))
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      lookup: (host, _options, done) => done(null, host, family),
    })
    const fail = (error: unknown) => {
      socket.close()
      reject(toTransportError(error, subject))
    }
    socket.once('error', fail)
    try {
      // With a callback, Node tells a failed connect there, although its types do not say so.
      socket.connect(port, address, (error?: Error) => {
        socket.off('error', fail)
        if (error) fail(error)
        else resolve(socket)
      })
    } catch (error) {
      fail(error) // Node throws for a port out of range.
    }
  })
}

function verdictOf(error: unknown): PortVerdict {
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET') return 'closed'
  return toTransportError(error, '').code === 'unreachable' ? 'unreachable' : 'unknown'
}
