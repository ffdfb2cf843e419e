import { spanOf } from './call-span.ts'
import type { Conversation } from './conversation.ts'
import { audioAddress, exchangesOf } from './exchanges.ts'
import { formatHostPort } from '../sip/message/host.ts'
import type { RtpDatagram } from './rtp-streams.ts'

/** The packets of a capture by where they come from and go to: a capture may have thousands of calls. */
export class CallPackets {
  readonly #byPlace = new Map<string, RtpDatagram[]>()

  constructor(rtp: readonly RtpDatagram[]) {
    for (const datagram of rtp) {
      this.#put(datagram.from, datagram)
      if (datagram.to !== datagram.from) this.#put(datagram.to, datagram)
    }
  }

  #put(place: string, datagram: RtpDatagram): void {
    const there = this.#byPlace.get(place)
    if (there) there.push(datagram)
    else this.#byPlace.set(place, [datagram])
  }

  /**
   * Those from or to an address that the descriptions of the call name, while it lasted, in the order they passed. Its
   * messages are of the same capture: both have the same clock.
   */
  of(conversation: Conversation): readonly RtpDatagram[] {
    const own = new Set([...placesOf(conversation)].flatMap((place) => this.#byPlace.get(place) ?? []))
    const { from, until } = spanOf(conversation)
    return [...own].filter(({ atMs }) => atMs >= from && atMs <= until).toSorted((one, other) => one.atMs - other.atMs)
  }
}

function placesOf({ steps }: Conversation): ReadonlySet<string> {
  return new Set(
    exchangesOf(steps).flatMap(({ offer, answer }) =>
      [offer, ...(answer ? [answer] : [])].flatMap((side) => {
        const at = audioAddress(side)
        return at === undefined ? [] : [formatHostPort({ host: at.address, port: at.port })]
      }),
    ),
  )
}
