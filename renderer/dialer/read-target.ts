import {
  type Home as AccountHome,
  readTarget as read,
  type TargetReading as PhoneReading,
} from '../../electron/ipc/contract.ts'

/** What is in the dial field, and the way it will go, so that the hint can show it while somebody types. */
export type TargetReading =
  | Exclude<PhoneReading, { kind: 'good' }>
  | {
      readonly kind: 'good'
      readonly uri: string
      readonly transport: 'UDP' | 'TCP' | 'TLS'
      /** Past every proxy. */
      readonly direct: boolean
    }

/** The account that calls are made with, as far as it decides where they go. */
export interface Home extends AccountHome {
  readonly directDialIp: boolean
  /** Its servers, host and port. */
  readonly servers: readonly string[]
}

export function readTarget(typed: string, home?: Home): TargetReading {
  const reading = read(typed, home)
  if (reading.kind !== 'good') return reading
  const { uri, host, port } = reading
  const isIPv6 = host.includes(':')
  const own = home?.servers.includes(`${isIPv6 ? `[${host}]` : host}:${port ?? 5060}`) ?? false
  const direct = home === undefined || (home.directDialIp && (isIPv6 || /^[\d.]+$/.test(host)) && !own)
  return { kind: 'good', uri, transport: transportOf(uri), direct }
}

function transportOf(uri: string): 'UDP' | 'TCP' | 'TLS' {
  if (uri.startsWith('sips:')) return 'TLS'
  const asked = /;transport=(tcp|tls)/.exec(uri)?.[1]
  return asked === undefined ? 'UDP' : asked === 'tcp' ? 'TCP' : 'TLS'
}
