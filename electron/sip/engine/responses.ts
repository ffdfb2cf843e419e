import type { Header, SipRequest, SipResponse } from '../message/message.ts'
import { reasonPhrase } from '../message/status.ts'
import { tagOf } from '../message/name-addr.ts'
import { quote } from '../message/grammar.ts'

const empty = new Uint8Array(0)

interface ResponseParts {
  readonly reason?: string
  /** For the To header, unless the request has one there (RFC 3261 8.2.6.2). */
  readonly toTag?: string
  readonly headers?: readonly Header[]
  readonly body?: Uint8Array
  /** Copy Record-Route: for responses that make a dialog (RFC 3261 12.1.1). */
  readonly recordRoute?: boolean
}

/** RFC 3261 8.2.6: what a response takes from its request. */
export function responseTo(request: SipRequest, status: number, parts: ResponseParts = {}): SipResponse {
  const headers: Header[] = []
  for (const header of request.headers) {
    switch (header.name) {
      case 'Via':
      case 'From':
      case 'Call-ID':
      case 'CSeq':
      case 'Timestamp':
        headers.push(header)
        break
      case 'Record-Route':
        if (parts.recordRoute) headers.push(header)
        break
      case 'To':
        headers.push({ name: 'To', value: withTag(header.value, parts.toTag) })
        break
    }
  }
  if (parts.headers) headers.push(...parts.headers)
  const reason = parts.reason || reasonPhrase(status)
  return { kind: 'response', status, reason, headers, body: parts.body ?? empty }
}

/** Of our own making, for a client transaction that got none: 408, 487 or 503. `detail` says why, for people. */
export function generatedResponse(request: SipRequest, status: number, toTag: string, detail: string): SipResponse {
  // RFC 3261 20.43: 399 is the warning that means what its text says
  const warning = { name: 'Warning', value: `399 localhost ${quote(detail)}` }
  return responseTo(request, status, { toTag, headers: [warning] })
}

function withTag(to: string, tag: string | undefined): string {
  return tag === undefined || tagOf(to) !== undefined ? to : `${to};tag=${tag}`
}
