import { isIPv6 } from 'node:net'
import { type Cidr, sameNetwork } from './same-network.ts'
import type { Settings } from './settings.ts'
import { type GlobalChoice, resolveTri, type Tri } from './tri.ts'

/**
 * Which address of ours a peer is told, where a NAT may lie between (X-Lite's Send Internal IP, NAT Firewall IP, X-NAT,
 * discovered address). Pure.
 */

/** `address`: an IP literal without brackets. */
export interface SocketAddress {
  readonly address: string
  readonly port: number
}

export type NatSettings = Pick<
  Settings['network'],
  'autoDetectIp' | 'useXNat' | 'useDiscoveredAddress' | 'stunServers' | 'natFirewallIp'
>

/** Between whom. */
export interface Between {
  /** An address of this machine, the one that packets to the peer leave from. */
  readonly local: string
  /** The peer, or the server on the way to it. */
  readonly remote: string
  /** The account's choice, and the global one behind it. */
  readonly sendInternalIp: Tri
  readonly otherwise: GlobalChoice
  /** The networks of this machine. */
  readonly cidrs: () => readonly Cidr[]
}

/**
 * Whether STUN servers are asked. `default`: where the outside address is to be found out, that is neither given nor of
 * no interest. `always`: also behind a given address, for the ports.
 */
export function asksStun({ useXNat, stunServers, natFirewallIp, autoDetectIp }: NatSettings): boolean {
  if (stunServers.length === 0 || useXNat === 'never') return false
  return useXNat === 'always' || (autoDetectIp && natFirewallIp === '')
}

/** Whether the peer is told the address of this machine itself. `default`, `auto`: where it is in the same subnet. */
function tellsInternal({ local, remote, sendInternalIp, otherwise, cidrs }: Between): boolean {
  return resolveTri(sendInternalIp, otherwise, sameNetwork(local, remote, cidrs()))
}

/** What Contact and Via say. `seen`: where a STUN server sees our port; undefined where that is not known. */
export function sipAddress(
  settings: NatSettings,
  between: Between,
  port: number,
  seen: SocketAddress | undefined,
): SocketAddress {
  const believed = settings.useDiscoveredAddress ? seen : undefined
  return toldAddress(settings, between, port, believed)
}

/** The same for one media port (c= and m= of a session description). */
export function mediaAddress(
  settings: NatSettings,
  between: Between,
  port: number,
  seen: SocketAddress | undefined,
): SocketAddress {
  return toldAddress(settings, between, port, seen)
}

function toldAddress(
  settings: NatSettings,
  between: Between,
  port: number,
  seen: SocketAddress | undefined,
): SocketAddress {
  const outside = outsideAddress(settings, between, port, seen)
  // In this order: to ask for our networks takes the kernel's time, and most have no other address anyway.
  return outside === undefined || tellsInternal(between) ? { address: between.local, port } : outside
}

function outsideAddress(
  settings: NatSettings,
  { local }: Between,
  port: number,
  seen: SocketAddress | undefined,
): SocketAddress | undefined {
  const known = asksStun(settings) && seen !== undefined && sameFamily(seen.address, local) ? seen : undefined
  const given = settings.natFirewallIp
  if (given !== '' && sameFamily(given, local)) return { address: given, port: known?.port ?? port }
  return settings.autoDetectIp ? known : undefined
}

function sameFamily(one: string, other: string): boolean {
  return isIPv6(one) === isIPv6(other)
}
