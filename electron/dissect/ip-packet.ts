import { bytesOf, part, viewOf } from './octets.ts'
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
  const packet = withoutLink(viewOf(bytes), linkType)
  if (packet === undefined || packet.byteLength < 20) return undefined
  const version = packet.getUint8(0) >> 4
  return version === 4 ? ipv4(packet) : version === 6 && packet.byteLength >= 40 ? ipv6(packet) : undefined
}

/** LINKTYPE_ values of tcpdump.org. */
function withoutLink(view: DataView, linkType: number): DataView | undefined {
  switch (linkType) {
    case 0: // NULL: the address family in front
    case 108:
      return part(view, 4)
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
      return view.byteLength < 20 ? undefined : part(view, 20)
    default:
      return undefined
  }
}

/** `at`: where the type of what follows stands; tags of VLANs (IEEE 802.1Q) are skipped. */
function withoutEthernet(view: DataView, at: number): DataView | undefined {
  for (let tags = 0; tags < 4 && at + 2 <= view.byteLength; tags++, at += 4) {
    const type = view.getUint16(at)
    if (type === etherIpv4 || type === etherIpv6) return part(view, at + 2)
    if (!vlanTypes.has(type)) return undefined
  }
  return undefined
}

function ipv4(packet: DataView): IpPayload | undefined {
  const head = (packet.getUint8(0) & 0x0f) * 4
  const said = packet.getUint16(2)
  // Zero where the network card was to cut it up later
  const total = said === 0 ? packet.byteLength : Math.min(said, packet.byteLength)
  if (head < 20 || head > total) return undefined
  const [from, to] = [ipv4Text(packet.getUint32(12)), ipv4Text(packet.getUint32(16))]
  const protocol = packet.getUint8(9)
  const flags = packet.getUint16(6)
  const [offset, more] = [(flags & 0x1fff) * 8, (flags & 0x2000) !== 0]
  const whole = { from, to, protocol, payload: bytesOf(packet, head, total) }
  if (offset === 0 && !more) return whole
  return { ...whole, fragment: { id: `${from} ${to} ${protocol} ${packet.getUint16(4)}`, offset, more } }
}

const ipv4Text = (address: number) =>
  `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`

const extensions = new Set([0, 43, 60])

function ipv6(packet: DataView): IpPayload | undefined {
  const said = packet.getUint16(4)
  const end = said === 0 ? packet.byteLength : Math.min(40 + said, packet.byteLength)
  const [from, to] = [ipv6Text(part(packet, 8, 24)), ipv6Text(part(packet, 24, 40))]
  let fragment: IpPayload['fragment']
  let protocol = packet.getUint8(6)
  let at = 40
  for (let headers = 0; headers < 8 && at + 8 <= end; headers++) {
    if (protocol === 44) {
      const field = packet.getUint16(at + 2)
      const id = `${from} ${to} ${packet.getUint32(at + 4)}`
      fragment = { id, offset: field & 0xfff8, more: (field & 1) !== 0 }
      protocol = packet.getUint8(at)
      at += 8
    } else if (extensions.has(protocol)) {
      protocol = packet.getUint8(at)
      at += (packet.getUint8(at + 1) + 1) * 8
    } else break
  }
  if (at > end) return undefined
  return { from, to, protocol, payload: bytesOf(packet, at, end), ...(fragment && { fragment }) }
}

/** RFC 5952: the longest run of zeros is left out. */
function ipv6Text(octets: DataView): string {
  const groups = Array.from({ length: 8 }, (_, at) => octets.getUint16(at * 2).toString(16))
  const runs = groups.join(':').match(/(?:^|:)0(?::0)+(?=:|$)/g) ?? []
  const longest = runs.toSorted((one, other) => other.length - one.length)[0]
  if (longest === undefined) return groups.join(':')
  const text = groups.join(':').replace(longest, '::')
  return text.replace(/:{3,}/, '::')
}
