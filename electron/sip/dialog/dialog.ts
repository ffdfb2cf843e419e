import { parseCSeq } from '../message/cseq.ts'
import { header, headers } from '../message/headers.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { parseNameAddr, tagOf } from '../message/name-addr.ts'
import { parseUri } from '../message/uri.ts'
import type { DialogTags } from './dialog-id.ts'
import { routeAlong, type Routing } from './route-set.ts'

/** A dialog as both ends keep it (RFC 3261 12). Immutable; every function gives a new one. */
export interface Dialog extends DialogTags {
  readonly state: 'early' | 'confirmed'
  /** The value of From in requests of ours: local URI and tag. */
  readonly local: string
  /** The value of To in requests of ours. */
  readonly remote: string
  /** The CSeq number of our last request; 0 before the first. */
  readonly localSequence: number
  /** Of the peer's last request, undefined before the first. */
  readonly remoteSequence: number | undefined
  readonly remoteTarget: string
  readonly routeSet: readonly string[]
  /** The Contact value that made the dialog on our side. */
  readonly contact: string
}

/** RFC 3261 12.1.2: at the UAC, out of our request and a response with 101 to 299. */
export function dialogOfUac(request: SipRequest, response: SipResponse): Dialog {
  const remote = header(response, 'To') ?? ''
  const local = header(request, 'From') ?? ''
  return {
    role: 'uac',
    state: response.status < 200 ? 'early' : 'confirmed',
    callId: header(request, 'Call-ID') ?? '',
    localTag: tagOf(local) ?? '',
    // A peer of RFC 2543 sends none: the tag is null
    remoteTag: tagOf(remote) ?? '',
    local,
    remote,
    localSequence: parseCSeq(header(request, 'CSeq') ?? '')?.number ?? 0,
    remoteSequence: undefined,
    // NOTE: without a usable Contact, which a response must have, the request's own target has to do
    remoteTarget: contactUri(response) ?? request.uri,
    routeSet: headers(response, 'Record-Route').toReversed(),
    contact: header(request, 'Contact') ?? '',
  }
}

/** RFC 3261 12.1.1: at the UAS, out of the peer's request and the tag and Contact of our response. */
export function dialogOfUas(request: SipRequest, localTag: string, contact: string): Dialog {
  const remote = header(request, 'From') ?? ''
  return {
    role: 'uas',
    state: 'early',
    callId: header(request, 'Call-ID') ?? '',
    localTag,
    remoteTag: tagOf(remote) ?? '',
    local: `${header(request, 'To') ?? ''};tag=${localTag}`,
    remote,
    localSequence: 0,
    remoteSequence: parseCSeq(header(request, 'CSeq') ?? '')?.number,
    // A peer of RFC 2543 need not have a Contact: it is where its From says
    remoteTarget: contactUri(request) ?? parseNameAddr(remote)?.uri ?? '',
    routeSet: headers(request, 'Record-Route'),
    contact,
  }
}

/** A 2xx: RFC 3261 13.2.2.4 lets it set the route set anew, as the early one may have come by other proxies. */
export function confirmedByUac(dialog: Dialog, response: SipResponse): Dialog {
  return {
    ...dialog,
    state: 'confirmed',
    remote: header(response, 'To') ?? dialog.remote,
    remoteTarget: contactUri(response) ?? dialog.remoteTarget,
    routeSet: headers(response, 'Record-Route').toReversed(),
  }
}

export function confirmedByUas(dialog: Dialog, contact: string): Dialog {
  return { ...dialog, state: 'confirmed', contact }
}

/** RFC 3261 12.2.1.1: the next request. A number of the caller's own choice is taken if it is higher than the last. */
export function nextRequest(dialog: Dialog, wanted?: number): readonly [Dialog, number] {
  const number = wanted !== undefined && wanted > dialog.localSequence ? wanted : dialog.localSequence + 1
  return [{ ...dialog, localSequence: number }, number]
}

export const routingOf = (dialog: Dialog): Routing => routeAlong(dialog.routeSet, dialog.remoteTarget)

/**
 * RFC 3261 12.2.2: a request of the peer. `out-of-order` is answered 500 and changes nothing. Not for ACK and CANCEL,
 * which carry the number of their INVITE.
 */
export function receiveRequest(dialog: Dialog, sequence: number): readonly [Dialog, 'in-order' | 'out-of-order'] {
  if (dialog.remoteSequence !== undefined && sequence < dialog.remoteSequence) return [dialog, 'out-of-order']
  return [{ ...dialog, remoteSequence: sequence }, 'in-order']
}

/** RFC 3261 12.2: INVITE and UPDATE (RFC 3311 5.1), and 2xx to them, refresh the remote target. */
export function refreshTarget(dialog: Dialog, message: SipRequest | SipResponse): Dialog {
  const target = contactUri(message)
  return target === undefined || target === dialog.remoteTarget ? dialog : { ...dialog, remoteTarget: target }
}

export const refreshesTarget = (method: string): boolean => method === 'INVITE' || method === 'UPDATE'

/** The URI of the first Contact if requests can be sent there. */
export function contactUri(message: SipRequest | SipResponse): string | undefined {
  const value = header(message, 'Contact')
  const uri = value === undefined ? undefined : parseNameAddr(value)?.uri
  return uri !== undefined && parseUri(uri) ? uri : undefined
}
