import type { Message } from 'drachtio-srf'
import type { IncomingRefer, Refer } from '../phone/ports.ts'
import { formatUri, param, parseNameAddr, parseUri } from '../sip/index.ts'
import { addressOf, isTarget } from './addresses.ts'
import { formatReplaces, parseReplaces } from './replaces.ts'

/** Refer-To and Referred-By (RFC 3515 2.1, RFC 3892 3). */

/** Null for a target that is no SIP URI. */
export function formatReferTo({ target, replaces }: Refer): string | null {
  const uri = parseUri(target)
  if (!uri) return null
  const { headers: _headers, ...bare } = uri
  if (!replaces) return `<${formatUri(bare)}>`
  // RFC 5589 7.1: a phone that does not know Replaces must not take this for a call of its own.
  return `<${formatUri({ ...bare, headers: `Replaces=${escape(formatReplaces(replaces))}&Require=replaces` })}>`
}

interface ReferFault {
  readonly status: number
  readonly reason: string
}

export type Asked = Pick<IncomingRefer, 'target' | 'replaces' | 'requiresReplaces' | 'referredBy'>

/** What a REFER asks for. */
export function askedBy(refer: Message): Asked | ReferFault {
  const address = parseNameAddr(refer.get('refer-to') ?? '')
  // RFC 3515 2.4.2: exactly one; a comma outside of brackets would be a second one.
  if (!address) return { status: 400, reason: 'Bad Refer-To' }
  const uri = parseUri(address.uri)
  if (!uri) {
    return isTarget(address.uri)
      ? { ...nothingElse, target: address.uri, referredBy: referredBy(refer) }
      : { status: 416, reason: 'Unsupported URI Scheme' }
  }
  const { headers = '', params, ...bare } = uri
  const method = param(params, 'method')
  // Other methods than INVITE might be asked for; no phone does more than call.
  if (method !== undefined && method.toUpperCase() !== 'INVITE') return { status: 603, reason: 'Decline' }
  const asked = headersIn(headers)
  const written = asked.get('replaces')
  const replaces = written === undefined ? undefined : parseReplaces(written)
  if (replaces === null) return { status: 400, reason: 'Bad Replaces in Refer-To' }
  return {
    target: formatUri({ ...bare, params: params.filter(({ name }) => name.toLowerCase() !== 'method') }),
    replaces,
    requiresReplaces: replaces !== undefined && /\breplaces\b/i.test(asked.get('require') ?? ''),
    referredBy: referredBy(refer),
  }
}

const nothingElse = { replaces: undefined, requiresReplaces: false } as const

function referredBy(refer: Message): string | undefined {
  const written = refer.get('referred-by')
  const uri = written === undefined ? '' : addressOf(written).uri
  return parseUri(uri) ? uri : undefined
}

/** Of those that a URI carries only these two are ever looked at: a peer must not write our INVITE. */
function headersIn(text: string): Map<string, string> {
  const known = new Map<string, string>()
  for (const part of text.split('&').slice(0, 16)) {
    const [name = '', value = ''] = part.split('=', 2)
    const lower = name.toLowerCase()
    if (lower === 'replaces' || lower === 'require') known.set(lower, unescape(value))
  }
  return known
}

/** RFC 3261 19.1.1: hvalue. */
function escape(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // No UTF-8: whoever reads it finds that it is no Replaces.
    return text
  }
}
