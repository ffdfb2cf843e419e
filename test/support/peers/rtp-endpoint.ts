import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { freePorts } from '../free-ports.ts'
import type { Scope } from '../scope.ts'

interface ReceivedRtp {
  /** performance.now() when it was read. */
  readonly at: number
  readonly marker: boolean
  readonly payloadType: number
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
  readonly payload: Uint8Array
  readonly port: number
}

/** The other end of an RTP stream without a jitter buffer or manners: keeps every packet, sends what it is told. */
export class RtpEndpoint {
  readonly port: number
  readonly received: ReceivedRtp[] = []
  readonly #socket: Socket
  #sending: NodeJS.Timeout | undefined

  static async open(scope: Scope): Promise<RtpEndpoint> {
    const port = await freePorts(2)
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
    socket.bind(port, '127.0.0.1')
    await once(socket, 'listening')
    const endpoint = new RtpEndpoint(socket, port)
    scope.after(() => endpoint.#close())
    return endpoint
  }

  private constructor(socket: Socket, port: number) {
    this.#socket = socket
    this.port = port
    socket.on('error', () => {})
    socket.on('message', (bytes, remote) => this.#take(bytes, remote.port))
  }

  send(bytes: Uint8Array, port: number): void {
    this.#socket.send(bytes, port, '127.0.0.1')
  }

  /** Sends sound over and over as PCMU in 20 ms packets, each at its own time, to all `ports`, until the scope ends. */
  speak(samples: Int16Array, ...ports: readonly number[]): void {
    clearTimeout(this.#sending)
    const frames = Array.from({ length: Math.floor(samples.length / 160) }, (_, frame) =>
      Uint8Array.from({ length: 160 }, (_, i) => toMuLaw(samples[frame * 160 + i]!)),
    )
    const began = performance.now()
    let count = 0
    const next = () => {
      for (; began + count * 20 <= performance.now(); count++) {
        const payload = frames[count % frames.length]!
        const packet = rtpPacket({ sequence: count, timestamp: count * 160, ssrc: 0x5eed, payload })
        for (const port of ports) this.send(packet, port)
      }
      this.#sending = setTimeout(next, Math.max(1, began + count * 20 - performance.now()))
    }
    next()
  }

  /** The longest time without a packet since `from` (performance.now()), until now, milliseconds. */
  longestGapMs(from: number): number {
    const before = this.received.findLast(({ at }) => at < from)
    const times = this.received.filter(({ at }) => at >= from).map(({ at }) => at)
    const all = [before?.at ?? from, ...times, performance.now()]
    return Math.max(...all.slice(1).map((at, i) => at - all[i]!))
  }

  /** What a receiver would play since `from`: PCMU put where its timestamps say, silence where nothing came. */
  heardSince(from = 0): Int16Array {
    const packets = this.received.filter(({ at, payloadType }) => at >= from && payloadType === 0)
    const [first, last] = [packets[0], packets.at(-1)]
    if (first === undefined || last === undefined) return new Int16Array()
    const offset = (timestamp: number) => (timestamp - first.timestamp) | 0
    const samples = new Int16Array(Math.max(0, Math.min(8000 * 600, offset(last.timestamp) + last.payload.length)))
    for (const { timestamp, payload } of packets) {
      const at = offset(timestamp)
      payload.forEach((code, i) => {
        if (at + i >= 0 && at + i < samples.length) samples[at + i] = fromMuLaw(code)
      })
    }
    return samples
  }

  async #close(): Promise<void> {
    clearTimeout(this.#sending)
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }

  #take(bytes: Buffer, port: number): void {
    if (bytes.length < 12 || bytes[0]! >> 6 !== 2) return
    this.received.push({
      at: performance.now(),
      marker: bytes[1]! >> 7 === 1,
      payloadType: bytes[1]! & 127,
      sequence: bytes.readUInt16BE(2),
      timestamp: bytes.readUInt32BE(4),
      ssrc: bytes.readUInt32BE(8),
      payload: bytes.subarray(12),
      port,
    })
  }
}

export function rtpPacket(packet: Pick<ReceivedRtp, 'sequence' | 'timestamp' | 'ssrc' | 'payload'>): Buffer {
  const header = Buffer.alloc(12)
  header[0] = 0x80
  header.writeUInt16BE(packet.sequence & 0xffff, 2)
  header.writeUInt32BE(packet.timestamp >>> 0, 4)
  header.writeUInt32BE(packet.ssrc >>> 0, 8)
  return Buffer.concat([header, packet.payload])
}

/** ITU-T G.711 by its formula, so that no test judges the product by the product's tables. */
function fromMuLaw(code: number): number {
  const inverted = ~code & 0xff
  const exponent = (inverted >> 4) & 7
  const magnitude = ((((inverted & 15) << 3) + 0x84) << exponent) - 0x84
  return (inverted & 0x80) === 0 ? magnitude : -magnitude
}

function toMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0
  const magnitude = Math.min(32_635, Math.abs(sample)) + 0x84
  const exponent = 31 - Math.clz32(magnitude) - 7
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 15)) & 0xff
}
