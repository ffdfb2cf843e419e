import { formatHostPort } from '../../electron/dissect/addresses.ts'
import { usePhone } from '../state/phone.ts'

/** Where this phone is called directly, `192.168.11.20:5060`; undefined until it listens. */
export function useOwnAddress(): string | undefined {
  return usePhone(({ info }) => {
    const point = info?.listening.find(({ transport }) => transport === 'udp') ?? info?.listening[0]
    if (info === undefined || point === undefined) return undefined
    const host = isWildcard(point.address) ? info.addresses[0] : point.address
    if (host === undefined) return undefined
    return formatHostPort({ host, port: point.port })
  })
}

/** The port that was wished for, when another program has it. */
export function useTakenPort(): { readonly wanted: number; readonly port: number } | undefined {
  const wanted = usePhone(({ settings }) => settings?.network.sipPort)
  const port = usePhone(({ info }) => info?.listening[0]?.port)
  return wanted === undefined || port === undefined || wanted === 0 || wanted === port ? undefined : { wanted, port }
}

function isWildcard(address: string): boolean {
  return address === '' || address === '0.0.0.0' || address === '::'
}
