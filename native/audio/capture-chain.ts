import type { CaptureSettings } from '../protocol.ts'
import { CARD_FRAME_SAMPLES } from './card-port.ts'
import { EchoCanceller } from './echo-canceller.ts'
import { GainControl } from './gain-control.ts'
import { SpectralGate } from './spectral-gate.ts'

/**
 * From the microphone to the calls: echo out, noise down, talk to one level; each can be switched while it runs. Speaker
 * and microphone have clocks of their own, so a few frames of the speaker may wait here.
 */

const MOST_WAITING = 4
const silence = new Int16Array(CARD_FRAME_SAMPLES)

export class CaptureChain {
  settings: CaptureSettings = { echoCancellation: false, noiseSuppression: false, gainControl: false }
  readonly #far: Int16Array[] = []
  readonly #frame = new Float64Array(CARD_FRAME_SAMPLES)
  readonly #result = new Int16Array(CARD_FRAME_SAMPLES)
  #echo: EchoCanceller | undefined
  #gate: SpectralGate | undefined
  #gain: GainControl | undefined

  /** What goes to the speaker; null: silence. */
  played(frame: Int16Array | null): void {
    if (!this.settings.echoCancellation) return
    this.#far.push(frame?.slice() ?? silence)
    if (this.#far.length > MOST_WAITING) this.#far.shift()
  }

  /** The frame to be sent; valid until the next call. */
  process(microphone: Int16Array): Int16Array {
    const { echoCancellation, noiseSuppression, gainControl } = this.settings
    if (!echoCancellation && !noiseSuppression && !gainControl) return microphone
    const frame = this.#frame
    frame.set(microphone)
    if (echoCancellation) {
      this.#echo ??= new EchoCanceller()
      this.#echo.process(frame, this.#far.shift() ?? silence)
    } else this.#forgetEcho()
    if (echoCancellation || noiseSuppression) {
      this.#gate ??= new SpectralGate()
      this.#gate.process(frame, this.#echo?.echo ?? noEcho, { noise: noiseSuppression, echo: echoCancellation })
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

const noEcho = new Float64Array(CARD_FRAME_SAMPLES)
