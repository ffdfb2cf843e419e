import { parseCSeq, type CSeq } from '../message/cseq.ts'
import type { Header, SipMessage, SipRequest, SipResponse } from '../message/message.ts'
import { tagOf } from '../message/name-addr.ts'
import { branchCookie, branchOf, formatVia, parseVia, withSource, type Via } from '../message/via.ts'
import type { Path } from './network.ts'

/** What the engine reads of every message, read once. */
interface Read {
  readonly path: Path
  readonly via: Via
  readonly branch: string
  readonly callId: string
  readonly fromTag: string
  readonly toTag: string
  readonly cseq: CSeq
}

export interface InboundRequest extends Read {
  readonly message: SipRequest
}

export interface InboundResponse extends Read {
  readonly message: SipResponse
}

/**
 * Undefined without a usable Via, as nothing can be answered then. The top Via of a request tells where it really came
 * from (RFC 3261 18.2.1, RFC 3581 4). What else is missing or broken reads as empty here; validate.ts refuses it.
 */
export function inboundRequest(message: SipRequest, path: Path): InboundRequest | undefined {
  const read = readMessage(message, path)
  if (!read) return undefined
  const via = withSource(read.via, path.remote.address, path.remote.port)
  const top = message.headers.findIndex(({ name }) => name === 'Via')
  const headers = message.headers.with(top, { name: 'Via', value: formatVia(via) })
  return { ...read, via, message: { ...message, headers } }
}

export function inboundResponse(message: SipResponse, path: Path): InboundResponse | undefined {
  const read = readMessage(message, path)
  return read && { ...read, message }
}

function readMessage({ headers }: SipMessage, path: Path): Read | undefined {
  const text = (name: string) => valueOf(headers, name) ?? ''
  // Of another version it is read as well: its sender is to learn that we do not speak it (RFC 4475 3.1.2.16)
  const via = parseVia(text('Via')) ?? parseVia(text('Via').replace(/^SIP\/\d+\.\d+\//i, 'SIP/2.0/'))
  if (!via) return undefined
  return {
    path,
    via,
    branch: branchOf(via) ?? '',
    callId: text('Call-ID'),
    fromTag: tagOf(text('From')) ?? '',
    toTag: tagOf(text('To')) ?? '',
    cseq: parseCSeq(text('CSeq')) ?? { number: 0, method: '' },
  }
}

/** Like `header()`, for names that are canonical already, as the parser leaves them. */
export function valueOf(headers: readonly Header[], name: string): string | undefined {
  for (const header of headers) if (header.name === name) return header.value
  return undefined
}

/**
 * RFC 3261 17.2.3: what a request and its retransmissions have in common; an ACK has the key of its INVITE, and so has
 * a CANCEL with `method` INVITE.
 */
export function serverKey(request: InboundRequest, method = request.message.method): string {
  const { via, branch, callId, fromTag, cseq } = request
  const kind = method === 'ACK' ? 'INVITE' : method
  const sentBy = `${via.host.toLowerCase()}:${via.port ?? 5060}`
  // RFC 4475 3.2.1: the cookie alone identifies nothing
  if (branch.startsWith(branchCookie) && branch.length > branchCookie.length) return key(branch, sentBy, kind)
  // A peer of RFC 2543. The To tag is left out: an ACK carries ours, its INVITE none
  return key('', request.message.uri, fromTag, callId, String(cseq.number), sentBy, branch, kind)
}

/** RFC 3261 8.2.2.2: the same request by another way. Only requests without To tag can be merged ones. */
export function mergeKey({ callId, fromTag, cseq }: InboundRequest): string {
  return key(callId, fromTag, String(cseq.number), cseq.method)
}

/** Joined and not put together with `+` or a template: that would hold on to the whole message its parts were cut from. */
function key(...parts: readonly string[]): string {
  return parts.join('\n')
}
