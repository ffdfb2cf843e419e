import { isNowhere } from '../sdp/connection.ts'
import type { Connection } from '../sdp/sdp.ts'

/** Where the peer wants its audio, and whether it can be believed. */
interface Destination {
  readonly address: string
  /** Why it is not the address the peer wrote, for the trace. */
  readonly note?: string
}

const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/

/** 127.0.0.0/8, ::1, and the IPv4 one in IPv6 clothes. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./i.test(address)
}

/** Groups and broadcast: a single peer's SDP must not make us send there. */
export function isGroup(address: string): boolean {
  const first = Number(/^(\d{1,3})\./.exec(address)?.[1] ?? 0)
  return (ipv4.test(address) && first >= 224) || /^ff[\da-f]{2}:/i.test(address)
}

/**
 * The address to send to. `source` is where the peer's signalling comes from: the way out when its SDP names a place
 * that cannot be meant (SJPhone and other phones that picked their loopback interface, RFC 2543 black holes outside of
 * a hold), cannot be reached from our socket's address family, or would need a DNS lookup.
 */
export function destination(connection: Connection, source: string): Destination {
  const { address } = connection
  const instead = (why: string): Destination => ({ address: source, note: `${why}: audio goes to ${source} instead` })
  if (isNowhere(connection)) return instead(`The SDP names no address (c=${address})`)
  if (isLoopback(address) && !isLoopback(source)) {
    return instead(`The SDP says c=${address}, the peer's own loopback, but its signalling comes from elsewhere`)
  }
  if (!ipv4.test(address) && !address.includes(':')) return instead(`The SDP names a host (c=${address})`)
  if (address.includes(':') !== source.includes(':')) {
    return instead(`The SDP names an address of another family (c=${address})`)
  }
  return { address }
}
