import { createHmac, timingSafeEqual } from 'node:crypto'
import { keyStream, type StreamKeys } from './keys.ts'

/** AES-CM and HMAC-SHA1 of one direction of RTP or RTCP (RFC 3711 4.1, 4.2). */
export class StreamCipher {
  readonly #keys: StreamKeys

  constructor(keys: StreamKeys) {
    this.#keys = keys
  }

  /** Encrypts or decrypts: the same. `index` has 48 bits at most. */
  crypt(data: Uint8Array, ssrc: number, index: number): Uint8Array {
    const counter = Buffer.alloc(16)
    counter.set(this.#keys.salt)
    counter.writeUInt32BE((counter.readUInt32BE(4) ^ ssrc) >>> 0, 4)
    const [high, low] = [Math.floor(index / 0x1_0000_0000), index % 0x1_0000_0000]
    counter.writeUInt16BE(counter.readUInt16BE(8) ^ high, 8)
    counter.writeUInt32BE((counter.readUInt32BE(10) ^ low) >>> 0, 10)
    return keyStream(this.#keys.cipher, counter, data)
  }

  /** The first `length` bytes of the HMAC over the packet, and the roll-over counter where there is one. */
  tag(packet: Uint8Array, length: number, rollover?: number): Uint8Array {
    const hmac = createHmac('sha1', this.#keys.authentication).update(packet)
    if (rollover !== undefined) {
      const counter = Buffer.alloc(4)
      counter.writeUInt32BE(rollover)
      hmac.update(counter)
    }
    return hmac.digest().subarray(0, length)
  }

  isTag(tag: Uint8Array, packet: Uint8Array, rollover?: number): boolean {
    return timingSafeEqual(tag, this.tag(packet, tag.length, rollover))
  }
}
