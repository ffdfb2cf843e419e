import type { Conversation } from './conversation.ts'
import { audioAddress, exchangesOf } from './exchanges.ts'
import type { RtpDatagram } from './rtp-streams.ts'

/** Of all packets those from or to an address that the descriptions of the call name. */
export function packetsOf({ steps }: Conversation, rtp: readonly RtpDatagram[]): readonly RtpDatagram[] {
  const places = new Set(
    exchangesOf(steps).flatMap(({ offer, answer }) =>
      [offer, ...(answer ? [answer] : [])].flatMap((side) => {
        const at = audioAddress(side)
        if (at === undefined) return []
        return [at.address.includes(':') ? `[${at.address}]:${at.port}` : `${at.address}:${at.port}`]
      }),
    ),
  )
  return rtp.filter(({ from, to }) => places.has(from) || places.has(to))
}
