import { type Datagram, Framer } from './frames.ts'

/** The link type of bare IP packets, LINKTYPE_RAW. */
const rawIp = 101
const snapLength = 262_144

interface Packet {
  readonly atMicros: bigint
  readonly bytes: Uint8Array
  /** Octets on the wire. */
  readonly length: number
}

/** The classic format (draft-ietf-opsawg-pcap), little-endian, microseconds. */
export function writePcap(datagrams: Iterable<Datagram>): Uint8Array {
  const head = Buffer.alloc(24)
  head.writeUInt32LE(0xa1b2c3d4, 0)
  head.writeUInt16LE(2, 4)
  head.writeUInt16LE(4, 6)
  head.writeUInt32LE(snapLength, 16)
  head.writeUInt32LE(rawIp, 20)
  const records = [...packetsOf(datagrams)].flatMap(({ atMicros, bytes, length }) => {
    const record = Buffer.alloc(16)
    record.writeUInt32LE(Number(atMicros / 1_000_000n), 0)
    record.writeUInt32LE(Number(atMicros % 1_000_000n), 4)
    record.writeUInt32LE(bytes.byteLength, 8)
    record.writeUInt32LE(length, 12)
    return [record, bytes]
  })
  return Buffer.concat([head, ...records])
}

/** The format of today (draft-ietf-opsawg-pcapng), one section, one interface. */
export function writePcapng(datagrams: Iterable<Datagram>): Uint8Array {
  const section = Buffer.alloc(16)
  section.writeUInt32LE(0x1a2b3c4d, 0)
  section.writeUInt16LE(1, 4)
  section.writeBigInt64LE(-1n, 8)
  const link = Buffer.alloc(8)
  link.writeUInt16LE(rawIp, 0)
  link.writeUInt32LE(snapLength, 4)
  const packets = [...packetsOf(datagrams)].map(({ atMicros, bytes, length }) => {
    const body = Buffer.alloc(20 + padded(bytes.byteLength))
    body.writeUInt32LE(Number(atMicros >> 32n), 4)
    body.writeUInt32LE(Number(atMicros & 0xffffffffn), 8)
    body.writeUInt32LE(bytes.byteLength, 12)
    body.writeUInt32LE(length, 16)
    body.set(bytes, 20)
    return block(6, body)
  })
  return Buffer.concat([block(0x0a0d0d0a, section), block(1, link), ...packets])
}

function* packetsOf(datagrams: Iterable<Datagram>): Generator<Packet> {
  const framer = new Framer()
  for (const datagram of datagrams)
    for (const bytes of framer.packets(datagram)) {
      const { atMicros, payload, length = payload.byteLength } = datagram
      yield { atMicros, bytes, length: bytes.byteLength + Math.max(0, length - payload.byteLength) }
    }
}

function block(type: number, body: Buffer): Buffer {
  const whole = Buffer.alloc(12 + body.byteLength)
  whole.writeUInt32LE(type, 0)
  whole.writeUInt32LE(whole.byteLength, 4)
  whole.set(body, 8)
  whole.writeUInt32LE(whole.byteLength, whole.byteLength - 4)
  return whole
}

const padded = (length: number) => (length + 3) & ~3
