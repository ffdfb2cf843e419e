import { parseCSeq } from './cseq.ts'
import { parseDigits } from './grammar.ts'
import { header, headers } from './headers.ts'
import type { SipMessage, SipRequest, SipResponse } from './message.ts'
import { isKnownMethod } from './method.ts'
import { parseNameAddr } from './name-addr.ts'
import { reasonPhrase } from './status.ts'
import { parseUri, schemeOf } from './uri.ts'
import { parseVia } from './via.ts'

interface RequestFault {
  readonly status: 400 | 416 | 501
  /** A reason phrase that names the culprit (RFC 3261 21.4.1). */
  readonly reason: string
}

const single = ['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards', 'Content-Type', 'Expires'] as const
const mandatory = ['Via', 'From', 'To', 'Call-ID', 'CSeq'] as const

/**
 * What forbids to process a request at all, as RFC 3261 8.2 and 16.3 and RFC 4475 have it; null if nothing does. Whether
 * its method, extensions and body are supported is for the transaction user. The faults of an ACK are not answered.
 */
export function requestFault(request: SipRequest): RequestFault | null {
  const broken = headerFault(request)
  if (broken) return bad(broken)
  // Max-Forwards may be missing (RFC 2543, RFC 4475 3.4.1); RFC 3261 20.22: 0 to 255.
  const hops = header(request, 'Max-Forwards')
  if (hops !== undefined && parseDigits(hops, 255) === null) return bad('Invalid Max-Forwards')
  const cseq = parseCSeq(header(request, 'CSeq') ?? '')
  if (cseq?.method !== request.method) {
    // RFC 4475 3.1.2.18: of an unknown method, that it is unknown says more than that CSeq disagrees.
    return isKnownMethod(request.method) ? bad('CSeq method mismatch') : { status: 501, reason: reasonPhrase(501) }
  }
  return uriFault(request.uri)
}

interface ResponseFault {
  readonly reason: string
}

/** What forbids to process a response: it is dropped without a word (RFC 3261 18.1.2, RFC 4475 3.1.2.5). */
export function responseFault(response: SipResponse): ResponseFault | null {
  const broken = headerFault(response)
  if (broken) return { reason: broken }
  // RFC 3261 8.1.3.3: more than one Via means that it was meant for somebody else.
  return headers(response, 'Via').length > 1 ? { reason: 'More than one Via' } : null
}

function headerFault(message: SipMessage): string | null {
  const counts = new Map<string, number>()
  for (const { name } of message.headers) counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const name of mandatory) if (!counts.has(name)) return `Missing ${name}`
  for (const name of single) if ((counts.get(name) ?? 0) > 1) return `More than one ${name}`
  for (const value of headers(message, 'Via')) if (!parseVia(value)) return 'Invalid Via'
  for (const name of ['From', 'To'] as const) if (!parseNameAddr(header(message, name) ?? '')) return `Invalid ${name}`
  if (header(message, 'Call-ID') === '') return 'Invalid Call-ID'
  if (!parseCSeq(header(message, 'CSeq') ?? '')) return 'Invalid CSeq'
  for (const value of headers(message, 'Contact')) if (value !== '*' && !parseNameAddr(value)) return 'Invalid Contact'
  return null
}

function uriFault(uri: string): RequestFault | null {
  const scheme = schemeOf(uri)
  if (scheme === null) return bad('Invalid Request-URI')
  if (scheme === 'tel') return null
  if (scheme !== 'sip' && scheme !== 'sips') return { status: 416, reason: reasonPhrase(416) } // RFC 3261 8.2.2.1
  const parsed = parseUri(uri)
  // RFC 4475 3.1.2.11: headers have no place in a Request-URI.
  return parsed && parsed.headers === undefined ? null : bad('Invalid Request-URI')
}

function bad(reason: string): RequestFault {
  return { status: 400, reason }
}
