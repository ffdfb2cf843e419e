import type { Header } from '../message/message.ts'
import { isKnownMethod } from '../message/method.ts'
import { requestFault } from '../message/validate.ts'
import { contactUri } from '../dialog/dialog.ts'
import type { InboundRequest } from './inbound.ts'

/** A final response that needs no user. */
export interface Refusal {
  readonly status: number
  readonly reason?: string
  readonly headers?: readonly Header[]
}

interface Abilities {
  readonly allow: readonly string[]
  readonly supported: readonly string[]
}

/**
 * What a request is refused for on its own, in the order of RFC 3261 8.2; undefined if nothing speaks against it. NOTE:
 * Max-Forwards 0 does not: the request has arrived (RFC 4475 3.4.2).
 */
export function refusalOf(request: InboundRequest, abilities: Abilities): Refusal | undefined {
  const { message } = request
  const { method, headers } = message
  const fault = requestFault(message)
  if (fault) return fault
  if (!abilities.allow.includes(method)) {
    // 8.2.1 and 21.5.2: 405 for what is known and not done here, 501 for what nobody has heard of
    if (!isKnownMethod(method)) return { status: 501, headers: [allowHeader(abilities)] }
    return { status: 405, headers: [allowHeader(abilities)] }
  }
  const unsupported = headers
    .filter(({ name }) => name === 'Require')
    .flatMap(({ value }) => value.split(','))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '' && !abilities.supported.includes(tag.toLowerCase()))
  if (unsupported.length > 0) {
    // 8.2.2.3
    return { status: 420, headers: [{ name: 'Unsupported', value: unsupported.join(', ') }] }
  }
  // 8.1.1.8: a dialog needs a Contact it can be reached by. NOTE: none at all is let through, as is a From without tag:
  // that is how RFC 2543 had it (RFC 4475 3.4.1)
  const hasContact = headers.some(({ name }) => name === 'Contact')
  if (method === 'INVITE' && hasContact && contactUri(message) === undefined) {
    return { status: 400, reason: 'Unusable Contact' }
  }
  return undefined
}

const allowHeader = ({ allow }: Abilities): Header => ({ name: 'Allow', value: allow.join(', ') })

/** Methods that make no sense outside a dialog (RFC 3261 15.1.2, RFC 3311 5.2, RFC 3262 3, RFC 6086 4.2.2). */
export const needsDialog: ReadonlySet<string> = new Set(['BYE', 'UPDATE', 'PRACK', 'INFO'])
