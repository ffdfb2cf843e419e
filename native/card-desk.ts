import { callTone } from './audio/call-tone.ts'
import { CaptureChain } from './audio/capture-chain.ts'
import type { CardDelegate, CardPort, CardState, ListenForCard } from './audio/card-port.ts'
import { Conversion } from './audio/conversion.ts'
import { Mixer } from './audio/mixer.ts'
import type { AudioSource } from './audio/port.ts'
import type { ToneName, TonePlan } from './protocol.ts'

/**
 * The one sound card and all that share it: sessions and the call tone. It runs only while somebody wants it, at the highest
 * rate that one of them has; the others' sound is converted.
 */

/** Frames of 20 ms at the rate that it joined with. */
export interface CardUser {
  microphone(frame: Int16Array): void
  /** This user's part of the next 20 ms of the speaker. */
  speaker(): Int16Array | null
}

interface DeskDelegate {
  onWanted(wanted: boolean): void
  onState(state: CardState): void
  /** Something is wrong with the card's link; sound may be missing, nothing else. */
  onWarning(message: string): void
  /** A user threw; the others go on. */
  onError(error: unknown): void
}

interface Member {
  readonly user: CardUser
  readonly rate: number
  readonly microphone: Conversion
  readonly speaker: Conversion
}

const LOWEST_RATE = 8000

export class CardDesk implements CardDelegate {
  readonly capture = new CaptureChain()
  readonly #delegate: DeskDelegate
  readonly #listen: ListenForCard
  readonly #members = new Set<Member>()
  #rate = LOWEST_RATE
  #mixer = new Mixer(LOWEST_RATE / 50)
  #toneFrame = new Int16Array(LOWEST_RATE / 50)
  #tone: AudioSource | undefined
  #port: CardPort | undefined
  #wanted = false

  constructor(delegate: DeskDelegate, listen: ListenForCard) {
    this.#delegate = delegate
    this.#listen = listen
  }

  /** Milliseconds; 0 without a card. */
  get delayMs(): number {
    return this.#port?.delayMs ?? 0
  }

  /** The audio host will connect there; a listener from before is closed. */
  async listen(path: string, token: string): Promise<void> {
    const before = this.#port
    this.#port = undefined
    await before?.close()
    this.#port = this.#listen(path, token, (message) => this.#delegate.onWarning(message))
    if (this.#wanted) this.#port.start(this, this.#rate)
  }

  /** Until the function returned is called. `rate`: 8000 or 16000 Hz. */
  join(user: CardUser, rate: number): () => void {
    const member = { user, rate, microphone: new Conversion(), speaker: new Conversion() }
    this.#members.add(member)
    this.#update()
    return () => {
      this.#members.delete(member)
      this.#update()
    }
  }

  tone(name: ToneName | null, plan: TonePlan): void {
    this.#tone = name === null ? undefined : callTone(name, plan)
    this.#update()
  }

  async close(): Promise<void> {
    this.#members.clear()
    this.#tone = undefined
    this.#update()
    const port = this.#port
    this.#port = undefined
    await port?.close()
  }

  onMicrophone(frame: Int16Array): void {
    const heard = this.capture.process(frame)
    for (const { user, rate, microphone } of this.#members)
      this.#guard(() => user.microphone(microphone.convert(heard, this.#rate, rate)))
  }

  pull(): Int16Array | null {
    for (const { user, rate, speaker } of this.#members) {
      this.#guard(() => {
        const frame = user.speaker()
        if (frame) this.#mixer.add(speaker.convert(frame, rate, this.#rate))
      })
    }
    if (this.#tone) {
      this.#tone.read(this.#toneFrame, this.#rate)
      this.#mixer.add(this.#toneFrame)
    }
    const mixed = this.#mixer.mix()
    this.capture.played(mixed)
    return mixed
  }

  onState(state: CardState): void {
    this.#delegate.onState(state)
  }

  #update(): void {
    const wanted = this.#members.size > 0 || this.#tone !== undefined
    this.#tune()
    if (wanted === this.#wanted) return
    this.#wanted = wanted
    if (wanted) this.#port?.start(this, this.#rate)
    else {
      this.#port?.stop()
      this.capture.reset()
    }
    this.#delegate.onWanted(wanted)
  }

  #tune(): void {
    const rate = [...this.#members].reduce((highest, { rate }) => Math.max(highest, rate), LOWEST_RATE)
    if (rate === this.#rate) return
    this.#rate = rate
    this.#mixer = new Mixer(rate / 50)
    this.#toneFrame = new Int16Array(rate / 50)
    this.capture.rate = rate
    if (this.#wanted) this.#port?.start(this, rate)
  }

  #guard(call: () => void): void {
    try {
      call()
    } catch (error) {
      this.#delegate.onError(error)
    }
  }
}
