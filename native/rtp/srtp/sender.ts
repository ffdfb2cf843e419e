import type { SrtpSuite } from '../../protocol.ts'
import { sessionKeys } from './keys.ts'
import { StreamCipher } from './stream-cipher.ts'
import { ENCRYPTED, MOST_RTCP_INDEX, payloadStart, RTCP_HEADER_BYTES, RTCP_INDEX_BYTES } from './suite.ts'
import { tagBytes, uint16, uint32 } from './suite.ts'

/**
 * One master key's outgoing stream, of one SSRC at a time, each with a roll-over counter of its own (RFC 3711 3.3). Its packets
 * must come in their order; a key never gets a second sender for the same SSRC nor an SSRC it had before, for no index may be
 * used twice.
 */
export class SrtpSender {
  readonly #tags: ReturnType<typeof tagBytes>
  readonly #rtp: StreamCipher
  readonly #rtcp: StreamCipher
  #ssrc: number | undefined
  #rollover = 0
  #last: number | undefined
  #rtcpIndex = 0

  /** `master`: 30 bytes. Throws on another length. */
  constructor(suite: SrtpSuite, master: Uint8Array) {
    this.#tags = tagBytes(suite)
    const keys = sessionKeys(master)
    this.#rtp = new StreamCipher(keys.rtp)
    this.#rtcp = new StreamCipher(keys.rtcp)
  }

  /** The SRTP packet; undefined when `packet` is no RTP. */
  protectRtp(packet: Uint8Array): Uint8Array | undefined {
    const start = payloadStart(packet)
    if (start === undefined) return undefined
    const [sequence, ssrc] = [uint16(packet, 2), uint32(packet, 8)]
    if (ssrc !== this.#ssrc) {
      this.#rollover = 0
      this.#last = undefined
      this.#ssrc = ssrc
    }
    if (this.#last !== undefined && sequence < this.#last) this.#rollover = (this.#rollover + 1) >>> 0
    this.#last = sequence
    const protectedPacket = new Uint8Array(packet.length + this.#tags.rtp)
    protectedPacket.set(packet.subarray(0, start))
    const index = this.#rollover * 0x1_0000 + sequence
    protectedPacket.set(this.#rtp.crypt(packet.subarray(start), ssrc, index), start)
    const authenticated = protectedPacket.subarray(0, packet.length)
    protectedPacket.set(this.#rtp.tag(authenticated, this.#tags.rtp, this.#rollover), packet.length)
    return protectedPacket
  }

  /** The SRTCP packet; undefined when `packet` is no RTCP or the key is used up (2^31 reports). */
  protectRtcp(packet: Uint8Array): Uint8Array | undefined {
    if (packet.length < RTCP_HEADER_BYTES || this.#rtcpIndex >= MOST_RTCP_INDEX) return undefined
    this.#rtcpIndex++
    const end = packet.length + RTCP_INDEX_BYTES
    const protectedPacket = Buffer.alloc(end + this.#tags.rtcp)
    protectedPacket.set(packet.subarray(0, RTCP_HEADER_BYTES))
    const body = this.#rtcp.crypt(packet.subarray(RTCP_HEADER_BYTES), uint32(packet, 4), this.#rtcpIndex)
    protectedPacket.set(body, RTCP_HEADER_BYTES)
    protectedPacket.writeUInt32BE((ENCRYPTED | this.#rtcpIndex) >>> 0, packet.length)
    protectedPacket.set(this.#rtcp.tag(protectedPacket.subarray(0, end), this.#tags.rtcp), end)
    return protectedPacket
  }
}
