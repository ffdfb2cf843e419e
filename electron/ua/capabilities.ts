import { sdpType } from './bodies.ts'

/** What this user agent can do, as its messages say it. */

/** In the order of Allow (RFC 3261 20.5). */
export const allowedMethods = [
  'INVITE',
  'ACK',
  'CANCEL',
  'BYE',
  'OPTIONS',
  'INFO',
  'UPDATE',
  'NOTIFY',
  'SUBSCRIBE',
  'MESSAGE',
] as const

/** Option tags (RFC 3261 19.2): none yet. */
export const supportedExtensions: readonly string[] = []

export const allow = { Allow: allowedMethods.join(', ') }

export const accept = { Accept: sdpType }

/** In INVITE, OPTIONS and the 2xx to them (RFC 3261 13.2.1, 11.2). An empty Supported says that nothing is (20.37). */
export const capabilities = { ...allow, Supported: supportedExtensions.join(', ') }

/** RFC 3261 11.2 */
export const optionsAnswer = { ...capabilities, ...accept, 'Accept-Encoding': 'identity', 'Accept-Language': 'en' }
