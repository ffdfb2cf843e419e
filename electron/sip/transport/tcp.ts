import { connect, createServer } from 'node:net'
import { StreamTransport, type StreamBinding, type StreamKind, type StreamOptions } from './stream-transport.ts'

const tcp: StreamKind = {
  name: 'tcp',
  dial({ address, port }, localAddress) {
    const socket = connect({ host: address, port, ...(localAddress !== undefined && { localAddress }) })
    const connected = new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
      socket.once('close', () => reject(new Error('the connection was closed')))
    })
    return { socket, connected, ready: connected }
  },
  createServer: (onConnection) => createServer(onConnection),
}

/** Listens for TCP connections and makes them (RFC 3261 18). Rejects with a TransportError. */
export function startTcp(binding: StreamBinding, options: StreamOptions): Promise<StreamTransport> {
  return StreamTransport.start(tcp, binding, options)
}
