import { isIpAddress, isIpv4 } from '../sip/message/host.ts'

export { formatHostPort } from '../sip/message/host.ts'

/** What kind of place an IP address is; `name` for what is none. */
type AddressKind = 'public' | 'private' | 'loopback' | 'nowhere' | 'name'

/** RFC 1918, RFC 6598 (shared), RFC 3927 and RFC 4291 2.5.6 (link-local), RFC 4193 (unique local). */
const privateIpv4 =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/
const privateIpv6 = /^(?:f[cd]|fe[89ab])/i

export function kindOf(address: string): AddressKind {
  if (!isIpAddress(address)) return 'name'
  if (address === '0.0.0.0' || address === '::') return 'nowhere'
  if (address === '::1' || address.startsWith('127.')) return 'loopback'
  return (isIpv4(address) ? privateIpv4 : privateIpv6).test(address) ? 'private' : 'public'
}
