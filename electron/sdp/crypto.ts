import { attributeValues } from './attributes.ts'
import type { Attribute, MediaSection } from './sdp.ts'

/** Keys of SRTP in a description (SDES, RFC 4568): the a=crypto lines of a section. */

export type CryptoSuite = 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32'

export interface Crypto {
  /** 1 to 9 digits; an answer repeats that of the line it chose. */
  readonly tag: string
  readonly suite: CryptoSuite
  /** Base64 of 16 bytes of master key and 14 of salt, 40 characters. */
  readonly key: string
  /** Length of the master key identifier in the packets under this key, 1 to 128 bytes. */
  readonly mkiBytes?: number
}

const suites: readonly string[] = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] satisfies CryptoSuite[]

/**
 * The lines that can be used as they stand, in the order of the describing side's preference. Left out: other suites, more
 * than one key, and parameters that would change how packets look (RFC 4568 6.3: whoever does not know one must not
 * use the line; those that begin with a minus may be passed over).
 */
export function cryptosOf(section: MediaSection): Crypto[] {
  const found: Crypto[] = []
  for (const value of attributeValues(section, 'crypto')) {
    const crypto = parseCrypto(value)
    if (crypto && !found.some(({ tag }) => tag === crypto.tag)) found.push(crypto)
  }
  return found
}

export function cryptoAttribute({ tag, suite, key }: Crypto): Attribute {
  return { name: 'crypto', value: `${tag} ${suite} inline:${key}` }
}

function parseCrypto(value: string): Crypto | undefined {
  const [tag = '', suite = '', keys = '', ...parameters] = value.trim().split(/[ \t]+/)
  if (!/^[0-9]{1,9}$/.test(tag) || !suites.includes(suite) || !parameters.every(isHarmless)) return undefined
  const key = parseKey(keys)
  return key && { tag, suite: suite as CryptoSuite, ...key }
}

/** `inline:KEY|2^31|1:4`: lifetime and identifier may be missing. */
function parseKey(text: string): Pick<Crypto, 'key' | 'mkiBytes'> | undefined {
  const [, key, identifier] =
    /^inline:([A-Za-z0-9+/]{40})(?:\|(?:2\^[0-9]{1,2}|[0-9]{1,15}))?(?:\|([0-9]{1,40}:[0-9]{1,3}))?$/i.exec(text) ?? []
  if (key === undefined) return undefined
  if (identifier === undefined) return { key }
  const mkiBytes = Number(identifier.split(':')[1])
  return mkiBytes >= 1 && mkiBytes <= 128 ? { key, mkiBytes } : undefined
}

/** The window size hint needs no following, a key derivation rate of zero is ours. */
function isHarmless(parameter: string): boolean {
  return /^(?:WSH=[0-9]+|KDR=0|-.*)$/i.test(parameter)
}
