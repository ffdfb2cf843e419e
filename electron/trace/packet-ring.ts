import type { TracedPacket } from '../phone/trace-message.ts'
import { ByteRing } from './byte-ring.ts'
import type { Address, Datagram } from './frames.ts'

export interface PacketLimits {
  readonly packets: number
  readonly bytes: number
}

interface Kept {
  readonly at: number
  readonly direction: TracedPacket['direction']
  readonly local: Address
  readonly remote: Address
  readonly length: number
  readonly position: number
  readonly size: number
}

/** Eight minutes of a call, headers only; as a capture in base64 it is still a message that a page takes in. */
const usual: PacketLimits = { packets: 50_000, bytes: 2_500_000 }

/** The last packets of RTP and RTCP, bounded by number and by bytes. */
export class PacketRing {
  readonly #limits: PacketLimits
  readonly #kept: Kept[] = []
  /** Of `#kept`, what has gone; it is cut off now and then. */
  #gone = 0
  /** Taken when it is first needed: most phones record none. */
  #ring: ByteRing | undefined

  constructor(limits: PacketLimits = usual) {
    this.#limits = limits
  }

  put({ at, direction, local, remote, length, data }: TracedPacket): void {
    const bytes = Buffer.from(data, 'base64').subarray(0, 65_535)
    this.#ring ??= new ByteRing(this.#limits.bytes)
    const position = this.#ring.put(bytes)
    this.#kept.push({ at, direction, local, remote, length, position, size: bytes.byteLength })
    while (this.#kept.length - this.#gone > this.#limits.packets) this.#gone += 1
    for (let first = this.#kept[this.#gone]; first && !this.#ring.holds(first.position); first = this.#kept[this.#gone])
      this.#gone += 1
    if (this.#gone > 4096) {
      this.#kept.splice(0, this.#gone)
      this.#gone = 0
    }
  }

  /** Those from and to these local ports, all where none are named; `addressOf` knows what an unspecified address is. */
  datagrams(ports: ReadonlySet<number> | undefined, addressOf: (port: number) => string): Datagram[] {
    return this.#kept.slice(this.#gone).flatMap(({ at, direction, local, remote, length, position, size }) => {
      if (ports !== undefined && !ports.has(local.port)) return []
      const unspecified = local.address === '0.0.0.0' || local.address === '::'
      const own = unspecified ? { ...local, address: addressOf(local.port) } : local
      const [from, to] = direction === 'out' ? [own, remote] : [remote, own]
      const payload = this.#ring?.bytes(position, size) ?? new Uint8Array()
      return [{ atMicros: BigInt(Math.round(at * 1000)), transport: 'udp', from, to, payload, length }]
    })
  }
}
