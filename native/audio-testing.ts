import { Delay } from './audio/delay.ts'
import { PeakMeter } from './audio/level.ts'
import type { AudioSource } from './audio/port.ts'
import { silence } from './audio/silence.ts'
import { tone } from './audio/tone.ts'
import type { CardDesk } from './card-desk.ts'
import type { Membership, Pacer } from './pacer.ts'
import type { AudioTest, SessionAudio } from './protocol.ts'
import { type Drivers, openDrivers } from './session-audio.ts'

/** Peaks since the last time, dBFS, -100 to 0. */
export interface TestLevels {
  readonly microphoneDbfs: number
  readonly speakerDbfs: number
}

interface TestSurroundings {
  readonly pacer: Pacer
  readonly desk: CardDesk
  /** Ten times a second. */
  tell(levels: TestLevels): void
}

const beatsALevel = 5
const rate = 8000
const frameSamples = rate / 50
const echoSamples = rate
/** What comes back is heard by the microphone once more: each round is 6 dB quieter than the one before. */
const echoGain = 0.5

/** An audio test: sound without a peer. It goes on, silent, where there is no sound card. */
export class AudioTesting {
  readonly #drivers: Drivers
  readonly #tell: TestSurroundings['tell']
  readonly #delay: Delay | undefined
  readonly #source: AudioSource
  readonly #frame = new Int16Array(frameSamples)
  readonly #heard = new Int16Array(frameSamples)
  readonly #levels = { microphone: new PeakMeter(), speaker: new PeakMeter() }
  readonly #membership: Membership
  readonly #leaveDesk: (() => void) | undefined
  #beats = 0

  /** Rejects with a BadFileError. */
  static async start(what: AudioTest, { source, sink }: SessionAudio, around: TestSurroundings): Promise<AudioTesting> {
    return new AudioTesting(what, await openDrivers({ source, sink }), around)
  }

  private constructor(what: AudioTest, drivers: Drivers, { pacer, desk, tell }: TestSurroundings) {
    this.#drivers = drivers
    this.#tell = tell
    this.#delay = what === 'echo' ? new Delay(echoSamples) : undefined
    this.#source = this.#delay ?? (what === 'tone' ? tone(440, -18) : silence)
    this.#membership = pacer.join(20, () => this.#beat())
    if (drivers.speaker || !drivers.source) {
      const user = {
        microphone: (frame: Int16Array) => {
          if (!drivers.source) this.#microphone(frame)
        },
        speaker: () => (drivers.speaker ? this.#speaker() : null),
      }
      this.#leaveDesk = desk.join(user, rate)
    }
  }

  close(): void {
    this.#membership.leave()
    this.#leaveDesk?.()
  }

  /** The pace of what has none of its own. */
  #beat(): void {
    if (this.#drivers.source) {
      this.#drivers.source.read(this.#heard, rate)
      this.#microphone(this.#heard)
    }
    if (!this.#drivers.speaker) this.#speaker()
    this.#beats += 1
    if (this.#beats % beatsALevel > 0) return
    const { microphone, speaker } = this.#levels
    this.#tell({ microphoneDbfs: microphone.read(), speakerDbfs: speaker.read() })
  }

  #microphone(frame: Int16Array): void {
    this.#levels.microphone.watch(frame)
    this.#delay?.write(frame)
  }

  #speaker(): Int16Array {
    const frame = this.#frame
    this.#source.read(frame, rate)
    if (this.#delay) for (let i = 0; i < frame.length; i++) frame[i] = (frame[i] as number) * echoGain
    this.#levels.speaker.watch(frame)
    return frame
  }
}
