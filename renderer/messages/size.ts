/** RFC 3428 8: a MESSAGE goes as a datagram up to 1300 bytes, else over a transport that keeps count itself. */
export const withinDatagram = 1300
/** From here on the size is told. */
export const countFrom = 1000
/** More than this no phone takes. */
export const longest = 65_536

/** As they will be on the wire, UTF-8. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}
