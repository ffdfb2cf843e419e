import { param, type Param } from './params.ts'
import type { SipUri } from './uri.ts'

/** Parameters that make two URIs different when only one of them has it (RFC 3261 19.1.4). */
const decisive = ['user', 'ttl', 'method', 'maddr', 'transport']

/** Whether two URIs name the same resource (RFC 3261 19.1.4). IPv6 literals have to be spelt alike. */
export function sameUri(one: SipUri, other: SipUri): boolean {
  return (
    one.scheme === other.scheme &&
    normal(one.user) === normal(other.user) &&
    normal(one.password) === normal(other.password) &&
    one.host.toLowerCase() === other.host.toLowerCase() &&
    one.port === other.port && // a default port that is left out is not the port written out
    sameParams(one.params, other.params) &&
    sameParams(other.params, one.params) &&
    headersOf(one) === headersOf(other)
  )
}

function sameParams(own: readonly Param[], others: readonly Param[]): boolean {
  return own.every(({ name, value = '' }) => {
    const counterpart = param(others, name)
    if (counterpart === undefined) return !decisive.includes(name.toLowerCase())
    return normal(value)?.toLowerCase() === normal(counterpart)?.toLowerCase()
  })
}

/** Headers count whole and in any order; their names have no case. */
function headersOf({ headers }: SipUri): string {
  const fields = (headers ?? '').split('&').map((field) => field.replace(/^[^=]*/, (name) => name.toLowerCase()))
  return fields.map(normal).sort().join('&')
}

/** An escape stands for its character, unless that one has a meaning of its own in a URI (RFC 3261 25.1 reserved). */
function normal(text: string | undefined): string | undefined {
  return text?.replace(/%[0-9A-Fa-f]{2}/g, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    return /[A-Za-z0-9\-_.!~*'()]/.test(character) ? character : escaped.toUpperCase()
  })
}
