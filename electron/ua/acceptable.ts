import type { Request, Response } from 'drachtio-srf'
import { schemeOf } from '../sip/index.ts'
import { answer } from './answer.ts'
import { contentTypeOf } from './bodies.ts'

/**
 * RFC 3261 8.2.2.1 and 8.2.3, for requests that may carry bodies of these types (in lower case) in UTF-8; false if the
 * request was answered. A body without a type is taken for the first of them, as simple senders forget the header.
 */
export function isAcceptable(request: Request, response: Response, types: readonly string[]): boolean {
  const scheme = schemeOf(request.uri)
  if (scheme !== 'sip' && scheme !== 'sips' && scheme !== 'tel') {
    answer(response, 416)
    return false
  }
  const encoding = (request.get('content-encoding') ?? '').trim().toLowerCase()
  if (encoding !== '' && encoding !== 'identity') {
    answer(response, 415, { Accept: types.join(', '), 'Accept-Encoding': 'identity' })
    return false
  }
  if ((request.body ?? '') === '') return true
  const type = contentTypeOf(request)
  if ((type === '' || types.includes(type)) && isReadable(request.get('content-type') ?? '')) return true
  answer(response, 415, { Accept: types.join(', ') })
  return false
}

/** NOTE: what is no UTF-8 does not survive the control link. US-ASCII is a part of it. */
function isReadable(contentType: string): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]{1,40})/i.exec(contentType)?.[1]?.toLowerCase()
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii'
}
