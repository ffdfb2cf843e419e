import { BlockList, isIPv6 } from 'node:net'

/** An address of this machine with its prefix, `192.168.1.5/24`. */
export type Cidr = string

/** Whether `remote` is in the subnet that `local`, one of this machine's addresses, belongs to. */
export function sameNetwork(local: string, remote: string, cidrs: readonly Cidr[]): boolean {
  if (local === remote) return true
  const cidr = cidrs.find((candidate) => candidate.split('/', 1)[0] === local)
  const prefix = Number(cidr?.split('/')[1])
  if (cidr === undefined || isIPv6(local) !== isIPv6(remote)) return false
  const family = isIPv6(local) ? 'ipv6' : 'ipv4'
  const subnet = new BlockList()
  subnet.addSubnet(local, prefix, family)
  return subnet.check(remote, family)
}
