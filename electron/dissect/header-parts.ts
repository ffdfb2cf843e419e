import { splitOutside, trimBlanks } from '../sip/message/grammar.ts'
import type { Header } from '../sip/message/message.ts'
import { parseAuth } from './auth-params.ts'

/** A header field as a tree of one level: its value and the parameters that stand in it. */
export interface HeaderParts {
  readonly name: string
  readonly value: string
  readonly params: readonly { readonly name: string; readonly value: string }[]
}

const digests = /^(?:(?:WWW|Proxy)-Authenticate|(?:Proxy-)?Authorization|Authentication-Info)$/
const withParams = new Set([
  'Via',
  'From',
  'To',
  'Contact',
  'Route',
  'Record-Route',
  'Session-Expires',
  'Event',
  'Subscription-State',
  'Content-Type',
  'Reason',
])

export function partsOf({ name, value }: Header): HeaderParts {
  if (digests.test(name)) {
    const params = [...parseAuth(value).params].map(([name, value]) => ({ name, value }))
    return { name, value, params }
  }
  if (!withParams.has(name)) return { name, value, params: [] }
  const [, ...rest] = splitOutside(value, ';')
  const params = rest.flatMap((part) => {
    const written = trimBlanks(part)
    const equals = written.indexOf('=')
    if (written === '') return []
    return [
      equals < 0 ? { name: written, value: '' } : { name: written.slice(0, equals), value: written.slice(equals + 1) },
    ]
  })
  return { name, value, params }
}
