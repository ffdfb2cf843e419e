import { lookup, Resolver as DnsResolver } from 'node:dns/promises'

/** RFC 2782 */
export interface SrvRecord {
  readonly name: string
  readonly port: number
  readonly priority: number
  readonly weight: number
}

/** RFC 3403 4.1 */
export interface NaptrRecord {
  readonly flags: string
  readonly service: string
  readonly replacement: string
  readonly order: number
  readonly preference: number
}

/** Everything rejects with an error whose `code` is the DNS's: `ENOTFOUND`, `ENODATA` ... */
export interface Resolver {
  /** The A and AAAA addresses of a host name, best first. */
  lookup(host: string): Promise<readonly string[]>
  /** Without these a resolver knows addresses only. */
  srv?(name: string): Promise<readonly SrvRecord[]>
  naptr?(name: string): Promise<readonly NaptrRecord[]>
}

/** What the system would connect to: hosts file, mDNS and search domains included; SRV and NAPTR from its DNS servers. */
export function systemResolver(): Resolver {
  const dns = new DnsResolver({ timeout: 1_000, tries: 2 })
  return {
    async lookup(host) {
      const found = await lookup(host, { all: true, order: 'verbatim' })
      return found.map(({ address }) => address)
    },
    srv: (name) => dns.resolveSrv(name),
    naptr: (name) => dns.resolveNaptr(name),
  }
}

/** Asks these DNS servers (`address:port`) for everything. */
export function dnsResolver(servers: readonly string[]): Resolver {
  const dns = new DnsResolver({ timeout: 1_000, tries: 2 })
  dns.setServers(servers)
  const none = (error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENODATA') return []
    throw error
  }
  return {
    async lookup(host) {
      const [four, six] = await Promise.all([dns.resolve4(host).catch(none), dns.resolve6(host).catch(none)])
      return [...four, ...six]
    },
    srv: (name) => dns.resolveSrv(name),
    naptr: (name) => dns.resolveNaptr(name),
  }
}
