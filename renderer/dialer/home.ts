import type { Account } from '../../electron/ipc/contract.ts'
import type { Home } from './read-target.ts'

/** What the account means for what is dialled; undefined for none, or for one that leads nowhere yet. */
export function homeOf(account: Account | undefined): Home | undefined {
  if (account === undefined || account.username === '') return undefined
  const domain = account.domain || account.proxy
  if (domain === '') return undefined
  const servers = [domain, account.proxy, account.outboundProxy].filter((server) => server !== '').map(withPort)
  return { domain, prefix: account.dialPrefix, directDialIp: account.directDialIp, servers }
}

/** `host:5060`, IPv6 in brackets. */
function withPort(server: string): string {
  if (/^[\dA-Fa-f:]+$/.test(server) && server.split(':').length > 2) return `[${server}]:5060`
  return /:\d+$/.test(server) ? server : `${server}:5060`
}
