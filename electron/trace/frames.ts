/** A SIP message on its way between two addresses. */
export interface Datagram {
  /** Microseconds since 1970 UTC. */
  readonly atMicros: bigint
  readonly transport: 'udp' | 'tcp'
  readonly from: Address
  readonly to: Address
  readonly payload: Uint8Array
  /** Octets it had on the wire; absent: all of them are in `payload`. */
  readonly length?: number
}

export interface Address {
  /** IPv4 or IPv6, without brackets and zone. */
  readonly address: string
  readonly port: number
}

const udpProtocol = 17
const tcpProtocol = 6
/** What one IP packet carries at the most, octets. */
const mostOctets = 65_000

/**
 * Dresses messages as the IP packets they travelled in (RFC 791, 8200, 768, 9293): of each stream of TCP the numbers go
 * on from packet to packet, so that a reader puts it together again. What TLS carried is dressed as TCP.
 */
export class Framer {
  /** The next sequence number of each direction. */
  readonly #sequence = new Map<string, number>()

  packets({ transport, from, to, payload, length = payload.byteLength }: Datagram): Uint8Array[] {
    const missing = Math.min(mostOctets, length) - payload.byteLength
    if (transport === 'udp')
      return [
        ip(
          from,
          to,
          udpProtocol,
          udp(from, to, payload.subarray(0, mostOctets), Math.max(0, missing)),
          Math.max(0, missing),
        ),
      ]
    const packets: Uint8Array[] = []
    for (let at = 0; at < payload.byteLength; at += mostOctets) {
      const part = payload.subarray(at, at + mostOctets)
      packets.push(ip(from, to, tcpProtocol, tcp(from, to, part, this.#advance(from, to, part), this.#next(to, from))))
    }
    return packets
  }

  #next(from: Address, to: Address): number {
    return this.#sequence.get(keyOf(from, to)) ?? 1
  }

  #advance(from: Address, to: Address, { byteLength }: Uint8Array): number {
    const number = this.#next(from, to)
    this.#sequence.set(keyOf(from, to), (number + byteLength) >>> 0)
    return number
  }
}

const keyOf = (from: Address, to: Address) => `${from.address} ${from.port} ${to.address} ${to.port}`

/** `missing`: octets that were on the wire and are not here. */
function udp(from: Address, to: Address, payload: Uint8Array, missing: number): Buffer {
  const segment = Buffer.alloc(8 + payload.byteLength)
  segment.writeUInt16BE(from.port, 0)
  segment.writeUInt16BE(to.port, 2)
  segment.writeUInt16BE(segment.byteLength + missing, 4)
  segment.set(payload, 8)
  if (missing > 0) return segment
  // RFC 768: a sum of zero says that there is none
  segment.writeUInt16BE(checksum(pseudo(from, to, udpProtocol, segment), segment) || 0xffff, 6)
  return segment
}

function tcp(from: Address, to: Address, payload: Uint8Array, sequence: number, acknowledged: number): Buffer {
  const segment = Buffer.alloc(20 + payload.byteLength)
  segment.writeUInt16BE(from.port, 0)
  segment.writeUInt16BE(to.port, 2)
  segment.writeUInt32BE(sequence, 4)
  segment.writeUInt32BE(acknowledged, 8)
  segment.writeUInt16BE(0x5018, 12) // five words of header; PSH, ACK
  segment.writeUInt16BE(0xffff, 14)
  segment.set(payload, 20)
  segment.writeUInt16BE(checksum(pseudo(from, to, tcpProtocol, segment), segment), 16)
  return segment
}

function ip(from: Address, to: Address, protocol: number, payload: Uint8Array, missing = 0): Buffer {
  const dress = octets(from.address).byteLength === 4 ? ipv4 : ipv6
  return dress(from, to, protocol, payload, missing)
}

function ipv4(from: Address, to: Address, protocol: number, payload: Uint8Array, missing: number): Buffer {
  const packet = Buffer.alloc(20 + payload.byteLength)
  packet.writeUInt16BE(0x4500, 0)
  packet.writeUInt16BE(packet.byteLength + missing, 2)
  packet.writeUInt8(64, 8)
  packet.writeUInt8(protocol, 9)
  packet.set(octets(from.address), 12)
  packet.set(octets(to.address), 16)
  packet.writeUInt16BE(checksum(packet.subarray(0, 20)), 10)
  packet.set(payload, 20)
  return packet
}

function ipv6(from: Address, to: Address, protocol: number, payload: Uint8Array, missing: number): Buffer {
  const packet = Buffer.alloc(40 + payload.byteLength)
  packet.writeUInt32BE(0x60000000, 0)
  packet.writeUInt16BE(payload.byteLength + missing, 4)
  packet.writeUInt8(protocol, 6)
  packet.writeUInt8(64, 7)
  packet.set(octets(from.address), 8)
  packet.set(octets(to.address), 24)
  packet.set(payload, 40)
  return packet
}

/** RFC 768, and RFC 8200 8.1 for IPv6. */
function pseudo(from: Address, to: Address, protocol: number, segment: Uint8Array): Buffer {
  const rest = Buffer.alloc(8)
  rest.writeUInt32BE(segment.byteLength, 0)
  rest.writeUInt8(protocol, 7)
  return Buffer.concat([octets(from.address), octets(to.address), rest])
}

/** The Internet checksum (RFC 1071). Each part but the last has an even number of octets. */
function checksum(...parts: readonly Uint8Array[]): number {
  let sum = 0
  for (const part of parts)
    for (let at = 0; at < part.byteLength; at += 2) sum += ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return ~sum & 0xffff
}

/** Four octets or sixteen; what is no address is 0.0.0.0. */
function octets(address: string): Uint8Array {
  const plain = address.replace(/%.*/, '')
  if (!plain.includes(':')) {
    const parts = plain.split('.').map(Number)
    return Uint8Array.from(parts.length === 4 && parts.every((part) => part >= 0 && part < 256) ? parts : [0, 0, 0, 0])
  }
  // RFC 4291 2.2: the last two groups may be written as IPv4
  const text = plain.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...four: string[]) => {
    const [a, b, c, d] = four.map(Number) as [number, number, number, number]
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  })
  const [head = '', tail] = text.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  const groups = [...front, ...(tail === undefined ? [] : gap), ...back].slice(0, 8)
  const bytes = Buffer.alloc(16)
  for (const [at, group] of groups.entries()) bytes.writeUInt16BE(Number.parseInt(group, 16) & 0xffff || 0, at * 2)
  return bytes
}
