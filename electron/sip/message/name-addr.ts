import { isToken, quote, quotedEnd, trimBlanks, unquote } from './grammar.ts'
import { formatParams, param, parseParams, type Param } from './params.ts'
import { remembering } from './remember.ts'
import { parseUri, schemeOf } from './uri.ts'

/** The value of From, To, Contact, Route, Record-Route ... (RFC 3261 20.10). `uri` is any URI, as written. */
export interface NameAddr {
  readonly displayName?: string
  readonly uri: string
  /** The header's parameters, not the URI's. */
  readonly params: readonly Param[]
}

/** Null for what the grammar does not allow, `*` of a Contact included. */
export const parseNameAddr = remembering((value: string): NameAddr | null => {
  const text = trimBlanks(value)
  const nameEnd = text.startsWith('"') ? quotedEnd(text, 0) : 0
  if (nameEnd < 0) return null // RFC 4475 3.1.2.6: the quote never closes
  const open = text.indexOf('<', nameEnd)
  const semicolon = text.indexOf(';', nameEnd)
  const bracketed = open >= 0 && (semicolon < 0 || open < semicolon)
  return bracketed ? parseBracketed(text, nameEnd, open) : parseBare(text, semicolon < 0 ? text.length : semicolon)
})

export function formatNameAddr({ displayName, uri, params }: NameAddr): string {
  return `${displayName ? `${quote(displayName)} ` : ''}<${uri}>${formatParams(params)}`
}

/** The tag of a From or To value; undefined if there is none, or the value is broken. */
export function tagOf(value: string): string | undefined {
  const parsed = parseNameAddr(value)
  return (parsed && param(parsed.params, 'tag')) || undefined
}

function parseBracketed(text: string, nameEnd: number, open: number): NameAddr | null {
  const close = text.indexOf('>', open)
  if (close < 0) return null
  const uri = text.slice(open + 1, close)
  const params = parseParams(text.slice(close + 1))
  const name = displayNameOf(text.slice(0, open), nameEnd)
  if (name === null || !params || !isUri(uri)) return null
  return name === '' ? { uri, params } : { displayName: name, uri, params }
}

function parseBare(text: string, end: number): NameAddr | null {
  const uri = trimBlanks(text.slice(0, end))
  const params = parseParams(text.slice(end))
  // RFC 3261 20.10: a URI with a comma or a question mark has to stand in <>.
  if (!params || /[,?]/.test(uri) || !isUri(uri)) return null
  return { uri, params }
}

/** NOTE: beyond tokens, unquoted names may have letters of any script and signs that cannot be mistaken. */
function displayNameOf(text: string, quotedEndAt: number): string | null {
  if (quotedEndAt > 0) return trimBlanks(text.slice(quotedEndAt)) === '' ? unquote(text.slice(0, quotedEndAt)) : null
  const name = trimBlanks(text)
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused here
  return isToken(name) || !/[\u0000-\u0008\u000a-\u001f\u007f",;:<>]/.test(name) ? name : null
}

function isUri(text: string): boolean {
  const scheme = schemeOf(text)
  if (scheme === 'sip' || scheme === 'sips') return parseUri(text) !== null
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused here
  return scheme !== null && !/[\u0000-\u0020\u007f<>"]/.test(text)
}
