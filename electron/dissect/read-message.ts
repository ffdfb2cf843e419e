import type { TraceMessage } from '../phone/trace-message.ts'
import { parseSdp } from '../sdp/parse.ts'
import type { SessionDescription } from '../sdp/sdp.ts'
import { header } from '../sip/message/headers.ts'
import { formatHostPort } from '../sip/message/host.ts'
import type { Header } from '../sip/message/message.ts'
import { parseNameAddr } from '../sip/message/name-addr.ts'
import { readHeaders } from '../sip/message/parse-headers.ts'
import { parseStartLine } from '../sip/message/start-line.ts'
import { parseUri, type SipUri } from '../sip/message/uri.ts'

/** A message of a trace taken apart, as far as it can be read. */
export interface ReadMessage {
  readonly message: TraceMessage
  /** `address:port` of who sent it and who got it, as the packets say. */
  readonly from: string
  readonly to: string
  readonly startLine: string
  /** Request-URI; empty in responses. */
  readonly uri: string
  /** Reason phrase; empty in requests. */
  readonly reason: string
  /** Unfolded, names in their long form, list headers one entry each. */
  readonly headers: readonly Header[]
  readonly body: string
}

const mostLines = 300

/** Never throws: broken messages are the ones that want reading. */
export function readMessage(message: TraceMessage): ReadMessage {
  const text = message.text.trimStart()
  const end = /\r?\n\r?\n/.exec(text)
  const head = end === null ? text : text.slice(0, end.index)
  const lines = head.split(/\r?\n/, mostLines)
  const startLine = lines[0] ?? ''
  const start = parseStartLine(startLine)
  const [from, to] = endsOf(message)
  return {
    message,
    from,
    to,
    startLine,
    uri: start.request?.uri ?? '',
    reason: start.ok && 'reason' in start.build ? start.build.reason : '',
    headers: readHeaders(lines.slice(1)).list,
    body: end === null ? '' : text.slice(end.index + end[0].length),
  }
}

/** Sender, receiver. */
function endsOf({ direction, local, remote }: Pick<TraceMessage, 'direction' | 'local' | 'remote'>) {
  return direction === 'out' ? ([local, remote] as const) : ([remote, local] as const)
}

export function isRequest({ message }: ReadMessage): boolean {
  return message.code === undefined && message.method !== ''
}

/** The first value of that header; empty when there is none. */
export function valueOf(read: ReadMessage, name: string): string {
  return header(read, name) ?? ''
}

/** Undefined: none, or none that can be read. */
export function sdpOf({ body }: ReadMessage): SessionDescription | undefined {
  if (!/^v=0\r?\n/.test(body)) return undefined
  const parsed = parseSdp(body)
  return parsed.ok ? parsed.session : undefined
}

/** Of a From, To, Contact ...; undefined when it is no SIP URI. */
export function uriIn(value: string): SipUri | undefined {
  const uri = parseNameAddr(value)?.uri
  return (uri !== undefined && parseUri(uri)) || undefined
}

/** `1002@office.lan`: of a From, To or Contact, as people say it. */
export function addressIn(value: string): string {
  const uri = uriIn(value)
  if (uri === undefined) return /<?((?:sips?|tel):[^>;,\s]{1,80})/i.exec(value)?.[1] ?? ''
  const place = formatHostPort(uri)
  return uri.user === undefined ? place : `${uri.user}@${place}`
}

/** The address of an `address:port`, without brackets. */
export function hostOf(written: string): string {
  const colon = written.lastIndexOf(':')
  return (colon < 0 ? written : written.slice(0, colon)).replace(/^\[|\]$/g, '')
}
