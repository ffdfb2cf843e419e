import type { Message } from 'drachtio-srf'

/** What a message carries, as far as we understand it. */
type Body = { readonly kind: 'none' } | { readonly kind: 'sdp'; readonly sdp: string } | { readonly kind: 'other' }

export const sdpType = 'application/sdp'

/** Without parameters, in lower case; empty if there is none. */
export function contentTypeOf(message: Message): string {
  return mediaType(message.get('content-type') ?? '')
}

/** A body without a type is taken for SDP if it looks like it, as old phones forget the header. */
export function bodyOf(message: Message): Body {
  const body = message.body ?? ''
  if (body === '') return { kind: 'none' }
  const type = contentTypeOf(message)
  if (type === sdpType || (type === '' && body.startsWith('v=0'))) return { kind: 'sdp', sdp: body }
  const sdp = type.startsWith('multipart/') ? sdpPart(body, message.get('content-type') ?? '') : undefined
  return sdp === undefined ? { kind: 'other' } : { kind: 'sdp', sdp }
}

export function sdpOf(message: Message): string | undefined {
  const body = bodyOf(message)
  return body.kind === 'sdp' ? body.sdp : undefined
}

/** RFC 5621 3.1: the session description among the parts of a multipart body. */
function sdpPart(body: string, contentType: string): string | undefined {
  const boundary = /;\s*boundary="?([^";\s]{1,70})"?/i.exec(contentType)?.[1]
  if (!boundary) return undefined
  for (const part of `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, 33)) {
    const blank = part.indexOf('\r\n\r\n')
    if (blank < 0) continue
    const type = /^content-type\s*:(.*)$/im.exec(part.slice(0, blank))?.[1] ?? ''
    if (mediaType(type) === sdpType) return `${part.slice(blank + 4)}\r\n`
  }
  return undefined
}

function mediaType(value: string): string {
  return (value.split(';', 1)[0] ?? '').trim().toLowerCase()
}
