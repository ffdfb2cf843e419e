import { Framer } from './framer.ts'
import type { AudioSource } from './port.ts'

/** Writer and reader keep the same pace, but not the same beat, samples. */
const slack = 480

/** What is written is heard again `samples` later; before that, silence. */
export class Delay implements AudioSource {
  readonly #samples: number
  readonly #waiting: Framer

  constructor(samples: number) {
    this.#samples = samples
    this.#waiting = new Framer(samples + slack)
  }

  write(frame: Int16Array): void {
    this.#waiting.push(frame)
  }

  read(frame: Int16Array): void {
    if (this.#waiting.buffered < this.#samples || !this.#waiting.pull(frame)) frame.fill(0)
  }
}
