/** RTP streams in a capture (pcap of tcpdump) and how evenly their packets left. Pure. */

interface CapturedDatagram {
  /** Milliseconds, by the kernel's clock. */
  readonly at: number
  readonly sourcePort: number
  readonly destinationPort: number
  readonly payload: Uint8Array
}

interface StreamIntervals {
  readonly sourcePort: number
  readonly destinationPort: number
  readonly ssrc: number
  readonly packets: number
  readonly lost: number
  /** Of the times between one packet and the next, milliseconds. */
  readonly mean: number
  readonly sd: number
  readonly p99: number
  readonly max: number
}

/** Bytes of the link header before IPv4, by pcap link type: raw, Ethernet, Linux cooked 1 and 2. */
const linkHeader: Readonly<Record<number, number>> = { 101: 0, 1: 14, 113: 16, 276: 20 }

/** UDP over IPv4 only. A capture cut short is read as far as it goes. */
export function readCapture(file: Uint8Array): CapturedDatagram[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (bytes.length < 24) return []
  const magic = bytes.readUInt32LE(0)
  const fraction = magic === 0xa1b23c4d ? 1e6 : magic === 0xa1b2c3d4 ? 1e3 : 0
  const skip = linkHeader[bytes.readUInt32LE(20)]
  if (fraction === 0 || skip === undefined) throw new Error('this is no capture we can read')
  const found: CapturedDatagram[] = []
  for (let at = 24; at + 16 <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 8)
    const time = bytes.readUInt32LE(at) * 1000 + bytes.readUInt32LE(at + 4) / fraction
    const datagram = readUdp(bytes.subarray(at + 16 + skip, at + 16 + length), time)
    if (datagram !== undefined) found.push(datagram)
    at += 16 + length
  }
  return found
}

function readUdp(ip: Buffer, at: number): CapturedDatagram | undefined {
  if (ip.length < 28 || ip[0]! >> 4 !== 4 || ip[9] !== 17) return undefined
  const udp = ip.subarray((ip[0]! & 15) * 4)
  if (udp.length < 8) return undefined
  return { at, sourcePort: udp.readUInt16BE(0), destinationPort: udp.readUInt16BE(2), payload: udp.subarray(8) }
}

/** The streams of at least 50 packets, RTCP left out (RFC 5761 4: packet types 64 to 95 of the second byte). */
export function rtpStreams(datagrams: readonly CapturedDatagram[]): StreamIntervals[] {
  const streams = new Map<string, CapturedDatagram[]>()
  for (const datagram of datagrams) {
    const { payload, sourcePort, destinationPort } = datagram
    const type = payload[1]! & 127
    if (payload.length < 13 || payload[0]! >> 6 !== 2 || (type >= 64 && type <= 95)) continue
    const key = `${sourcePort} ${destinationPort} ${view(payload).getUint32(8)}`
    const stream = streams.get(key)
    if (stream === undefined) streams.set(key, [datagram])
    else stream.push(datagram)
  }
  return [...streams.values()].filter((packets) => packets.length >= 50).map(describe)
}

function describe(packets: readonly CapturedDatagram[]): StreamIntervals {
  const [first, last] = [packets[0]!, packets.at(-1)!]
  const sequence = ({ payload }: CapturedDatagram) => view(payload).getUint16(2)
  const expected = ((sequence(last) - sequence(first)) & 0xffff) + 1
  const intervals = packets.slice(1).map(({ at }, i) => at - packets[i]!.at)
  return {
    sourcePort: first.sourcePort,
    destinationPort: first.destinationPort,
    ssrc: view(first.payload).getUint32(8),
    packets: packets.length,
    lost: Math.max(0, expected - packets.length),
    ...spread(intervals),
  }
}

export function spread(values: readonly number[]): { mean: number; sd: number; p50: number; p99: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b)
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { mean, sd: Math.sqrt(variance), p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? 0 }
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
