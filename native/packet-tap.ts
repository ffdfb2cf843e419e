import type { MediaEvent, TraceDepth, TracedPacket } from './protocol.ts'
import { RTP_HEADER_BYTES } from './rtp/packet.ts'
import type { Endpoint } from './session/peer.ts'

/** So many are told at once, or what there is after this time. */
const mostHeld = 64
const longestWaitMs = 200
/** RFC 3550 5.3.1: an extension may be long; of a header more is not worth keeping. */
const longestHeader = 128

/** What passes the RTP and RTCP sockets, told to the phone in batches while somebody looks on. */
export class PacketTap {
  depth: TraceDepth = 'off'
  readonly #emit: (event: MediaEvent) => void
  readonly #wallTime: () => number
  #held: TracedPacket[] = []
  #timer: NodeJS.Timeout | undefined

  /** `wallTime`: milliseconds since 1970, with a fraction. */
  constructor(emit: (event: MediaEvent) => void, wallTime: () => number) {
    this.#emit = emit
    this.#wallTime = wallTime
  }

  readonly seen = (direction: 'in' | 'out', local: Endpoint, remote: Endpoint, datagram: Uint8Array): void => {
    if (this.depth === 'off') return
    const kept = this.depth === 'whole' ? datagram : datagram.subarray(0, headLength(datagram))
    this.#held.push({
      at: this.#wallTime(),
      direction,
      local: { address: local.address, port: local.port },
      remote: { address: remote.address, port: remote.port },
      length: datagram.length,
      // A copy: the buffer is the socket's, or is filled anew for the next packet.
      data: Buffer.from(kept).toString('base64'),
    })
    if (this.#held.length >= mostHeld) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), longestWaitMs).unref()
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const packets = this.#held
    this.#held = []
    if (packets.length > 0) this.#emit({ event: 'packets', packets })
  }
}

/** Of RTP the header (RFC 3550 5.1), of RTCP everything: it carries no speech (RFC 5761 4 tells them apart). */
function headLength(datagram: Uint8Array): number {
  const [first = 0, second = 0] = datagram
  // Neither is speech: RTCP, and what is no RTP at all (STUN, DTLS).
  if (first >> 6 !== 2 || (second >= 192 && second <= 223)) return datagram.length
  const fixed = RTP_HEADER_BYTES + 4 * (first & 0x0f)
  const words = first & 0x10 ? 4 + 4 * (((datagram[fixed + 2] ?? 0) << 8) | (datagram[fixed + 3] ?? 0)) : 0
  return Math.min(datagram.length, fixed + words, longestHeader)
}
