import { isIP } from 'node:net'

/** What a certificate says of whom it is for, as Node gives it. */
interface CertificateNames {
  /** `DNS:a.test, URI:sip:a.test, IP Address:192.0.2.1` */
  readonly subjectaltname?: string | undefined
  readonly subject?: { readonly CN?: string | string[] }
}

/**
 * Whether a certificate is for a SIP domain (RFC 5922 7.1, 7.2): by its sip: URIs, else by its DNS names, else, if it has
 * neither, by its common name; no wildcards. NOTE: a host given as an address is looked for among the addresses, of
 * which that RFC says nothing; laboratories have such certificates.
 */
export function isCertificateFor(host: string, names: CertificateNames): boolean {
  const alternatives = (names.subjectaltname ?? '').split(', ')
  const of = (kind: string) =>
    alternatives.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length).toLowerCase())
  const wanted = host.toLowerCase().replace(/\.$/, '')
  if (isIP(wanted) !== 0) return of('IP Address:').some((address) => canonical(address) === canonical(wanted))
  const uris = of('URI:sip:').filter((uri) => !uri.includes('@'))
  if (uris.length > 0) return uris.includes(wanted)
  const domains = of('DNS:')
  if (domains.length > 0) return domains.includes(wanted)
  const common = names.subject?.CN ?? ''
  return (Array.isArray(common) ? common : [common]).some((name) => name.toLowerCase() === wanted)
}

/** Certificates write IPv6 out in full: `2001:DB8:0:0:0:0:0:1`. */
function canonical(address: string): string {
  if (isIP(address) !== 6) return address
  return new URL(`http://[${address}]/`).hostname
}
