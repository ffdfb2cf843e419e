import type { MappedAddress } from '../../../native/nat/stun.ts'
import type { Clock } from '../clock.ts'
import type { Endpoint } from '../transaction-user.ts'
import type { UdpTransport } from './udp.ts'

interface FlowKeepAliveOptions {
  readonly transport: Pick<UdpTransport, 'send' | 'discover'>
  readonly remote: Endpoint
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
  /** `crlf` keeps the NAT's mapping and tells nothing; `stun` needs a peer that answers on its SIP port (RFC 5626 8). */
  readonly kind: 'crlf' | 'stun'
  /** At most so long between two, ms; RFC 5626 4.4.2 has 24 to 29 s for UDP. */
  readonly intervalMs: number
  /** STUN only, with every change: where the peer sees us now. A change means that the flow of before is dead. */
  readonly onMapped?: (mapped: MappedAddress) => void
  /** The flow does not work any more; nothing more is sent. */
  readonly onFailed: (error: Error) => void
}

/** Half of RFC 8489's patience: seven requests would take longer than a NAT remembers. */
const stunTimers = { rtoMs: 500, requests: 4, lastFactor: 8 }
const ping = Buffer.from('\r\n\r\n')

/** Keeps a UDP flow open through NATs (RFC 5626 4.4). Starts at once; returns what ends it. */
export function keepFlowAlive(options: FlowKeepAliveOptions): () => void {
  const { transport, remote, clock, random, kind, intervalMs, onMapped, onFailed } = options
  let stop = () => {}
  let over = false
  let last = ''
  const again = () => {
    if (over) return
    // RFC 5626 4.4: between 80 and 100 percent, so that phones switched on together do not stay together
    const [chance = 0] = random(1)
    stop = clock.after(intervalMs * (0.8 + (0.2 * chance) / 255), send)
  }
  const fail = (error: Error) => {
    if (over) return
    over = true
    onFailed(error)
  }
  const send = () => {
    if (kind === 'crlf') {
      transport.send(ping, remote, (error) => (error ? fail(error) : again()))
      return
    }
    const { address, port } = remote
    transport.discover({ server: { address, port }, clock, random, timers: stunTimers }).then((mapped) => {
      const seen = `${mapped.address} ${mapped.port}`
      if (!over && seen !== last) onMapped?.(mapped)
      last = seen
      again()
    }, fail)
  }
  send()
  return () => {
    over = true
    stop()
  }
}
