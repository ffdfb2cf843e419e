import type { CaptureSettings } from '../protocol.ts'
import { EchoCanceller } from './echo-canceller.ts'
import { GainControl } from './gain-control.ts'
import { SpectralGate } from './spectral-gate.ts'

/**
 * From the microphone to the calls: echo out, noise down, talk to one level; each can be switched while it runs. Speaker
 * and microphone have clocks of their own, so a few frames of the speaker may wait here.
 */

const MOST_WAITING = 4

export class CaptureChain {
  settings: CaptureSettings = { echoCancellation: false, noiseSuppression: false, gainControl: false }
  readonly #far: Int16Array[] = []
  #rate = 8000
  #frame = new Float64Array(160)
  #result = new Int16Array(160)
  #silence = new Int16Array(160)
  #noEcho = new Float64Array(160)
  #echo: EchoCanceller | undefined
  #gate: SpectralGate | undefined
  #gain: GainControl | undefined

  /** Of all frames, 8000 or 16000 Hz. After a change all is learned anew. */
  set rate(rate: number) {
    if (rate === this.#rate) return
    this.#rate = rate
    const length = rate / 50
    this.#frame = new Float64Array(length)
    this.#result = new Int16Array(length)
    this.#silence = new Int16Array(length)
    this.#noEcho = new Float64Array(length)
    this.reset()
  }

  /** What goes to the speaker; null: silence. */
  played(frame: Int16Array | null): void {
    if (!this.settings.echoCancellation) return
    this.#far.push(frame?.slice() ?? this.#silence)
    if (this.#far.length > MOST_WAITING) this.#far.shift()
  }

  /** The frame to be sent; valid until the next call. */
  process(microphone: Int16Array): Int16Array {
    const { echoCancellation, noiseSuppression, gainControl } = this.settings
    if (!echoCancellation && !noiseSuppression && !gainControl) return microphone
    const frame = this.#frame
    frame.set(microphone)
    if (echoCancellation) {
      this.#echo ??= new EchoCanceller(this.#rate)
      this.#echo.process(frame, this.#far.shift() ?? this.#silence)
    } else this.#forgetEcho()
    if (echoCancellation || noiseSuppression) {
      this.#gate ??= new SpectralGate(this.#rate)
      this.#gate.process(frame, this.#echo?.echo ?? this.#noEcho, { noise: noiseSuppression, echo: echoCancellation })
    } else this.#gate = undefined
    if (gainControl) (this.#gain ??= new GainControl()).process(frame)
    else this.#gain = undefined
    for (let i = 0; i < frame.length; i++)
      this.#result[i] = Math.max(-32768, Math.min(32767, Math.round(frame[i] as number)))
    return this.#result
  }

  /** Nobody listens any more: the next call is in another room. */
  reset(): void {
    this.#forgetEcho()
    this.#gate = undefined
    this.#gain = undefined
  }

  #forgetEcho(): void {
    this.#echo = undefined
    this.#far.length = 0
  }
}
