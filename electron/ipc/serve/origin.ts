import type { IncomingMessage } from 'node:http'

/** Why a request is not of the phone's own page. */
type Foreign = 'host' | 'origin'

/**
 * Judges where a request comes from. The Host must be one of our own two names, letter by letter: a page whose name was
 * made to point at 127.0.0.1 (DNS rebinding) still sends that name. An Origin, where there is one, must be the same
 * host; `mustSay` demands one.
 */
export function foreign(
  { headers, headersDistinct }: Pick<IncomingMessage, 'headers' | 'headersDistinct'>,
  port: number,
  mustSay: boolean,
): Foreign | undefined {
  const { host, origin } = headers
  if (headersDistinct['host']?.length !== 1) return 'host'
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return 'host'
  if (origin === undefined) return mustSay ? 'origin' : undefined
  return origin === `http://${host}` ? undefined : 'origin'
}

/** Cookies of 127.0.0.1 are the same for all its ports, so the name tells them apart. */
function cookieName(port: number): string {
  return `dialtone-${port}`
}

/** HttpOnly: no script reads it. Strict: no other page's request carries it. */
export function sessionCookie(port: number, session: string): string {
  return `${cookieName(port)}=${session}; Path=/; HttpOnly; SameSite=Strict`
}

export function sessionOf(headers: IncomingMessage['headers'], port: number): string | undefined {
  const start = `${cookieName(port)}=`
  const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim())
  return cookies.find((cookie) => cookie.startsWith(start))?.slice(start.length)
}
