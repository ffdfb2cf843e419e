import { Fourier } from './spectrum.ts'

/**
 * Turns down, bin by bin, what is not talk: steady noise (decision-directed Wiener gains, Ephraim and Malah 1984; noise
 * floor by minimum tracking, Martin 2001) and what the echo canceller had to leave (in proportion to the echo it took).
 * Frames of 20 ms; what comes out is 20 ms late.
 */

/** -15 dB: silence would sound like a broken line. */
const LEAST_FOR_NOISE = 0.18
const LEAST_FOR_ECHO = 0.02
/** Minima are looked for in two stretches of so many frames. */
const STRETCH = 40
/** Minima lie below the mean. */
const BIAS = 3
/** What is louder is no noise of a room but a tone or music: power of white noise of -48 dBFS. */
const LOUDEST = (32768 * 10 ** (-48 / 20)) ** 2

interface Gates {
  readonly noise: boolean
  readonly echo: boolean
}

export class SpectralGate {
  /** Samples of a frame, of a transform, and what that has of frequencies. */
  readonly #frame: number
  readonly #size: number
  readonly #bins: number
  readonly #window: Float64Array
  readonly #fourier: Fourier
  readonly #heard: Float64Array
  readonly #echo: Float64Array
  readonly #out: Float64Array
  readonly #re: Float64Array
  readonly #im: Float64Array
  readonly #echoPower: Float64Array
  readonly #smooth: Float64Array
  readonly #lowest: Float64Array
  readonly #lowestBefore: Float64Array
  /** Power of the talk in the last frame, cleaned. */
  readonly #talk: Float64Array
  /** What is left of an echo, as a share of what was taken. */
  readonly #leak: Float64Array
  readonly #smoothEcho: Float64Array
  #frames = 0

  /** `rate`: 8000 or 16000 Hz. */
  constructor(rate: number) {
    const frame = (this.#frame = rate / 50)
    // A power of two that holds two frames.
    const size = (this.#size = (512 * rate) / 8000)
    const bins = (this.#bins = size / 2 + 1)
    this.#window = Float64Array.from({ length: 2 * frame }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / (2 * frame)))
    this.#fourier = new Fourier(size)
    this.#heard = new Float64Array(2 * frame)
    this.#echo = new Float64Array(2 * frame)
    this.#out = new Float64Array(2 * frame)
    this.#re = new Float64Array(size)
    this.#im = new Float64Array(size)
    this.#echoPower = new Float64Array(bins)
    this.#smooth = new Float64Array(bins)
    this.#lowest = new Float64Array(bins).fill(Infinity)
    this.#lowestBefore = new Float64Array(bins).fill(Infinity)
    this.#talk = new Float64Array(bins)
    this.#leak = new Float64Array(bins).fill(0.1)
    this.#smoothEcho = new Float64Array(bins)
  }

  /** In place; `echo` is what was taken out of this frame already. */
  process(frame: Float64Array, echo: Float64Array, gates: Gates): void {
    const [bins, window] = [this.#bins, this.#window]
    this.#analyse(this.#echo, echo)
    for (let k = 0; k < bins; k++) this.#echoPower[k] = (this.#re[k] as number) ** 2 + (this.#im[k] as number) ** 2
    this.#analyse(this.#heard, frame)
    if (++this.#frames % STRETCH === 0) {
      this.#lowestBefore.set(this.#lowest)
      this.#lowest.fill(Infinity)
    }
    for (let k = 0; k < bins; k++) {
      const gain = this.#gain(k, (this.#re[k] as number) ** 2 + (this.#im[k] as number) ** 2, gates)
      this.#re[k] = (this.#re[k] as number) * gain
      this.#im[k] = (this.#im[k] as number) * gain
      if (k === 0 || k === bins - 1) continue
      this.#re[this.#size - k] = this.#re[k] as number
      this.#im[this.#size - k] = -(this.#im[k] as number)
    }
    this.#fourier.backward(this.#re, this.#im)
    this.#out.copyWithin(0, this.#frame)
    this.#out.fill(0, this.#frame)
    for (let i = 0; i < window.length; i++)
      this.#out[i] = (this.#out[i] as number) + (this.#re[i] as number) * (window[i] as number)
    frame.set(this.#out.subarray(0, this.#frame))
  }

  #analyse(line: Float64Array, frame: Float64Array): void {
    const window = this.#window
    line.copyWithin(0, this.#frame)
    line.set(frame, this.#frame)
    this.#re.fill(0)
    this.#im.fill(0)
    for (let i = 0; i < window.length; i++) this.#re[i] = (line[i] as number) * (window[i] as number)
    this.#fourier.forward(this.#re, this.#im)
  }

  #gain(k: number, power: number, { noise: byNoise, echo: byEcho }: Gates): number {
    const smooth = (this.#smooth[k] = 0.8 * (this.#smooth[k] as number) + 0.2 * power)
    this.#lowest[k] = Math.min(this.#lowest[k] as number, smooth)
    const floor = Math.min(this.#lowest[k] as number, this.#lowestBefore[k] as number)
    const noise = byNoise && this.#frames > 10 ? Math.min(LOUDEST * this.#frame, floor * BIAS) : 0
    const left = byEcho ? this.#residue(k, smooth) : 0
    const disturbance = noise + left
    if (disturbance <= 1) {
      this.#talk[k] = power
      return 1
    }
    const above = Math.max(0, power / disturbance - 1)
    const ratio = 0.9 * ((this.#talk[k] as number) / disturbance) + 0.1 * above
    const least = left > noise ? LEAST_FOR_ECHO : LEAST_FOR_NOISE
    const gain = Math.max(least, ratio / (1 + ratio))
    this.#talk[k] = gain * gain * power
    return gain
  }

  /** Power of the echo that is left: as little as ever was left lately, for more than that is somebody talking. */
  #residue(k: number, heard: number): number {
    const echo = (this.#smoothEcho[k] = 0.8 * (this.#smoothEcho[k] as number) + 0.2 * (this.#echoPower[k] as number))
    if (echo < 1000) return 0
    const leak = this.#leak[k] as number
    const now = Math.min(1, heard / echo)
    this.#leak[k] = leak + (now - leak) * (now < leak ? 0.1 : 0.004)
    return 4 * (this.#leak[k] as number) * echo
  }
}
