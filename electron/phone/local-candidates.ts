import type { SeenPorts } from '../../native/protocol.ts'
import type { Candidate } from '../sdp/ice.ts'
import type { SocketAddress } from './nat-address.ts'

/** Where this phone may be reached (RFC 8445 5.1.1): its addresses, and what is seen of them from outside. Pure. */

const HOST = 126
const SERVER_REFLEXIVE = 100
const MOST_HOSTS = 8

interface LocalPlaces {
  /** Addresses of this machine that the peer may know, the likeliest first; of one family. */
  readonly hosts: readonly string[]
  readonly rtpPort: number
  readonly rtcpPort: number
  /** What c= and m= say: the default candidate, which has to be among them (RFC 8839 4.2.1.2). */
  readonly told: { readonly rtp: SocketAddress; readonly rtcp: SocketAddress }
  readonly seen?: SeenPorts | undefined
  /** Whether what is told is an address of this machine. */
  readonly toldIsOurs: boolean
}

export function localCandidates(places: LocalPlaces): Candidate[] {
  const { rtpPort, rtcpPort, told, seen } = places
  return [
    ...ofComponent(1, rtpPort, told.rtp, seen?.rtp, places),
    ...ofComponent(2, rtcpPort, told.rtcp, seen?.rtcp, places),
  ]
}

function ofComponent(
  component: Candidate['component'],
  port: number,
  told: SocketAddress,
  seen: SocketAddress | undefined,
  { hosts, toldIsOurs }: LocalPlaces,
): Candidate[] {
  const own = [...new Set([...(toldIsOurs ? [told.address] : []), ...hosts])].slice(0, MOST_HOSTS)
  const outside = [...(toldIsOurs ? [] : [told]), ...(seen ? [seen] : [])].filter(
    (place, index, all) =>
      !own.includes(place.address) &&
      all.findIndex(({ address, port: other }) => address === place.address && other === place.port) === index,
  )
  // RFC 8839 5.1: whoever may not know the base is told this one.
  const [first] = own
  const base = first === undefined ? { address: '0.0.0.0', port: 9 } : { address: first, port }
  const priority = (type: number, index: number) => type * 2 ** 24 + (0xffff - index) * 256 + 256 - component
  return [
    ...own.map((address, index) => ({
      foundation: String(1 + index),
      component,
      priority: priority(HOST, index),
      address,
      port,
      type: 'host',
    })),
    ...outside.map(({ address, port: mapped }, index) => ({
      foundation: String(101 + index),
      component,
      priority: priority(SERVER_REFLEXIVE, index),
      address,
      port: mapped,
      type: 'srflx',
      base,
    })),
  ]
}
