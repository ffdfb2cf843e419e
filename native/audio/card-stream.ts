import type { CardDelegate } from './card-port.ts'
import { FrameStreamError } from './frame-stream.ts'
import { Resampler } from './resample.ts'

/**
 * One open device as a stream of frames of the calls' rate: chunks of any length and rate in, frames of 20 ms out, and the
 * other way. The microphone's clock paces what is sent, the speaker's what is taken from the jitter buffer; a device
 * that the machine does not have borrows the other one's clock.
 */
export class CardStream {
  #down: Resampler | undefined
  #up: Resampler | undefined
  #rate = 0
  #frame = new Int16Array(0)
  #silence = new Int16Array(0)
  readonly #inputRate: number
  readonly #outputRate: number
  #filled = 0
  #ready: Int16Array = new Int16Array(0)
  #lastMicrophone = -Infinity
  #lastPull = -Infinity

  /** The device's rates in Hz; 0: no such device, but not both. Throws a FrameStreamError for what no device can have. */
  constructor(inputRate: number, outputRate: number, rate: number) {
    const possible = (rate: number) => rate === 0 || (rate >= 4000 && rate <= 384_000)
    if (!possible(inputRate) || !possible(outputRate) || inputRate + outputRate === 0)
      throw new FrameStreamError(`no device has rates of ${inputRate} and ${outputRate} Hz`)
    this.#inputRate = inputRate
    this.#outputRate = outputRate
    this.rate = rate
  }

  /** Of the frames, Hz. */
  set rate(rate: number) {
    if (rate === this.#rate) return
    this.close()
    this.#rate = rate
    this.#down = this.#inputRate === 0 ? undefined : new Resampler(this.#inputRate, rate)
    this.#up = this.#outputRate === 0 ? undefined : new Resampler(rate, this.#outputRate)
    this.#frame = new Int16Array(rate / 50)
    this.#silence = new Int16Array(rate / 50)
    this.#filled = 0
  }

  /** Both filters and what waits between frames and chunks, milliseconds. */
  get delayMs(): number {
    const waiting = this.#outputRate === 0 ? 0 : (1000 * this.#ready.length) / this.#outputRate
    return (this.#down?.delayMs ?? 0) + (this.#up?.delayMs ?? 0) + waiting
  }

  /** Whether every device there is gave a sign of life within the last `ms`. */
  flowing(now: number, ms: number): boolean {
    const heard = this.#inputRate === 0 || now - this.#lastMicrophone <= ms
    return heard && (this.#outputRate === 0 || now - this.#lastPull <= ms)
  }

  /** Forgets sound that nobody took, so that what comes next is new. */
  reset(): void {
    this.#filled = 0
    this.#ready = new Int16Array(0)
  }

  /** A chunk at the microphone's rate. Throws a FrameStreamError when it is longer than 100 ms. */
  microphone(samples: Int16Array, now: number, delegate: CardDelegate | undefined): void {
    if (this.#down === undefined || samples.length > this.#inputRate / 10)
      throw new FrameStreamError('microphone chunk of an odd length')
    this.#lastMicrophone = now
    const converted = this.#down.process(samples)
    for (let at = 0; at < converted.length;) {
      const part = converted.subarray(at, at + this.#frame.length - this.#filled)
      this.#frame.set(part, this.#filled)
      this.#filled += part.length
      at += part.length
      if (this.#filled < this.#frame.length) break
      this.#filled = 0
      delegate?.onMicrophone(this.#frame)
      if (this.#up === undefined) delegate?.pull()
    }
  }

  /** The next `count` samples at the speaker's rate. Throws a FrameStreamError when that is more than 100 ms. */
  speaker(count: number, now: number, delegate: CardDelegate | undefined): Int16Array {
    if (this.#up === undefined || count > this.#outputRate / 10)
      throw new FrameStreamError('speaker chunk of an odd length')
    this.#lastPull = now
    while (this.#ready.length < count) {
      const more = this.#up.process(delegate?.pull() ?? this.#silence)
      const joined = new Int16Array(this.#ready.length + more.length)
      joined.set(this.#ready)
      joined.set(more, this.#ready.length)
      this.#ready = joined
      if (this.#down === undefined) delegate?.onMicrophone(this.#silence)
    }
    const samples = this.#ready.slice(0, count)
    this.#ready = this.#ready.slice(count)
    return samples
  }

  close(): void {
    this.#down?.close()
    this.#up?.close()
  }
}
