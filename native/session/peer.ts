/**
 * Whom a session listens to and where it sends (symmetric RTP, RFC 4961). The negotiated address always counts and wins.
 * A peer behind NAT sends from elsewhere: from another port of its address two packets in sequence convince, from another
 * address five, as long as nothing came from where it should. Once somebody is believed, strangers are not.
 */

export interface Endpoint {
  readonly address: string
  readonly port: number
}

const IN_SEQUENCE_SAME_ADDRESS = 2
const IN_SEQUENCE_ELSEWHERE = 5
/** Without packets for so long the peer's NAT may have given it another port. */
const SILENT_MS = 3000

export class Peer {
  #negotiated: Endpoint | undefined
  #latched: Endpoint | undefined
  #candidate: (Endpoint & { sequence: number; inSequence: number }) | undefined
  #heardAt = -Infinity

  /** What the signalling says now. A change forgets whom we believed. */
  negotiate(endpoint: Endpoint): void {
    if (this.#negotiated && same(this.#negotiated, endpoint)) return
    this.#negotiated = endpoint
    this.#latched = undefined
    this.#candidate = undefined
    this.#heardAt = -Infinity
  }

  /** Where to send; undefined before the signalling told. */
  get target(): Endpoint | undefined {
    return this.#latched ?? this.#negotiated
  }

  /** Whether a valid packet from there is the peer's. */
  accept(from: Endpoint, sequence: number, now: number): boolean {
    const negotiated = this.#negotiated
    if (!negotiated) return false
    if (same(from, negotiated)) {
      this.#latched = undefined
      this.#heardAt = now
      return true
    }
    if (this.#latched && same(from, this.#latched)) {
      this.#heardAt = now
      return true
    }
    if (now - this.#heardAt < SILENT_MS) return false
    const sameAddress = from.address === this.target?.address
    // Somebody at another address was believed, or the peer was heard where it should be: nobody else ever.
    if (!sameAddress && this.#heardAt !== -Infinity) return false
    if (!this.#convinces(from, sequence, sameAddress ? IN_SEQUENCE_SAME_ADDRESS : IN_SEQUENCE_ELSEWHERE)) return false
    this.#latched = { address: from.address, port: from.port }
    this.#candidate = undefined
    this.#heardAt = now
    return true
  }

  #convinces(from: Endpoint, sequence: number, needed: number): boolean {
    const known = this.#candidate
    const goesOn = known !== undefined && same(known, from) && sequence === ((known.sequence + 1) & 0xffff)
    const inSequence = goesOn ? known.inSequence + 1 : 1
    this.#candidate = { address: from.address, port: from.port, sequence, inSequence }
    return inSequence >= needed
  }
}

const same = (a: Endpoint, b: Endpoint) => a.port === b.port && a.address === b.address
