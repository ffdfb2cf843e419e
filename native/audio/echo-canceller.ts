import { Fourier } from './spectrum.ts'

/**
 * Takes what the speaker plays out of what the microphone hears: a partitioned block filter in the frequency domain
 * (Soo and Pang 1990), adapted by NLMS with steps in proportion to each partition's weight. Two filters run side by side
 * (Ochiai 1977): one learns all the time, the other is used, and takes over what the learner knows only when that is
 * better. So somebody who talks at the same time disturbs the learner and not what is heard. Frames of 20 ms.
 */

/** 320 ms: the card's queues and the room. */
const PARTITIONS = 16
const STEP = 0.7
/** Power of a sample below which nothing is learned. */
const FLOOR = 16

interface Filter {
  readonly re: Float64Array[]
  readonly im: Float64Array[]
}

const spectra = (bins: number) => Array.from({ length: PARTITIONS }, () => new Float64Array(bins))
const newFilter = (bins: number): Filter => ({ re: spectra(bins), im: spectra(bins) })

export class EchoCanceller {
  /** The echo that was taken out of the last frame. */
  readonly echo: Float64Array
  /** Samples of a frame, of a transform, and what that has of frequencies. */
  readonly #frame: number
  readonly #size: number
  readonly #bins: number
  readonly #fourier: Fourier
  readonly #far: Float64Array
  readonly #farRe: Float64Array[]
  readonly #farIm: Float64Array[]
  readonly #power: Float64Array
  readonly #used: Filter
  readonly #learner: Filter
  readonly #re: Float64Array
  readonly #im: Float64Array
  readonly #learned: Float64Array
  readonly #errorRe: Float64Array
  readonly #errorIm: Float64Array
  readonly #shares = new Float64Array(PARTITIONS).fill(1 / PARTITIONS)
  /** Where the newest far frame lies in the ring. */
  #newest = 0
  #turn = 0
  /** What is usually left of all that is heard while the speaker sounds: 1 before anything is known. */
  #usuallyLeft = 1
  /** Smoothed energies: microphone, what each filter leaves. */
  #energy = { microphone: 0, used: 0, learner: 0 }

