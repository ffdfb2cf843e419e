import type { Codec } from '../codec/codec.ts'
import { Concealer } from '../codec/conceal.ts'
import { Framer } from '../audio/framer.ts'
import type { JitterBuffer } from '../rtp/jitter-buffer.ts'

/** Turns what the jitter buffer gives, packet by packet, into frames of 20 ms; hides what is missing. */

export interface Encoded {
  readonly codec: Codec
  readonly payload: Uint8Array
}

/** 200 ms: more than a datagram of the usual size can hold. */
export const LONGEST_PACKET = 1600

/** Of all sessions: a packet's samples stay here no longer than one call. */
const scratch = new Int16Array(LONGEST_PACKET)

export class Playout {
  concealedMs = 0
  /** The longest stretch without the peer's sound that the network is to blame for. */
  gapMaxMs = 0

  readonly #buffer: JitterBuffer<Encoded | undefined>
  readonly #concealer = new Concealer()
  readonly #decoded = new Framer(LONGEST_PACKET + 160)
  /** Milliseconds since sound was last heard: lost, and idle after it. */
  #lost = 0
  #idle = 0
  #heard = false

  /** An entry without content is a moment without sound that is not lost (a telephone event). */
  constructor(buffer: JitterBuffer<Encoded | undefined>) {
    this.#buffer = buffer
  }

  /** Fills `frame` with the sound of this moment. */
  take(frame: Int16Array, now: number): void {
    // A packet holds one sample at least, so this ends.
    while (this.#decoded.buffered < frame.length) {
      const taken = this.#buffer.take(now)
      if (taken.kind === 'idle') {
        if (this.#heard) this.#idle += (frame.length - this.#decoded.buffered) / 8
        this.#decoded.push(new Int16Array(frame.length - this.#decoded.buffered))
        break
      }
      const pcm = scratch.subarray(0, Math.min(taken.samples, LONGEST_PACKET))
      switch (taken.kind) {
        case 'packet':
          this.#packet(taken.content, pcm, taken.trimmed)
          this.#noteGap(taken.lostBefore)
          break
        case 'lost':
          this.#concealer.conceal(pcm)
          this.concealedMs += pcm.length / 8
          this.#lost += pcm.length / 8
          break
        case 'silence':
          pcm.fill(0)
          this.#concealer.heard(pcm)
          break
      }
      this.#decoded.push(pcm)
    }
    this.#decoded.pull(frame)
  }

  reset(): void {
    this.#decoded.clear()
    this.#concealer.reset()
    this.#heard = false
    this.#lost = 0
    this.#idle = 0
  }

  #packet(content: Encoded | undefined, pcm: Int16Array, trimmed: boolean): void {
    pcm.fill(0)
    content?.codec.decode(content.payload, pcm)
    if (trimmed) this.#concealer.bridge()
    this.#concealer.heard(pcm)
  }

  /** A pause that the sender made itself (nothing missing after it) is no gap. */
  #noteGap(lostBefore: number): void {
    const gap = this.#lost + (lostBefore > 0 ? this.#idle : 0)
    if (this.#heard) this.gapMaxMs = Math.max(this.gapMaxMs, gap)
    this.#heard = true
    this.#lost = 0
    this.#idle = 0
  }
}
