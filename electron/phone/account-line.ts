import { isIP } from 'node:net'
import type { AccountSettings } from './account.ts'
import type { LineOptions } from './ports.ts'
import { escapeUser } from './read-target.ts'
import type { Settings } from './settings.ts'
import { hostAndPort, parseTarget } from './target.ts'
import { resolveTri } from './tri.ts'

/** What an account's fields mean for SIP. */

interface LineFacts {
  readonly password: string | undefined
  readonly instanceId: string
  readonly defaults: Settings['defaults']
}

/** Undefined for an account that leads nowhere yet: without a username, or without domain and proxy. */
export function lineOptionsOf(account: AccountSettings, facts: LineFacts): LineOptions | undefined {
  const { username, displayName, proxy, outboundProxy, transport } = account
  const domain = domainOf(account)
  if (username === '' || domain === '') return undefined
  const outbound =
    outboundProxy !== '' && resolveTri(account.useOutboundProxy, facts.defaults.useOutboundProxy, true)
      ? [outboundProxy]
      : []
  const suffix = transport === 'auto' || transport === 'udp' ? '' : `;transport=${transport}`
  const hops = [...new Set([...outbound, proxy || domain])]
  return {
    from: { uri: `sip:${escapeUser(username)}@${domain}`, ...(displayName !== '' && { displayName }) },
    registrar: `sip:${domain}`,
    route: hops.map((hop) => `sip:${hop}${suffix}`),
    credentials:
      facts.password === undefined
        ? undefined
        : { username: account.authorizationUser || username, password: facts.password },
    instanceId: facts.instanceId,
    ...(account.sendInternalIp !== 'default' && { sendInternalIp: account.sendInternalIp }),
    ...(account.sessionTimer.on && { sessionTimer: { seconds: account.sessionTimer.seconds } }),
  }
}

/**
 * What it takes to go on with other options: `none` on the same line as before, `register` a REGISTER on it that shows
 * the other credentials, and `another` line where our address, the registrar, or the way there is another one.
 */
export function lineChange(before: LineOptions, now: LineOptions): 'none' | 'register' | 'another' {
  const way = ({ from, registrar, route, instanceId, sendInternalIp }: LineOptions) =>
    JSON.stringify([from.uri, registrar, route, instanceId, sendInternalIp])
  if (way(before) !== way(now)) return 'another'
  const { credentials: one } = before
  const { credentials: other } = now
  return one?.username === other?.username && one?.password === other?.password ? 'none' : 'register'
}

/** Whether the account registers by itself. */
export function registers(account: AccountSettings, defaults: Settings['defaults']): boolean {
  return account.enabled && resolveTri(account.register, defaults.register, true)
}

export interface Dialled {
  readonly uri: string
  /** Past the account's servers, as somebody without an account calls. */
  readonly direct: boolean
}

/** Whom a typed target means to this account. Throws as `parseTarget` does. */
export function dialThrough(typed: string, account: AccountSettings): Dialled {
  const domain = domainOf(account)
  if (domain === '') return { uri: parseTarget(typed).uri, direct: true }
  const target = parseTarget(typed, { domain, prefix: account.dialPrefix })
  const own = [domain, account.proxy, account.outboundProxy]
    .filter((address) => address !== '')
    .map((address) => hostAndPort(address))
  // Another port on our server's machine is another program: two phones and a proxy on one computer.
  const isOwn = own.some(({ host, port }) => host === target.host && (port ?? 5060) === (target.port ?? 5060))
  return { uri: target.uri, direct: account.directDialIp && isIP(target.host) !== 0 && !isOwn }
}

function domainOf({ domain, proxy }: AccountSettings): string {
  return domain || proxy
}
