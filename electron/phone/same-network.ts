import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** An address of this machine with its prefix, `192.168.1.5/24`. */
export type Cidr = string

/** Whether `remote` is in the subnet that `local`, one of this machine's addresses, belongs to. */
export function sameNetwork(local: string, remote: string, cidrs: readonly Cidr[]): boolean {
  if (local === remote) return true
  const cidr = cidrs.find((candidate) => candidate.split('/', 1)[0] === local)
  const prefix = Number(cidr?.split('/')[1])
  if (cidr === undefined || isIPv6(local) !== isIPv6(remote)) return false
  if (isIPv4(local) && isIPv4(remote)) {
    // RFC 4632 3.1: the bits that count are the same
    const mask = prefix === 0 ? 0 : -1 << (32 - prefix)
    return ((bitsOf(local) ^ bitsOf(remote)) & mask) === 0
  }
  const subnet = new BlockList()
  subnet.addSubnet(local, prefix, 'ipv6')
  return subnet.check(remote, 'ipv6')
}

function bitsOf(ipv4: string): number {
  return ipv4.split('.').reduce((bits, part) => (bits << 8) | Number(part), 0)
}
