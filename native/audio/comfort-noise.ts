/** Noise in the place of sound that the peer does not send (RFC 3389), white, 16 bit. */

/** No noise of a room is louder; a peer that says so would only hurt, dBov. */
const LOUDEST = -30
/** A level changes by so much of the rest a sample: no step is heard. */
const EASE = 1 / 400

export class ComfortNoise {
  /** Of the samples, linear. */
  #amplitude = 0
  #wanted = 0
  #seed = 1
  #on = false

  get on(): boolean {
    return this.#on
  }

  /** The first byte of a comfort noise payload: level below overload, dB (RFC 3389 3.1). What the spectrum was is let be. */
  hear(payload: Uint8Array): void {
    const dbov = Math.min(LOUDEST, -((payload[0] ?? 127) & 0x7f))
    // Evenly distributed from -a to a: a is the root of 3 louder than the power says.
    this.#wanted = Math.sqrt(3) * 32768 * 10 ** (dbov / 20)
    this.#on = true
  }

  stop(): void {
    this.#on = false
    this.#amplitude = 0
  }

  fill(frame: Int16Array): void {
    for (let i = 0; i < frame.length; i++) {
      this.#amplitude += (this.#wanted - this.#amplitude) * EASE
      this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) | 0
      frame[i] = Math.round(this.#amplitude * (this.#seed / 0x8000_0000))
    }
  }
}
