import { Framer } from './framer.ts'
import type { AudioSink, AudioSource } from './port.ts'

const MOST_WAITING_MS = 60

/** What is written is read again, once; at most 60 ms wait. */
export class Echo implements AudioSource, AudioSink {
  #rate = 8000
  #waiting = new Framer(MOST_WAITING_MS * 8)

  write(frame: Int16Array, rate: number): void {
    if (rate !== this.#rate) {
      this.#rate = rate
      this.#waiting = new Framer((MOST_WAITING_MS * rate) / 1000)
    }
    this.#waiting.push(frame)
  }

  read(frame: Int16Array, rate: number): void {
    if (rate !== this.#rate || !this.#waiting.pull(frame)) frame.fill(0)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
