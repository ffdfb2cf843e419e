import { bestLag, longestPitch, shortestPitch } from './pitch.ts'
import { historyOf } from './extrapolation.ts'

/**
 * Decoded sound on its way: what was played lately, then what is ahead. A pitch period can be taken out of the next sound, or put into
 * it, without a step (pitch-synchronous overlap-add). Lengths in samples.
 */
export class SoundLine {
  readonly rate: number
  #pcm: Float32Array
  #read: number
  #end: number
  readonly #kept: number
  #loudest = 0

  constructor(rate: number) {
    this.rate = rate
    this.#kept = historyOf(rate)
    this.#pcm = new Float32Array(this.#kept + Math.floor(rate / 5))
    this.#read = this.#kept
    this.#end = this.#kept
  }

  /** Samples that wait to be played. */
  get ahead(): number {
    return this.#end - this.#read
  }

  /** All that is there, oldest first; valid until the next call. */
  get past(): Float32Array {
    return this.#pcm.subarray(Math.max(0, this.#end - this.#kept), this.#end)
  }

  append(sound: Float32Array | Int16Array): void {
    this.#room(sound.length)
    this.#pcm.set(sound, this.#end)
    this.#end += sound.length
  }

  /** Fills `frame`; the caller has seen to it that there is enough. */
  pull(frame: Int16Array): void {
    for (let i = 0; i < frame.length; i++) {
      frame[i] = Math.max(-32768, Math.min(32767, Math.round(this.#pcm[this.#read + i] as number)))
    }
    this.#read += frame.length
  }

  /** All of the past and what is ahead is silence. */
  clear(): void {
    this.#pcm.fill(0)
    this.#read = this.#kept
    this.#end = this.#kept
  }

  /** Whether the next `samples` are a pause: 30 dB below the loudest of late, or below -55 dBFS. */
  isQuiet(samples: number): boolean {
    const count = Math.min(samples, this.ahead)
    let energy = 0
    for (let i = 0; i < count; i++) energy += (this.#pcm[this.#read + i] as number) ** 2
    const level = Math.sqrt(energy / Math.max(1, count))
    this.#loudest = Math.max(level, this.#loudest * 0.999)
    return level < Math.max(60, this.#loudest * 0.03)
  }

  /**
   * Takes a period of at most `most` out of the next sound. Returns how much it took: nothing where no period repeats
   * with this `correlation` at least, or where less than two of them are ahead. Of silence (`quiet`) it takes anything.
   */
  shorten(most: number, correlation: number, quiet: boolean): number {
    const longest = Math.min(most, longestPitch(this.rate), this.ahead >> 1)
    const shortest = quiet ? longest : shortestPitch(this.rate) >> 1
    if (longest < 1 || longest < shortest) return 0
    const start = this.#read
    const found = bestLag(this.#pcm, start + longest, longest, shortest, longest, this.rate)
    if (!quiet && found.correlation < correlation) return 0
    const { lag } = found
    const at = start + longest - lag
    this.#blend(at, at, at + lag, lag)
    this.#pcm.copyWithin(at + lag, at + 2 * lag, this.#end)
    this.#end -= lag
    return lag
  }

  /** Repeats a period before the next sound, and returns how long it was; else as `shorten`. */
  lengthen(most: number, correlation: number, quiet: boolean): number {
    const longest = Math.min(most, longestPitch(this.rate), this.ahead)
    const shortest = quiet ? longest : shortestPitch(this.rate) >> 1
    if (longest < 1 || longest < shortest) return 0
    this.#room(longest)
    const start = this.#read
    const { lag, correlation: likeness } = bestLag(this.#pcm, start, longest, shortest, longest, this.rate)
    if (!quiet && likeness < correlation) return 0
    this.#pcm.copyWithin(start + lag, start, this.#end)
    this.#end += lag
    // From what comes next into what was played a period ago, after which it comes again.
    this.#blend(start, start + lag, start - lag, lag)
    return lag
  }

  /** `into[i]` becomes a way from `from[i]` to `to[i]`. */
  #blend(into: number, from: number, to: number, length: number): void {
    for (let i = 0; i < length; i++) {
      const weight = (i + 0.5) / length
      this.#pcm[into + i] = (this.#pcm[from + i] as number) * (1 - weight) + (this.#pcm[to + i] as number) * weight
    }
  }

  #room(samples: number): void {
    if (this.#end + samples <= this.#pcm.length) return
    const from = this.#read - this.#kept
    const used = this.#end - from
    const pcm = used + samples <= this.#pcm.length ? this.#pcm : new Float32Array(2 * (used + samples))
    pcm.set(this.#pcm.subarray(from, this.#end))
    this.#pcm = pcm
    this.#read = this.#kept
    this.#end = used
  }
}
