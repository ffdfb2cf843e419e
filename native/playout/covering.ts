import { Extrapolation, lossGain, waitGain } from './extrapolation.ts'

/**
 * What is played in place of sound that is not there. It begins where sound ends and goes on until sound is joined to it
 * again. `waiting`: nothing is known to be lost, sound is drawn out until it comes. Lengths in samples.
 */
export class Covering {
  readonly #rate: number
  readonly #forwards: Extrapolation
  readonly #waiting: boolean
  #given = 0

  constructor(past: Float32Array, rate: number, waiting: boolean) {
    this.#rate = rate
    this.#forwards = new Extrapolation(past, rate)
    this.#waiting = waiting
  }

  get samples(): number {
    return this.#given
  }

  read(samples: number): Float32Array {
    const out = new Float32Array(samples)
    this.#forwards.read(out)
    for (let i = 0; i < samples; i++) out[i] = (out[i] as number) * this.#gain(this.#given + i)
    this.#given += samples
    return out
  }

  /** The last that is missing, when what comes after it (`future`) is known: goes on from both sides, blended. */
  between(samples: number, future: Float32Array): Float32Array {
    const out = this.read(samples)
    const back = new Float32Array(samples)
    new Extrapolation(future.slice().reverse(), this.#rate).read(back)
    for (let i = 0; i < samples; i++) {
      const weight = (1 - Math.cos((Math.PI * (i + 0.5)) / samples)) / 2
      const backwards = (back[samples - 1 - i] as number) * lossGain(((samples - 1 - i) * 1000) / this.#rate)
      out[i] = (out[i] as number) * (1 - weight) + backwards * weight
    }
    return out
  }

  /** Blends the beginning of `sound` with what would have gone on: a quarter period and 4 ms for each 10 ms covered. */
  join(sound: Float32Array): void {
    const wanted = (this.#forwards.pitch >> 2) + Math.floor(this.#given * 0.4)
    const overlap = Math.min(wanted, Math.floor(this.#rate / 100), sound.length)
    const on = this.read(overlap)
    for (let i = 0; i < overlap; i++) {
      const weight = (i + 1) / (overlap + 1)
      sound[i] = (sound[i] as number) * weight + (on[i] as number) * (1 - weight)
    }
  }

  #gain(at: number): number {
    const ms = (at * 1000) / this.#rate
    return this.#waiting ? waitGain(ms) : lossGain(ms)
  }
}
