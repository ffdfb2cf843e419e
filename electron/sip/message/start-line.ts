import { isToken, parseDigits } from './grammar.ts'
import type { SipRequest, SipResponse } from './message.ts'

type RequestLine = Pick<SipRequest, 'method' | 'uri'>

type StartLine =
  | {
      readonly ok: true
      readonly request?: RequestLine
      /** The message without headers and body. */
      readonly build: Omit<SipRequest, 'headers' | 'body'> | Omit<SipResponse, 'headers' | 'body'>
    }
  | {
      readonly ok: false
      readonly code: 'not-sip' | 'bad-start-line' | 'bad-version'
      readonly detail: string
      /** As far as it could be read; absent for a response. */
      readonly request?: RequestLine
    }

/** RFC 3261 7.1 and 7.2 */
export function parseStartLine(line: string): StartLine {
  return /^SIP\//i.test(line) ? parseStatusLine(line) : parseRequestLine(line)
}

function parseStatusLine(line: string): StartLine {
  const match = /^SIP\/(\d+\.\d+) (\d+)(?: (.*))?$/is.exec(line)
  if (!match) return { ok: false, code: 'bad-start-line', detail: 'malformed status line' }
  if (match[1] !== '2.0') return { ok: false, code: 'bad-version', detail: 'not SIP/2.0' }
  const status = parseDigits(match[2] ?? '', 699)
  // RFC 4475 3.1.2.19: a status beyond the three digits must not wrap round to a valid one.
  if (status === null || status < 100 || match[2]?.length !== 3) {
    return { ok: false, code: 'bad-start-line', detail: 'no status between 100 and 699' }
  }
  return { ok: true, build: { kind: 'response', status, reason: match[3] ?? '' } }
}

function parseRequestLine(line: string): StartLine {
  if (!/ SIP\/\d+\.\d+[ \t]*$/i.test(line)) return { ok: false, code: 'not-sip', detail: 'first line is not SIP' }
  const parts = line.split(' ')
  const [method = '', uri = '', version = ''] = parts
  const request = { method: isToken(method) ? method : '', uri: parts.length === 3 ? uri : '' }
  // RFC 4475 3.1.2.8 to 3.1.2.10: exactly one blank between the three parts, none elsewhere.
  if (parts.length !== 3 || request.method === '' || uri === '') {
    return { ok: false, code: 'bad-start-line', detail: 'malformed request line', request }
  }
  if (!/^SIP\/2\.0$/i.test(version)) return { ok: false, code: 'bad-version', detail: 'not SIP/2.0', request }
  return { ok: true, request, build: { kind: 'request', ...request } }
}
