import { WavFileWriter } from './wav-file.ts'

/** What was said may be ahead of what is heard by so much, samples: 200 ms. */
const MOST_AHEAD = 1600

/** A call as a stereo WAV file, 8 kHz: who sits here on the left, the other side on the right. */
export class CallRecording {
  readonly #file: WavFileWriter
  /** Said, and not written yet. */
  readonly #said = new Int16Array(MOST_AHEAD)
  #count = 0
  #stereo = new Int16Array(640)

  /** Rejects with what the file system says. */
  static async begin(path: string): Promise<CallRecording> {
    return new CallRecording(await WavFileWriter.create(path, 2))
  }

  private constructor(file: WavFileWriter) {
    this.#file = file
  }

  said(frame: Int16Array): void {
    const over = this.#count + frame.length - MOST_AHEAD
    if (over > 0) this.#take(over)
    this.#said.set(frame, this.#count)
    this.#count += frame.length
  }

  /** What is heard gives the pace: beside it stands what was said meanwhile, or silence. */
  heard(frame: Int16Array): void {
    if (this.#stereo.length !== frame.length * 2) this.#stereo = new Int16Array(frame.length * 2)
    const there = Math.min(this.#count, frame.length)
    for (let at = 0; at < frame.length; at++) {
      this.#stereo[2 * at] = at < there ? (this.#said[at] as number) : 0
      this.#stereo[2 * at + 1] = frame[at] as number
    }
    this.#take(there)
    this.#file.write(this.#stereo)
  }

  /** Rejects when the disk refused a part. */
  close(): Promise<void> {
    return this.#file.close()
  }

  #take(samples: number): void {
    this.#said.copyWithin(0, samples, this.#count)
    this.#count -= samples
  }
}
