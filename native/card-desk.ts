import { callTone } from './audio/call-tone.ts'
import { CaptureChain } from './audio/capture-chain.ts'
import {
  CARD_FRAME_SAMPLES,
  type CardDelegate,
  type CardPort,
  type CardState,
  type ListenForCard,
} from './audio/card-port.ts'
import { Mixer } from './audio/mixer.ts'
import type { AudioSource } from './audio/port.ts'
import type { ToneName, TonePlan } from './protocol.ts'

/** The one sound card and all that share it: sessions and the call tone. It runs only while somebody wants it. */

export interface CardUser {
  microphone(frame: Int16Array): void
  /** This user's part of the next 20 ms of the speaker. */
  speaker(): Int16Array | null
}

export interface DeskDelegate {
  onWanted(wanted: boolean): void
  onState(state: CardState): void
  /** Something is wrong with the card's link; sound may be missing, nothing else. */
  onWarning(message: string): void
  /** A user threw; the others go on. */
  onError(error: unknown): void
}

export class CardDesk implements CardDelegate {
  readonly capture = new CaptureChain()
  readonly #delegate: DeskDelegate
  readonly #listen: ListenForCard
  readonly #users = new Set<CardUser>()
  readonly #mixer = new Mixer(CARD_FRAME_SAMPLES)
  readonly #toneFrame = new Int16Array(CARD_FRAME_SAMPLES)
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
    if (this.#wanted) this.#port.start(this)
  }

  /** Until the function returned is called. */
  join(user: CardUser): () => void {
    this.#users.add(user)
    this.#update()
    return () => {
      this.#users.delete(user)
      this.#update()
    }
  }

  tone(name: ToneName | null, plan: TonePlan): void {
    this.#tone = name === null ? undefined : callTone(name, plan)
    this.#update()
  }

  async close(): Promise<void> {
    this.#users.clear()
    this.#tone = undefined
    this.#update()
    const port = this.#port
    this.#port = undefined
    await port?.close()
  }

  onMicrophone(frame: Int16Array): void {
    const heard = this.capture.process(frame)
    for (const user of this.#users) this.#guard(() => user.microphone(heard))
  }

  pull(): Int16Array | null {
    for (const user of this.#users) {
      this.#guard(() => {
        const frame = user.speaker()
        if (frame) this.#mixer.add(frame)
      })
    }
    if (this.#tone) {
      this.#tone.read(this.#toneFrame)
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
    const wanted = this.#users.size > 0 || this.#tone !== undefined
    if (wanted === this.#wanted) return
    this.#wanted = wanted
    if (wanted) this.#port?.start(this)
    else {
      this.#port?.stop()
      this.capture.reset()
    }
    this.#delegate.onWanted(wanted)
  }

  #guard(call: () => void): void {
    try {
      call()
    } catch (error) {
      this.#delegate.onError(error)
    }
  }
}
