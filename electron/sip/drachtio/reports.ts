import { randomUUID } from 'node:crypto'
import { isToken } from '../message/grammar.ts'
import { header } from '../message/headers.ts'
import type { Header, SipMessage } from '../message/message.ts'
import { formatNameAddr, parseNameAddr } from '../message/name-addr.ts'
import type { Endpoint, RequestContext, Sent } from '../transaction-user.ts'
import { isMark } from './marks.ts'

/**
 * What we tell drachtio-srf, one payload each. Tokens are told apart by their position alone, and nothing is escaped:
 * no token may hold `|`, CR or LF.
 */

/** A version in the form drachtio-srf looks for. Below v0.8.2 it would not ping; it is not asked to anyway. */
const serverVersion = 'v0.9.0'

export function authenticated(id: string, listening: readonly Endpoint[]): string {
  const hostPorts = listening.map(({ transport, address, port }) => `${transport}/${address}:${port}`).join(',')
  return tokens(['response', id, 'OK', hostPorts, serverVersion, hostPorts])
}

export function done(id: string, ...words: string[]): string {
  return tokens(['response', id, 'OK', ...words])
}

/** `NO` is the word for a bad frame or secret, `NOK` for what the SIP layer could not do. */
export function failed(id: string, reason: string, word: 'NO' | 'NOK' = 'NOK'): string {
  return tokens(['response', id, word, reason])
}

export function requestSent(id: string, sent: Sent<SipMessage>, marks: readonly Header[]): string {
  const text = textOf(sent.message, marks)
  return withText(
    ['response', id, 'OK', ...wire('application', text, sent.remote), sent.transactionId, 'Msg sent:', ''],
    text,
  )
}

export function responseSent(id: string, sent: Sent<SipMessage>): string {
  const text = textOf(sent.message, [])
  const place = [...wire('application', text, sent.remote), sent.transactionId, sent.dialogId]
  return withText(['response', id, 'OK', ...place, '', 'Msg sent:', ''], text)
}

export function requestReceived(message: SipMessage, context: RequestContext, marks: readonly Header[]): string {
  const text = textOf(message, marks)
  const place = [...wire('network', text, context.remote), context.transactionId, context.dialogId]
  return withText(['sip', ...place, ...(context.dialogId === '' ? localTokens(context.local) : []), ''], text)
}

export function responseReceived(message: SipMessage, context: RequestContext, marks: readonly Header[]): string {
  const text = textOf(message, marks)
  return withText(['sip', ...wire('network', text, context.remote), context.transactionId, context.dialogId, ''], text)
}

/** A request that the engine sent on its own: drachtio-srf takes it as if it had come from the peer. */
export function unsolicited(dialogId: string, message: SipMessage, remote: Endpoint): string {
  const text = textOf(message, [])
  return withText(['sip', ...wire('application', text, remote), 'unsolicited', dialogId, ''], text)
}

function localTokens(local: Endpoint): string[] {
  return [local.address, String(local.port)]
}

function wire(source: 'network' | 'application', text: string, { transport, address, port }: Endpoint): string[] {
  const time = new Date().toISOString().slice(11, 23)
  return [source, String(Buffer.byteLength(text)), transport, address, String(port), `${time}000`]
}

function withText(words: readonly string[], text: string): string {
  return `${tokens(words)}\r\n${text}`
}

function tokens(words: readonly string[]): string {
  return [randomUUID(), ...words.map((word) => word.replace(/[|\r\n]+/g, ' '))].join('|')
}

/**
 * The message written anew: long names, one line a header, From, To and Contact in their plain form, and a
 * Content-Length that fits the text (a body that is no UTF-8 does not survive the link).
 */
function textOf(message: SipMessage, marks: readonly Header[]): string {
  const body = Buffer.from(message.body.buffer, message.body.byteOffset, message.body.byteLength).toString('utf8')
  const lines = [message.kind === 'request' ? `${message.method} ${message.uri} SIP/2.0` : statusLine(message)]
  for (const { name, value } of message.headers) {
    if (isSafeName(name) && !isMark(name)) lines.push(`${name}: ${oneLine(plain(name, value))}`)
  }
  for (const { name, value } of marks) lines.push(`${name}: ${oneLine(value)}`)
  lines.push(`Content-Length: ${Buffer.byteLength(body)}`, '', body)
  return lines.join('\r\n')
}

/**
 * NOTE: every 2xx to an INVITE is told as 200. RFC 3261 13.2.2.4 knows no difference, and drachtio-srf takes 201 to 299
 * for failures.
 */
function statusLine(message: Extract<SipMessage, { kind: 'response' }>): string {
  const accepted = message.status > 200 && message.status < 300 && /INVITE\s*$/.test(header(message, 'CSeq') ?? '')
  return `SIP/2.0 ${accepted ? 200 : message.status} ${oneLine(message.reason)}`
}

/**
 * drachtio-srf keeps headers in a plain object: names that mean something to JavaScript stay out. And RSeq, for which it
 * would send a PRACK by itself.
 */
function isSafeName(name: string): boolean {
  return isToken(name) && !/^(content-length|rseq|constructor|__proto__)$/i.test(name)
}

/** Names that only a lenient reader understands (unquoted, in any script) get their quotes. */
function plain(name: string, value: string): string {
  if (name !== 'From' && name !== 'To' && name !== 'Contact') return value
  const parsed = parseNameAddr(value)
  return parsed ? formatNameAddr(parsed) : value
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ')
}
