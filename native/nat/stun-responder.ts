import { answerStun } from './stun-answer.ts'
import type { MappedAddress } from './stun.ts'

/** More requests than this in a second no honest peer sends: ICE asks 50 times while it begins (RFC 8445 14). */
const MOST_A_SECOND = 50

/**
 * Answers Binding requests on a port of a call, which peers and servers send to keep a NAT's mapping or to learn whether
 * somebody is there (RFC 7675, RFC 8489 6.3.1). Forged ones must not make us send without end.
 */
export class StunResponder {
  #since = -Infinity
  #answered = 0

  /** Whether it can only be STUN: RTP and RTCP begin with the bits 10 (RFC 7983 7). */
  static takes(datagram: Uint8Array): boolean {
    return (datagram[0] ?? 255) < 4
  }

  /** `now` in milliseconds; undefined when it deserves no answer. */
  answer(datagram: Uint8Array, source: MappedAddress, now: number): Uint8Array | undefined {
    if (now - this.#since >= 1000) {
      this.#since = now
      this.#answered = 0
    }
    if (this.#answered >= MOST_A_SECOND) return undefined
    const answer = answerStun(datagram, source)
    if (answer) this.#answered++
    return answer
  }
}
