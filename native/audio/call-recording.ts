import { Conversion } from './conversion.ts'
import { WavFileWriter } from './wav-file.ts'

/** What was said may be ahead of what is heard by so much, milliseconds. */
const MOST_AHEAD_MS = 200

/** A call as a stereo WAV file: who sits here on the left, the other side on the right. */
export class CallRecording {
  readonly #file: WavFileWriter
  readonly #rate: number
  readonly #conversions = { said: new Conversion(), heard: new Conversion() }
  /** Said, and not written yet. */
  readonly #said: Int16Array
  #count = 0
  #stereo = new Int16Array(0)

  /** `rate` of the file, Hz; sound of another is converted to it. Rejects with what the file system says. */
  static async begin(path: string, rate: number): Promise<CallRecording> {
    return new CallRecording(await WavFileWriter.create(path, 2), rate)
  }

  private constructor(file: WavFileWriter, rate: number) {
    this.#file = file
    this.#rate = rate
    this.#said = new Int16Array((MOST_AHEAD_MS * rate) / 1000)
  }

  said(frame: Int16Array, rate: number): void {
    const sound = this.#conversions.said.convert(frame, rate, this.#rate)
    const over = this.#count + sound.length - this.#said.length
    if (over > 0) this.#take(over)
    this.#said.set(sound, this.#count)
    this.#count += sound.length
  }

  /** What is heard gives the pace: beside it stands what was said meanwhile, or silence. */
  heard(frame: Int16Array, rate: number): void {
    const sound = this.#conversions.heard.convert(frame, rate, this.#rate)
    if (this.#stereo.length !== sound.length * 2) this.#stereo = new Int16Array(sound.length * 2)
    const there = Math.min(this.#count, sound.length)
    for (let at = 0; at < sound.length; at++) {
      this.#stereo[2 * at] = at < there ? (this.#said[at] as number) : 0
      this.#stereo[2 * at + 1] = sound[at] as number
    }
    this.#take(there)
    this.#file.write(this.#stereo, this.#rate)
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
