import type { Headers } from 'drachtio-srf'
import type { Publish, PublishAnswer } from '../phone/ports.ts'
import { fromHeader, isTarget, toHeader } from './addresses.ts'
import { Authorisation, transactAuthorised } from './authorisation.ts'
import { randomToken, type Core } from './core.ts'
import { finalOf, unreachable } from './finals.ts'
import { AccountLine } from './line.ts'
import { secondsOf } from './seconds.ts'

/** One PUBLISH and its answer (RFC 3903 4). Never rejects. */
export function publish(core: Core, what: Publish): Promise<PublishAnswer> {
  const { uri, from, event, expiresSeconds, entityTag, body } = what
  const line = what.line instanceof AccountLine ? what.line : undefined
  const fromValue = fromHeader(from, randomToken(core, 8))
  if (!fromValue || !isTarget(uri)) return Promise.resolve(unreachable('The address is no SIP URI'))
  const route = line?.routeTo(uri) ?? []
  const headers: Headers = {
    From: fromValue,
    To: toHeader(uri),
    Event: event,
    Expires: String(expiresSeconds),
    // RFC 3903 4.1: the one of the publication that this refreshes, changes or removes.
    ...(entityTag !== undefined && { 'SIP-If-Match': entityTag }),
    ...(body !== undefined && { 'Content-Type': body.contentType }),
    ...(route.length > 0 && { Route: route.join(', ') }),
    ...line?.marks,
  }
  const options = { method: 'PUBLISH', headers, ...(body !== undefined && { body: body.text }) }
  const authorisation = new Authorisation(core, line, 'other')
  return new Promise((resolve) => {
    transactAuthorised(core, authorisation, uri, options, {
      onFailed: (reason) => resolve(unreachable(reason)),
      onFinal: (response) => {
        const final = finalOf(response)
        const accepted = final.status < 300
        const tag = /^\s*([\w.!%*+`'~-]{1,256})\s*$/.exec(response.get('sip-etag') ?? '')?.[1]
        const minExpires = secondsOf(response.get('min-expires'))
        const retryAfter = secondsOf(response.get('retry-after'))
        resolve({
          ...final,
          ...(accepted && { grantedSeconds: secondsOf(response.get('expires')) ?? expiresSeconds }),
          ...(accepted && tag !== undefined && { entityTag: tag }),
          ...(final.status === 423 && minExpires !== undefined && { minExpiresSeconds: minExpires }),
          ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
          ...(authorisation.failure !== undefined && { refused: authorisation.failure }),
        })
      },
    })
  })
}
