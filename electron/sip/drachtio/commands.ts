import { isToken, trimBlanks } from '../message/grammar.ts'
import { canonicalName } from '../message/header-name.ts'
import type { Header } from '../message/message.ts'

/** What drachtio-srf asks for, one frame each. `id` is to be named in the answer. */
export type Command =
  | { readonly verb: 'authenticate'; readonly id: string; readonly secret: string }
  | { readonly verb: 'route' | 'remove_route' | 'ping' | 'proxy'; readonly id: string }
  | {
      readonly verb: 'sip'
      readonly id: string
      readonly transactionId: string
      readonly dialogId: string
      /** A SIP URI to send to instead of the Request-URI; empty if there is none. */
      readonly nextHop: string
      readonly text: SipText
    }
  | { readonly verb: 'unknown'; readonly id: string; readonly name: string }

/** A message as drachtio-srf writes it: names in any case, no Via, a Content-Length that counts characters. */
export type SipText =
  | ({ readonly kind: 'request'; readonly method: string; readonly uri: string } & Content)
  | ({ readonly kind: 'response'; readonly status: number; readonly reason: string } & Content)
  | { readonly kind: 'broken' }

interface Content {
  /** Canonical names, one entry a line: lists are still joined by commas. */
  readonly headers: readonly Header[]
  /** All that follows the blank line, whatever Content-Length says. */
  readonly body: string
}

/** One payload. Never throws: what it does not know is `unknown`, a SIP text it cannot read is `broken`. */
export function parseCommand(payload: string): Command {
  const end = payload.indexOf('\r')
  const tokens = (end < 0 ? payload : payload.slice(0, end)).split('|')
  const [id = '', verb = '', first = '', second = '', third = ''] = tokens
  switch (verb) {
    case 'authenticate':
      return { verb, id, secret: first }
    case 'route':
    case 'remove_route':
    case 'ping':
    case 'proxy':
      return { verb, id }
    case 'sip':
      return {
        verb,
        id,
        transactionId: first,
        dialogId: second,
        nextHop: third,
        text: parseSipText(end < 0 ? '' : payload.slice(end + 2)),
      }
    default:
      return { verb: 'unknown', id, name: verb }
  }
}

function parseSipText(text: string): SipText {
  const blank = text.indexOf('\r\n\r\n')
  const [startLine = '', ...lines] = (blank < 0 ? text : text.slice(0, blank)).split('\r\n')
  const content = { headers: lines.flatMap(parseLine), body: blank < 0 ? '' : text.slice(blank + 4) }
  const status = /^SIP\/2\.0 ([1-6][0-9]{2}) ?(.*)$/.exec(startLine)
  if (status) return { kind: 'response', status: Number(status[1]), reason: status[2] ?? '', ...content }
  const request = /^(\S+) (\S+) SIP\/2\.0$/.exec(startLine)
  if (!request || !isToken(request[1] ?? '')) return { kind: 'broken' }
  return { kind: 'request', method: request[1] ?? '', uri: request[2] ?? '', ...content }
}

/** A header whose name is no token is dropped (as the server does whose part we play). */
function parseLine(line: string): Header[] {
  const colon = line.indexOf(':')
  const name = trimBlanks(line.slice(0, Math.max(colon, 0)))
  return isToken(name) ? [{ name: canonicalName(name), value: trimBlanks(line.slice(colon + 1)) }] : []
}
