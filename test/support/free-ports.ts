import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/**
 * Ports on loopback for programs that must be told which to use. They are looked for below the range that the system
 * gives away by itself, in a part of it that depends on the process, so tests that run side by side do not meet.
 */
const [lowest, highest] = [20_000, 31_900]
let next = lowest + ((process.pid * 397) % (highest - lowest))

/** The first of `count` consecutive ports, an even one, all free for UDP and TCP now. */
export async function freePorts(count = 2, address = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < 500; tries++) {
    const first = next + (next % 2)
    next = first + count > highest ? lowest : first + count
    if (first + count > highest) continue
    if (await allFree(first, count, address)) return first
  }
  throw new Error(`no ${count} consecutive ports are free on ${address}`)
}

async function allFree(first: number, count: number, address: string): Promise<boolean> {
  for (let port = first; port < first + count; port++) {
    if (!(await udpFree(port, address)) || !(await tcpFree(port, address))) return false
  }
  return true
}

function udpFree(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    socket.once('error', () => {
      socket.close()
      resolve(false)
    })
    socket.bind({ port, address, exclusive: true }, () => socket.close(() => resolve(true)))
  })
}

function tcpFree(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
