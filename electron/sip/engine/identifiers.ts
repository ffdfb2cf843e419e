import { branchCookie } from '../message/via.ts'

/** Tags, branches, Call-IDs and names of transactions, all of them random (RFC 3261 19.3, 8.1.1.4, 8.1.1.7). */
export class Identifiers {
  readonly #random: (bytes: number) => Uint8Array
  /** Mixed into tags that have to be the same for a request and its retransmissions. */
  readonly #secret: string

  constructor(random: (bytes: number) => Uint8Array) {
    this.#random = random
    this.#secret = this.#hex(16)
  }

  /** 64 bits; RFC 3261 19.3 asks for 32 at least. */
  tag(): string {
    return this.#hex(8)
  }

  branch(): string {
    return branchCookie + this.#hex(10)
  }

  callId(): string {
    return this.#hex(16)
  }

  transaction(): string {
    return this.#hex(12)
  }

  /** 0 to `max` - 1 */
  below(max: number): number {
    const [high = 0, low = 0] = this.#random(2)
    return (high * 256 + low) % max
  }

  /** RFC 3261 8.2.7: a server without state gives each retransmission the same To tag. */
  statelessTag(seed: string): string {
    // FNV-1a, twice over: it has to be stable, not strong
    let one = 0x811c9dc5
    let two = 0x01000193
    const text = this.#secret + seed
    for (let index = 0; index < text.length; index++) {
      one = Math.imul(one ^ text.charCodeAt(index), 0x01000193)
      two = Math.imul(two ^ text.charCodeAt(index), 0x85ebca6b)
    }
    return (one >>> 0).toString(16).padStart(8, '0') + (two >>> 0).toString(16).padStart(8, '0')
  }

  #hex(bytes: number): string {
    const random = this.#random(bytes)
    return Buffer.from(random.buffer, random.byteOffset, random.byteLength).toString('hex')
  }
}