  /** `rate`: 8000 or 16000 Hz. */
  constructor(rate: number) {
    this.#frame = rate / 50
    // A power of two that holds three frames.
    this.#size = (512 * rate) / 8000
    const bins = (this.#bins = this.#size / 2 + 1)
    this.echo = new Float64Array(this.#frame)
    this.#fourier = new Fourier(this.#size)
    this.#far = new Float64Array(this.#size)
    this.#farRe = spectra(bins)
    this.#farIm = spectra(bins)
    this.#power = new Float64Array(bins)
    this.#used = newFilter(bins)
    this.#learner = newFilter(bins)
    this.#re = new Float64Array(this.#size)
    this.#im = new Float64Array(this.#size)
    this.#learned = new Float64Array(this.#frame)
    this.#errorRe = new Float64Array(bins)
    this.#errorIm = new Float64Array(bins)
  }

  /** Takes the echo of `far` out of `frame`, in place. `far` is what the speaker was given in the same 20 ms. */
  process(frame: Float64Array, far: Int16Array): void {
    this.#remember(far)
    this.#estimate(this.#used, this.echo)
    this.#estimate(this.#learner, this.#learned)
    let [microphone, used, learner] = [0, 0, 0]
    for (let i = 0; i < this.#frame; i++) {
      const sample = frame[i] as number
      const left = sample - (this.echo[i] as number)
      const leftByLearner = sample - (this.#learned[i] as number)
      microphone += sample * sample
      used += left * left
      learner += leftByLearner * leftByLearner
      frame[i] = left
      this.#learned[i] = leftByLearner
    }
    this.#learn(used, microphone)
    this.#choose(microphone, used, learner)
    // A filter that adds more than it takes is worse than none.
    if (used <= microphone * 1.1) return
    for (let i = 0; i < this.#frame; i++) frame[i] = (frame[i] as number) + (this.echo[i] as number)
    this.echo.fill(0)
  }

  #remember(far: Int16Array): void {
    const bins = this.#bins
    this.#far.copyWithin(0, this.#frame)
    this.#far.set(far, this.#size - this.#frame)
    this.#newest = (this.#newest + PARTITIONS - 1) % PARTITIONS
    const [re, im] = [this.#farRe[this.#newest] as Float64Array, this.#farIm[this.#newest] as Float64Array]
    for (let k = 0; k < bins; k++)
      this.#power[k] = Math.max(0, (this.#power[k] as number) - ((re[k] as number) ** 2 + (im[k] as number) ** 2))
    this.#re.set(this.#far)
    this.#im.fill(0)
    this.#fourier.forward(this.#re, this.#im)
    for (let k = 0; k < bins; k++) {
      re[k] = this.#re[k] as number
      im[k] = this.#im[k] as number
      this.#power[k] = (this.#power[k] as number) + (re[k] as number) ** 2 + (im[k] as number) ** 2
    }
  }

  /** The echo as a filter sees it (overlap-save: the last frame of the circle is the valid one). */
  #estimate({ re: wr, im: wi }: Filter, echo: Float64Array): void {
    const bins = this.#bins
    const [re, im] = [this.#re, this.#im]
    re.fill(0)
    im.fill(0)
    for (let p = 0; p < PARTITIONS; p++) {
      const at = (this.#newest + p) % PARTITIONS
      const [xr, xi] = [this.#farRe[at] as Float64Array, this.#farIm[at] as Float64Array]
      const [hr, hi] = [wr[p] as Float64Array, wi[p] as Float64Array]
      for (let k = 0; k < bins; k++) {
        const a = xr[k] as number
        const b = xi[k] as number
        const c = hr[k] as number
        const d = hi[k] as number
        re[k] = (re[k] as number) + a * c - b * d
        im[k] = (im[k] as number) + a * d + b * c
      }
    }
    this.#mirror()
    this.#fourier.backward(re, im)
    echo.set(re.subarray(this.#size - this.#frame))
  }

  #learn(used: number, microphone: number): void {
    const bins = this.#bins
    const [re, im] = [this.#re, this.#im]
    re.fill(0)
    im.fill(0)
    re.set(this.#learned, this.#size - this.#frame)
    this.#fourier.forward(re, im)
    this.#errorRe.set(re.subarray(0, bins))
    this.#errorIm.set(im.subarray(0, bins))
    // Where much more is left than usual of what is heard, somebody talks here: slower then.
    const power = this.#power
    const errorRe = this.#errorRe
    const errorIm = this.#errorIm
    const left = Math.min(1, used / (microphone + 1))
    const surprise = left / this.#usuallyLeft
    this.#usuallyLeft = Math.max(0.003, this.#usuallyLeft + (left - this.#usuallyLeft) * (surprise < 1 ? 0.1 : 0.003))
    const floor = FLOOR * this.#size * this.#frame
    const step = STEP * PARTITIONS * Math.min(1, 2 / Math.max(surprise, 1e-3))
    for (let p = 0; p < PARTITIONS; p++) {
      const at = (this.#newest + p) % PARTITIONS
      const [xr, xi] = [this.#farRe[at] as Float64Array, this.#farIm[at] as Float64Array]
      const [hr, hi] = [this.#learner.re[p] as Float64Array, this.#learner.im[p] as Float64Array]
      const share = step * (this.#shares[p] as number)
      for (let k = 0; k < bins; k++) {
        const a = xr[k] as number
        const b = xi[k] as number
        const c = errorRe[k] as number
        const d = errorIm[k] as number
        const rate = share / ((power[k] as number) + floor)
        hr[k] = (hr[k] as number) + rate * (a * c + b * d)
        hi[k] = (hi[k] as number) + rate * (a * d - b * c)
      }
    }
    // Two a frame: each partition may only reach as far as its own 20 ms.
    for (let k = 0; k < 2; k++) this.#constrain((this.#turn = (this.#turn + 1) % PARTITIONS))
    if (this.#turn === 0) this.#share()
  }

  #constrain(p: number): void {
    const bins = this.#bins
    const [hr, hi] = [this.#learner.re[p] as Float64Array, this.#learner.im[p] as Float64Array]
    this.#re.fill(0)
    this.#im.fill(0)
    this.#re.set(hr)
    this.#im.set(hi)
    this.#mirror()
    this.#fourier.backward(this.#re, this.#im)
    this.#re.fill(0, this.#frame)
    this.#im.fill(0)
    this.#fourier.forward(this.#re, this.#im)
    hr.set(this.#re.subarray(0, bins))
    hi.set(this.#im.subarray(0, bins))
  }

  #share(): void {
    const bins = this.#bins
    let sum = 0
    const weights = this.#learner.re.map((re, p) => {
      const im = this.#learner.im[p] as Float64Array
      let energy = 0
      for (let k = 0; k < bins; k++) energy += (re[k] as number) ** 2 + (im[k] as number) ** 2
      sum += Math.sqrt(energy)
      return Math.sqrt(energy)
    })
    // Nobody is left without: an echo may move.
    weights.forEach((weight, p) => {
      this.#shares[p] = 0.3 / PARTITIONS + (sum > 0 ? (0.7 * weight) / sum : 0.7 / PARTITIONS)
    })
  }

  #choose(microphone: number, used: number, learner: number): void {
    const smooth = (before: number, now: number) => before + (now - before) * 0.15
    const energy = (this.#energy = {
      microphone: smooth(this.#energy.microphone, microphone),
      used: smooth(this.#energy.used, used),
      learner: smooth(this.#energy.learner, learner),
    })
    if (energy.used > 1.5 * energy.microphone) {
      copy(newFilter(this.#bins), this.#used)
      energy.used = energy.microphone
    }
    if (energy.learner < 0.9 * energy.used && learner < used && energy.learner < energy.microphone) {
      copy(this.#learner, this.#used)
      energy.used = energy.learner
    } else if (energy.learner > 2 * energy.used || energy.learner > 2 * energy.microphone) {
      copy(this.#used, this.#learner)
      energy.learner = energy.used
    }
  }

  /** The upper half of a real signal's spectrum. */
  #mirror(): void {
    for (let k = 1; k < this.#size / 2; k++) {
      this.#re[this.#size - k] = this.#re[k] as number
      this.#im[this.#size - k] = -(this.#im[k] as number)
    }
  }
}

function copy(from: Filter, to: Filter): void {
  from.re.forEach((re, p) => to.re[p]?.set(re))
  from.im.forEach((im, p) => to.im[p]?.set(im))
}
