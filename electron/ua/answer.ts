import type { Headers, Response } from 'drachtio-srf'
import { reasonPhrase } from '../sip/index.ts'
import type { Core } from './core.ts'
import type { ReceivedInvite } from './received-invite.ts'

/** Sends a response. A second final one, and one for a request that is gone, does nothing. */
export function answer(
  response: Response,
  status: number,
  headers: Headers = {},
  body?: string,
  reason?: string,
): void {
  if (response.finalResponseSent) return
  const words = oneLine(reason ?? reasonPhrase(status))
  const send = (code: number): void =>
    response.send(code, words, { headers: { ...headers }, ...(body === undefined ? {} : { body }) })
  try {
    send(status)
  } catch (error) {
    // drachtio-srf sends only what its table has. To who does not know a status, the x00 of its class means the same
    // (RFC 3261 8.1.3.2).
    const generic = Math.trunc(status / 100) * 100
    if (generic === status) throw error
    send(generic)
  }
}

/** The same past drachtio-srf, and at once. A final one is for an INVITE that drachtio-srf has not heard of. */
export function answerAtOnce(
  core: Core,
  { transactionId }: ReceivedInvite,
  status: number,
  headers: Headers = {},
  body = '',
  reason?: string,
): void {
  const list = Object.entries(headers).map(([name, value]) => ({ name, value }))
  core.respond(transactionId, { status, reason: oneLine(reason ?? reasonPhrase(status)), headers: list, body })
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ')
}
