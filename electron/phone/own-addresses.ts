import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os'
import type { Cidr } from './same-network.ts'

/**
 * Addresses of this machine that a caller may be told, the likeliest first: IPv4 before IPv6, without link-local ones
 * (they need a zone), and loopback only where there is nothing else. `listenIp` empty: every interface is listened on.
 */
export function ownAddresses(listenIp: string): string[] {
  if (listenIp !== '') return [listenIp]
  const usable = interfaces().filter(({ address }) => !/^fe80:/i.test(address) && !address.startsWith('169.254.'))
  const outward = usable.filter(({ internal }) => !internal)
  return (outward.length > 0 ? outward : usable)
    .sort((a, b) => Number(a.family === 'IPv6') - Number(b.family === 'IPv6'))
    .map(({ address }) => address)
}

/** The networks that this machine is in, as its addresses with their prefixes. */
export function localCidrs(): Cidr[] {
  return interfaces().flatMap(({ cidr }) => cidr ?? [])
}

/** Asking the kernel takes up to a millisecond, and a call asks often; milliseconds of wall time, which goes on in sleep. */
const freshMs = 1000
let known: { readonly at: number; readonly all: readonly NetworkInterfaceInfo[] } | undefined

function interfaces(): readonly NetworkInterfaceInfo[] {
  const at = Date.now()
  if (known === undefined || Math.abs(at - known.at) >= freshMs)
    known = { at, all: Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []) }
  return known.all
}
