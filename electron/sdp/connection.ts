import type { Connection } from './sdp.ts'

/** `IN IP4 192.0.2.1`, `IN IP4 224.2.36.42/127`, `IN IP6 2001:db8::1`; null for anything else. */
export function parseConnection(text: string): Connection | null {
  const [network, type, written, ...rest] = text.split(/[ \t]+/, 4)
  if (rest.length > 0 || !written || network?.toUpperCase() !== 'IN') return null
  const family = type?.toUpperCase() === 'IP4' ? 4 : type?.toUpperCase() === 'IP6' ? 6 : null
  const slash = written.indexOf('/')
  const address = slash < 0 ? written : written.slice(0, slash)
  if (family === null || address === '') return null
  return slash < 0 ? { family, address } : { family, address, scope: written.slice(slash) }
}

export function formatConnection({ family, address, scope }: Connection): string {
  return `IN IP${family} ${address}${scope ?? ''}`
}

/** The connection of an IP literal. */
export function connectionTo(address: string): Connection {
  return { family: address.includes(':') ? 6 : 4, address }
}

/** Address of nowhere: how RFC 2543 put a call on hold (RFC 3264 8.4). */
export function isNowhere({ address }: Connection): boolean {
  return address === '0.0.0.0' || address === '::'
}
