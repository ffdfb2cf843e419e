import type { SessionAudio } from '../../native/protocol.ts'
import type { Clock, Media } from './ports.ts'
import type { AudioTest } from './shapes.ts'

/** A test that somebody forgot must not keep the microphone open, milliseconds. */
const longestMs = 120_000

const microphoneAndSpeaker: SessionAudio = { source: { kind: 'device' }, sink: { kind: 'device' } }

/** The audio test of the phone: one at a time, and never for long. */
export class PhoneAudioTest {
  readonly #clock: Clock
  readonly #audio: SessionAudio
  readonly #onChanged: () => void
  #running: { readonly what: AudioTest; end(): void } | undefined

  constructor(clock: Clock, audio: SessionAudio | undefined, onChanged: () => void) {
    this.#clock = clock
    this.#audio = audio ?? microphoneAndSpeaker
    this.#onChanged = onChanged
  }

  /** For the snapshot. */
  get described(): { readonly test?: AudioTest } {
    return this.#running === undefined ? {} : { test: this.#running.what }
  }

  /** In the place of one that runs. */
  start(what: AudioTest, media: Media): void {
    this.stop()
    media.test(what, this.#audio)
    const cancel = this.#clock.after(longestMs, () => this.stop())
    this.#running = {
      what,
      end: () => {
        cancel()
        media.test(null, this.#audio)
      },
    }
    this.#onChanged()
  }

  /** `what`: only if that is the one that runs. */
  stop(what?: AudioTest): void {
    const running = this.#running
    if (running === undefined || (what !== undefined && what !== running.what)) return
    this.#running = undefined
    running.end()
    this.#onChanged()
  }
}
