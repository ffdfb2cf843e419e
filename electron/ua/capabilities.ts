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
  'PRACK',
  'UPDATE',
  'REFER',
  'NOTIFY',
  'SUBSCRIBE',
  'MESSAGE',
] as const

/** Option tags (RFC 3261 19.2): RFC 3262, RFC 3891, RFC 4488, RFC 4028. */
export const supportedExtensions: readonly string[] = ['100rel', 'replaces', 'norefersub', 'timer']

export const allow = { Allow: allowedMethods.join(', ') }

export const accept = { Accept: sdpType }

/** In INVITE, OPTIONS and the 2xx to them (RFC 3261 13.2.1, 11.2). An empty Supported says that nothing is (20.37). */
export const capabilities = { ...allow, Supported: supportedExtensions.join(', ') }

/** RFC 3261 11.2 */
export const optionsAnswer = { ...capabilities, ...accept, 'Accept-Encoding': 'identity', 'Accept-Language': 'en' }
