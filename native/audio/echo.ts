import { Framer } from './framer.ts'
import type { AudioSink, AudioSource } from './port.ts'

/** What is written is read again, once; at most 60 ms wait. */
export class Echo implements AudioSource, AudioSink {
  readonly #waiting = new Framer(480)

  write(frame: Int16Array): void {
    this.#waiting.push(frame)
  }

  read(frame: Int16Array): void {
    if (!this.#waiting.pull(frame)) frame.fill(0)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
