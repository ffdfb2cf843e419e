import type { SrtpReceived, SrtpSuite } from '../../protocol.ts'
import { sessionKeys } from './keys.ts'
import { ReplayWindow } from './replay-window.ts'
import { StreamCipher } from './stream-cipher.ts'
import { ENCRYPTED, payloadStart, RTCP_HEADER_BYTES, RTCP_INDEX_BYTES, tagBytes, uint16, uint32 } from './suite.ts'

/** Sources remembered under one key; only authentic packets make one. The least recently heard makes room. */
const MOST_SOURCES = 64

interface ReceiverOptions {
  readonly suite: SrtpSuite
  /** 30 bytes: key and salt. */
  readonly master: Uint8Array
  /** The peer puts a master key identifier of so many bytes into its packets; with one key there is nothing to choose. */
  readonly mkiBytes: number
  /** Where another process was. */
  readonly resume?: SrtpReceived | undefined
}

/** What comes in under one master key of the peer's (RFC 3711 3.3). Never throws on what came from the network. */
export class SrtpReceiver {
  readonly #tags: ReturnType<typeof tagBytes>
  readonly #mkiBytes: number
  readonly #rtp: StreamCipher
  readonly #rtcp: StreamCipher
  readonly #sources = new Map<number, ReplayWindow>()
  readonly #rtcpSources = new Map<number, ReplayWindow>()
  #heard: number | undefined

  /** Throws when the master key has another length. */
  constructor({ suite, master, mkiBytes, resume }: ReceiverOptions) {
    this.#tags = tagBytes(suite)
    this.#mkiBytes = mkiBytes
    const keys = sessionKeys(master)
    this.#rtp = new StreamCipher(keys.rtp)
    this.#rtcp = new StreamCipher(keys.rtcp)
    if (!resume) return
    this.#sources.set(resume.ssrc, new ReplayWindow(resume.rollover * 0x1_0000 + resume.sequence))
    this.#heard = resume.ssrc
  }

  /** Where the source is that was heard last. */
  get position(): SrtpReceived | undefined {
    if (this.#heard === undefined) return undefined
    const highest = this.#sources.get(this.#heard)?.highest ?? 0
    return { ssrc: this.#heard, rollover: Math.floor(highest / 0x1_0000), sequence: highest % 0x1_0000 }
  }

  /** The RTP packet in clear; undefined when it is none, not authentic, or not new. */
  unprotectRtp(packet: Uint8Array): Uint8Array | undefined {
    const end = packet.length - this.#tags.rtp - this.#mkiBytes
    const authenticated = packet.subarray(0, Math.max(0, end))
    const start = payloadStart(authenticated)
    if (start === undefined) return undefined
    const ssrc = uint32(packet, 8)
    const known = this.#sources.get(ssrc)
    const index = estimate(known?.highest ?? -1, uint16(packet, 2))
    if (known && !known.isNew(index)) return undefined
    const tag = packet.subarray(end + this.#mkiBytes)
    if (!this.#rtp.isTag(tag, authenticated, Math.floor(index / 0x1_0000))) return undefined
    accept(this.#sources, ssrc, known, index)
    this.#heard = ssrc
    const clear = new Uint8Array(end)
    clear.set(authenticated.subarray(0, start))
    clear.set(this.#rtp.crypt(authenticated.subarray(start), ssrc, index), start)
    return clear
  }

  /** The RTCP packet in clear; undefined as above, and when it was not encrypted. */
  unprotectRtcp(packet: Uint8Array): Uint8Array | undefined {
    const end = packet.length - this.#tags.rtcp - this.#mkiBytes
    const body = end - RTCP_INDEX_BYTES
    if (body < RTCP_HEADER_BYTES) return undefined
    const flagged = uint32(packet, body)
    if (flagged < ENCRYPTED) return undefined
    const index = flagged - ENCRYPTED
    const ssrc = uint32(packet, 4)
    const known = this.#rtcpSources.get(ssrc)
    if (known && !known.isNew(index)) return undefined
    if (!this.#rtcp.isTag(packet.subarray(end + this.#mkiBytes), packet.subarray(0, end))) return undefined
    accept(this.#rtcpSources, ssrc, known, index)
    const clear = new Uint8Array(body)
    clear.set(packet.subarray(0, RTCP_HEADER_BYTES))
    clear.set(this.#rtcp.crypt(packet.subarray(RTCP_HEADER_BYTES, body), ssrc, index), RTCP_HEADER_BYTES)
    return clear
  }
}

/** The 48 bit index that a sequence number most likely stands for (RFC 3711 3.3.1, appendix A). */
export function estimate(highest: number, sequence: number): number {
  if (highest < 0) return sequence
  const [rollover, last] = [Math.floor(highest / 0x1_0000), highest % 0x1_0000]
  const distance = sequence - last
  const turn = distance > 0x8000 ? rollover - 1 : distance < -0x8000 ? rollover + 1 : rollover
  // Before the first turn there is none; the counter has 32 bits.
  return Math.min(Math.max(0, turn), 0xffff_ffff) * 0x1_0000 + sequence
}

function accept(sources: Map<number, ReplayWindow>, ssrc: number, known: ReplayWindow | undefined, index: number) {
  const window = known ?? new ReplayWindow()
  window.accept(index)
  sources.delete(ssrc)
  sources.set(ssrc, window)
  const [oldest] = sources.keys()
  if (sources.size > MOST_SOURCES && oldest !== undefined) sources.delete(oldest)
}
