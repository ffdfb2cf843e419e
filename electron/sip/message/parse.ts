import { isToken, parseDigits, trimBlanks } from './grammar.ts'
import { readHeaders } from './parse-headers.ts'
import { header, headers } from './headers.ts'
import { maxMessageBytes, type SipMessage, type SipRequest } from './message.ts'
import { parseStartLine } from './start-line.ts'

type ParseResult = ParsedMessage | ParseFailure

export interface ParsedMessage {
  readonly ok: true
  readonly message: SipMessage
  /** What was mended on the way, for the trace. */
  readonly notes: readonly string[]
}

export interface ParseFailure {
  readonly ok: false
  readonly code: ParseFailureCode
  /** For people. */
  readonly detail: string
  /** What to answer; absent if nothing may be answered (a response, a keep-alive, no SIP at all). */
  readonly status?: 400 | 505
  /** With `status`: the request as far as it could be read, so that the answer can copy its headers (RFC 3261 8.2.6.2). */
  readonly partial?: SipRequest
}

type ParseFailureCode =
  /** Nothing but blanks and line ends (RFC 5626 3.5.1, and what NAT-bound phones send): no message, no fault. */
  | 'keep-alive'
  | 'not-sip'
  | 'too-large'
  | 'bad-start-line'
  | 'bad-version'
  | 'incomplete'
  | 'too-many-headers'
  | 'bad-content-length'
  | 'body-too-short'

const empty = new Uint8Array(0)

/**
 * One datagram as a SIP message. Never throws and takes linear time. What follows the Content-Length is cut off
 * (RFC 3261 18.3); the body is a view on `bytes`, not a copy.
 */
export function parseMessage(bytes: Uint8Array): ParseResult {
  const start = bytes.findIndex((byte) => !isFiller(byte))
  if (start < 0) return { ok: false, code: 'keep-alive', detail: `${bytes.byteLength} bytes of blanks` }
  if (bytes.byteLength > maxMessageBytes) return { ok: false, code: 'too-large', detail: `${bytes.byteLength} bytes` }
  const head = findHead(bytes, start)
  const lines = decode(bytes.subarray(start, head.end)).split('\n').map(withoutCarriageReturn)
  const line = parseStartLine(lines[0] ?? '')
  if (!line.ok && line.code === 'not-sip') return { ok: false, code: line.code, detail: line.detail }

  const { list, notes, tooMany } = readHeaders(lines.slice(1))
  const failure = (code: ParseFailureCode, detail: string, status: 400 | 505 = 400): ParseFailure => {
    if (!line.request) return { ok: false, code, detail }
    return {
      ok: false,
      code,
      detail,
      status,
      partial: { kind: 'request', ...line.request, headers: list, body: empty },
    }
  }
  if (!line.ok) return failure(line.code, line.detail, line.code === 'bad-version' ? 505 : 400)
  if (tooMany) return failure('too-many-headers', `more than ${list.length} header fields`)
  // NOTE: hand-written messages forget the blank line; where nothing can be missing, that is forgiven.
  const forgiven = head.body < 0 && bytes.at(-1) === 0x0a && header({ headers: list }, 'Content-Length') === '0'
  if (head.body < 0 && !forgiven) return failure('incomplete', 'no blank line ends the headers')
  const bodyStart = forgiven ? bytes.byteLength : head.body

  const available = bytes.byteLength - bodyStart
  const length = contentLength(list, available)
  if (typeof length === 'string') return failure('bad-content-length', length)
  // RFC 3261 18.3: a datagram that is shorter than it says is refused.
  if (length > available) return failure('body-too-short', `Content-Length ${length}, but ${available} bytes came`)
  const body = bytes.subarray(bodyStart, bodyStart + length)

  if (start > 0) notes.unshift(`${start} bytes of blanks before the message`)
  if (forgiven) notes.push('no blank line ends the headers')
  if (head.bareLineFeeds) notes.push('lines end with LF alone')
  if (length < available) notes.push(`${available - length} bytes after the body cut off`)
  return { ok: true, message: { ...line.build, headers: list, body }, notes }
}

/** CR, LF, blank, tab, and the zero bytes that some phones keep a NAT binding open with. */
function isFiller(byte: number): boolean {
  return byte === 0x0d || byte === 0x0a || byte === 0x20 || byte === 0x09 || byte === 0
}

interface Head {
  /** Index after the last header line. */
  readonly end: number
  /** Index where the body starts, -1 if no blank line was found. */
  readonly body: number
  readonly bareLineFeeds: boolean
}

/** NOTE: LF alone ends a line as well; hand-written messages and some gateways have it. */
function findHead(bytes: Uint8Array, start: number): Head {
  let bareLineFeeds = false
  for (let at = bytes.indexOf(0x0a, start); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at - 1] !== 0x0d) bareLineFeeds = true
    if (bytes[at + 1] === 0x0a) return { end: at, body: at + 2, bareLineFeeds: true }
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return { end: at, body: at + 3, bareLineFeeds }
  }
  const end = bytes.at(-1) === 0x0a ? bytes.byteLength - 1 : bytes.byteLength
  return { end, body: -1, bareLineFeeds }
}

/** Header text is UTF-8 (RFC 3261 7.3.1); bytes that are not become U+FFFD. */
function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

function withoutCarriageReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/** Bytes of the body; a text says what is wrong. RFC 3261 18.3: without the header, the datagram's end is the body's. */
function contentLength(list: SipRequest['headers'], available: number): number | string {
  const first = header({ headers: list }, 'Content-Length')
  if (first === undefined) return available
  const values = new Set(headers({ headers: list }, 'Content-Length').map((value) => Number(trimBlanks(value))))
  if (values.size > 1) return 'Content-Length values contradict each other' // RFC 4475 3.3.9
  return parseDigits(first, Number.MAX_SAFE_INTEGER) ?? `Content-Length is not a number: ${shortened(first)}`
}

function shortened(text: string): string {
  return isToken(text) && text.length <= 40 ? text : JSON.stringify(text.slice(0, 40))
}
