/** DTMF in INFO bodies (no RFC; the two forms everybody speaks). */

export const dtmfRelay = 'application/dtmf-relay'

export const plainDtmf = 'application/dtmf'

export type DtmfInfoType = typeof dtmfRelay | typeof plainDtmf

/** `digit`: 0-9 * # A-D, or ! for flash. */
export function writeDtmfInfo(type: DtmfInfoType, digit: string): string {
  return type === dtmfRelay ? `Signal=${digit}\r\nDuration=160\r\n` : digit
}

/**
 * The digit of an INFO body: `application/dtmf-relay` (Signal= and Duration= lines) or `application/dtmf` (the bare
 * digit). Undefined for other content types, '' for a body that says nothing.
 */
export function readDtmfInfo(contentType: string, body: string): string | undefined {
  const type = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()
  if (type !== dtmfRelay && type !== plainDtmf) return undefined
  const text = body.slice(0, 256)
  const signal = /^\s*(?:Signal\s*=\s*)?([\d*#A-D!]{1,2})\s*$/im.exec(text)?.[1]?.toUpperCase() ?? ''
  // Some count as RFC 4733 does: 10 is the star, 11 the hash, 12-15 the letters, 16 the flash.
  return signal.length < 2 ? signal : ('*#ABCD!'[Number(signal) - 10] ?? '')
}
