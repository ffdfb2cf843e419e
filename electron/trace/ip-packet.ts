import type { CapturedPacket } from './pcap-reader.ts'

/** What an IP packet carries, or a part of it. */
export interface IpPayload {
  readonly from: string
  readonly to: string
  readonly protocol: number
  readonly payload: Uint8Array
  /** Present: a fragment (RFC 791 3.2, RFC 8200 4.5). */
  readonly fragment?: { readonly id: string; readonly offset: number; readonly more: boolean }
}

const [etherIpv4, etherIpv6] = [0x0800, 0x86dd]
const vlanTypes = new Set([0x8100, 0x88a8, 0x9100])

/** The IP packet in a record of that link type; undefined when there is none that can be read. Never throws. */
export function ipPayload({ linkType, bytes }: CapturedPacket): IpPayload | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const packet = withoutLink(view, linkType)
  if (packet === undefined || packet.byteLength < 20) return undefined
  const version = packet.readUInt8(0) >> 4
  return version === 4 ? ipv4(packet) : version === 6 && packet.byteLength >= 40 ? ipv6(packet) : undefined
}

/** LINKTYPE_ values of tcpdump.org. */
function withoutLink(view: Buffer, linkType: number): Buffer | undefined {
  switch (linkType) {
    case 0: // NULL: the address family in front
    case 108:
      return view.subarray(4)
    case 1:
      return withoutEthernet(view, 12)
    case 12:
    case 14:
    case 101: // RAW
    case 228: // IPV4
    case 229: // IPV6
      return view
    case 113: // LINUX_SLL
      return withoutEthernet(view, 14)
    case 276: // LINUX_SLL2
      return view.byteLength < 20 ? undefined : view.subarray(20)
    default:
      return undefined
  }
}

/** `at`: where the type of what follows stands; tags of VLANs (IEEE 802.1Q) are skipped. */
function withoutEthernet(view: Buffer, at: number): Buffer | undefined {
  for (let tags = 0; tags < 4 && at + 2 <= view.byteLength; tags++, at += 4) {
    const type = view.readUInt16BE(at)
    if (type === etherIpv4 || type === etherIpv6) return view.subarray(at + 2)
    if (!vlanTypes.has(type)) return undefined
  }
  return undefined
}

function ipv4(packet: Buffer): IpPayload | undefined {
  const head = (packet.readUInt8(0) & 0x0f) * 4
  const said = packet.readUInt16BE(2)
  // Zero where the network card was to cut it up later
  const total = said === 0 ? packet.byteLength : Math.min(said, packet.byteLength)
  if (head < 20 || head > total) return undefined
  const from = [...packet.subarray(12, 16)].join('.')
  const to = [...packet.subarray(16, 20)].join('.')
  const protocol = packet.readUInt8(9)
  const flags = packet.readUInt16BE(6)
  const [offset, more] = [(flags & 0x1fff) * 8, (flags & 0x2000) !== 0]
  const whole = { from, to, protocol, payload: packet.subarray(head, total) }
  if (offset === 0 && !more) return whole
  return { ...whole, fragment: { id: `${from} ${to} ${protocol} ${packet.readUInt16BE(4)}`, offset, more } }
}

const extensions = new Set([0, 43, 60])

function ipv6(packet: Buffer): IpPayload | undefined {
  const said = packet.readUInt16BE(4)
  const end = said === 0 ? packet.byteLength : Math.min(40 + said, packet.byteLength)
  const [from, to] = [ipv6Text(packet.subarray(8, 24)), ipv6Text(packet.subarray(24, 40))]
  let fragment: IpPayload['fragment']
  let protocol = packet.readUInt8(6)
  let at = 40
  for (let headers = 0; headers < 8 && at + 8 <= end; headers++) {
    if (protocol === 44) {
      const field = packet.readUInt16BE(at + 2)
      const id = `${from} ${to} ${packet.readUInt32BE(at + 4)}`
      fragment = { id, offset: field & 0xfff8, more: (field & 1) !== 0 }
      protocol = packet.readUInt8(at)
      at += 8
    } else if (extensions.has(protocol)) {
      protocol = packet.readUInt8(at)
      at += (packet.readUInt8(at + 1) + 1) * 8
    } else break
  }
  if (at > end) return undefined
  return { from, to, protocol, payload: packet.subarray(at, end), ...(fragment && { fragment }) }
}

/** RFC 5952: the longest run of zeros is left out. */
function ipv6Text(octets: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, at) => octets.readUInt16BE(at * 2).toString(16))
  const runs = groups.join(':').match(/(?:^|:)0(?::0)+(?=:|$)/g) ?? []
  const longest = runs.toSorted((one, other) => other.length - one.length)[0]
  if (longest === undefined) return groups.join(':')
  const text = groups.join(':').replace(longest, '::')
  return text.replace(/:{3,}/, '::')
}
