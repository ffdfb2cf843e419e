/** A SIP message as plain data (RFC 3261 7). Nothing here knows bytes: parse.ts and serialize.ts do. */

/**
 * One header field. `name` is the canonical long name (`Via`, never `v`), `value` is unfolded and trimmed. Of the
 * list headers that routing lives on (Via, Route, Record-Route, Contact, Path, Service-Route) one entry is one header
 * field, in order, however the peer had them joined by commas (RFC 3261 7.3.1).
 */
export interface Header {
  readonly name: string
  readonly value: string
}

export interface SipRequest {
  readonly kind: 'request'
  readonly method: string
  readonly uri: string
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

export interface SipResponse {
  readonly kind: 'response'
  /** 100 to 699 */
  readonly status: number
  readonly reason: string
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

export type SipMessage = SipRequest | SipResponse

/** The most bytes one message may have, and the most header fields (RFC 3261 18.1.1 and 9 of the specification). */
export const maxMessageBytes = 65_536
export const maxHeaders = 256
