import { formatCSeq, parseCSeq } from '../message/cseq.ts'
import type { Header, SipRequest, SipResponse } from '../message/message.ts'
import { isGroup, isIpv6 } from '../message/host.ts'
import type { Param } from '../message/params.ts'
import { formatVia } from '../message/via.ts'
import { valueOf } from './inbound.ts'
import { givenHeaders } from './outgoing.ts'
import type { SocketAddress } from '../transaction-user.ts'
import { isReliable, type Path } from './network.ts'

const empty = new Uint8Array(0)

/**
 * RFC 3261 18.1.1 and 8.1.1.7; rport (RFC 3581 3) always, it costs nothing and NATs need it. `sentBy`: how UDP is seen
 * from outside, where that is known.
 */
export function withVia(request: SipRequest, path: Path, branch: string, sentBy?: SocketAddress): SipRequest {
  const { address, port } = (isReliable(path) ? undefined : sentBy) ?? path.local
  const group = path.remote.address
  const value = formatVia({
    transport: path.local.transport.toUpperCase(),
    host: address,
    port,
    params: [{ name: 'rport' }, ...(isGroup(group) ? groupParams(group) : []), { name: 'branch', value: branch }],
  })
  return { ...request, headers: [{ name: 'Via', value }, ...request.headers] }
}

/** RFC 3261 18.1.1: a request to a group says so, and over IPv4 that it goes no further than its network. */
function groupParams(address: string): readonly Param[] {
  return [{ name: 'maddr', value: address }, ...(isIpv6(address) ? [] : [{ name: 'ttl', value: '1' }])]
}

/** RFC 3261 17.1.1.3: the ACK of a non-2xx response belongs to the transaction and shares its branch. */
export function ackOfRejection(invite: SipRequest, response: SipResponse): SipRequest {
  const to = valueOf(response.headers, 'To') ?? valueOf(invite.headers, 'To') ?? ''
  return besideInvite(invite, 'ACK', to, [])
}

/** RFC 3261 9.1. Of `extra`, what identifies the request is not taken. */
export function cancelOf(invite: SipRequest, extra: readonly Header[]): SipRequest {
  const { other } = givenHeaders(extra)
  return besideInvite(invite, 'CANCEL', valueOf(invite.headers, 'To') ?? '', other)
}

function besideInvite(invite: SipRequest, method: string, to: string, extra: readonly Header[]): SipRequest {
  const headers: Header[] = []
  const copy = (name: string) => {
    const value = valueOf(invite.headers, name)
    if (value !== undefined) headers.push({ name, value })
  }
  copy('Via') // the topmost is the only one
  for (const header of invite.headers) if (header.name === 'Route') headers.push(header)
  headers.push({ name: 'Max-Forwards', value: '70' })
  copy('From')
  headers.push({ name: 'To', value: to })
  copy('Call-ID')
  const number = parseCSeq(valueOf(invite.headers, 'CSeq') ?? '')?.number ?? 0
  headers.push({ name: 'CSeq', value: formatCSeq({ number, method }) }, ...extra)
  return { kind: 'request', method, uri: invite.uri, headers, body: empty }
}

/** The credentials an ACK repeats from its INVITE (RFC 3261 22.1). */
export function credentialsOf(request: SipRequest): Header[] {
  return request.headers.filter(({ name }) => name === 'Authorization' || name === 'Proxy-Authorization')
}
