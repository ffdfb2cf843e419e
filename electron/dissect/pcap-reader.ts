import { bytesOf, part, viewOf } from './octets.ts'

/** One record of a capture file. */
export interface CapturedPacket {
  /** From 1, as Wireshark counts. */
  readonly number: number
  /** Microseconds since 1970 UTC. */
  readonly atMicros: number
  /** What the bytes begin with (LINKTYPE_ of tcpdump.org). */
  readonly linkType: number
  readonly bytes: Uint8Array
}

interface CaptureFile {
  readonly packets: readonly CapturedPacket[]
  /** Why the rest of the file cannot be read, for people. */
  readonly problem?: string
}

/** A larger record is no packet but damage. */
const mostOctets = 1_048_576
const mostPackets = 5_000_000

/** Reads pcap and pcapng of either byte order. Throws a CaptureError for what is neither; never for a damaged rest. */
export function readCaptureFile(file: Uint8Array): CaptureFile {
  const view = viewOf(file)
  if (view.byteLength < 24) throw new CaptureError('The file is too short to be a capture')
  if (view.getUint32(0) === 0x0a0d0d0a) return readNext(view)
  const classic = classicFormats.get(view.getUint32(0))
  if (classic === undefined) throw new CaptureError('The file is neither pcap nor pcapng')
  return readClassic(view, classic)
}

export class CaptureError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CaptureError'
  }
}

interface Classic {
  readonly little: boolean
  /** Parts of a second in the second field of a record. */
  readonly perSecond: number
}

/** By the first four octets. */
const classicFormats = new Map<number, Classic>([
  [0xa1b2c3d4, { little: false, perSecond: 1e6 }],
  [0xd4c3b2a1, { little: true, perSecond: 1e6 }],
  [0xa1b23c4d, { little: false, perSecond: 1e9 }],
  [0x4d3cb2a1, { little: true, perSecond: 1e9 }],
])

function readClassic(view: DataView, { little, perSecond }: Classic): CaptureFile {
  const word = (at: number) => view.getUint32(at, little)
  const linkType = word(20) & 0x0fffffff
  const packets: CapturedPacket[] = []
  for (let at = 24; at < view.byteLength;) {
    if (at + 16 > view.byteLength) return cutShort(packets)
    const length = word(at + 8)
    if (length > mostOctets) return { packets, problem: `Packet ${packets.length + 1} says it has ${length} octets` }
    if (at + 16 + length > view.byteLength) return cutShort(packets)
    const atMicros = word(at) * 1e6 + Math.floor((word(at + 4) * 1e6) / perSecond)
    const bytes = bytesOf(view, at + 16, at + 16 + length)
    packets.push({ number: packets.length + 1, atMicros, linkType, bytes })
    if (packets.length >= mostPackets) return { packets, problem: 'There are more packets than can be shown' }
    at += 16 + length
  }
  return { packets }
}

const cutShort = (packets: readonly CapturedPacket[]): CaptureFile => ({
  packets,
  problem: `Packet ${packets.length + 1} is cut short; the ${packets.length} before it are shown`,
})

interface Interface {
  readonly linkType: number
  readonly perSecond: number
}

/** draft-ietf-opsawg-pcapng: blocks, of which only those with packets and those that explain them matter. */
function readNext(view: DataView): CaptureFile {
  const packets: CapturedPacket[] = []
  let little = true
  let interfaces: Interface[] = []
  const half = (at: number) => view.getUint16(at, little)
  const word = (at: number) => view.getUint32(at, little)
  for (let at = 0; at < view.byteLength;) {
    if (at + 12 > view.byteLength) return cutShort(packets)
    if (view.getUint32(at) === 0x0a0d0d0a) {
      little = view.getUint32(at + 8) !== 0x1a2b3c4d
      interfaces = []
    }
    const [type, length] = [word(at), word(at + 4)]
    if (length < 12 || length % 4 !== 0)
      return { packets, problem: `A block after packet ${packets.length} is damaged` }
    if (at + length > view.byteLength) return cutShort(packets)
    const body = at + 8
    const end = at + length - 4
    const take = (from: number, captured: number, one: Interface | undefined, ticks: number) => {
      if (!one || captured > end - from) return
      const atMicros = Math.floor((ticks * 1e6) / one.perSecond)
      const bytes = bytesOf(view, from, from + captured)
      packets.push({ number: packets.length + 1, atMicros, linkType: one.linkType, bytes })
    }
    if (type === 1 && length >= 20) {
      interfaces.push({ linkType: half(body), perSecond: resolution(part(view, body + 8, end), little) })
    } else if (type === 6 && length >= 32) {
      take(body + 20, word(body + 12), interfaces[word(body)], word(body + 4) * 2 ** 32 + word(body + 8))
    } else if (type === 3 && length >= 16) {
      take(body + 4, Math.min(word(body), end - body - 4), interfaces[0], 0)
    }
    if (packets.length >= mostPackets) return { packets, problem: 'There are more packets than can be shown' }
    at += length
  }
  return { packets }
}

/** Option 9 of an interface, if_tsresol; microseconds when absent. */
function resolution(list: DataView, little: boolean): number {
  for (let at = 0; at + 4 <= list.byteLength;) {
    const code = list.getUint16(at, little)
    const length = list.getUint16(at + 2, little)
    if (code === 0) break
    if (code === 9 && length === 1 && at + 5 <= list.byteLength) {
      const value = list.getUint8(at + 4)
      return value & 0x80 ? 2 ** (value & 0x7f) : 10 ** value
    }
    at += 4 + ((length + 3) & ~3)
  }
  return 1e6
}
