/** Brings talk to one level (ITU-T P.56 active level about -22 dBFS), slowly, and never over full scale. 20 ms frames. */

const TARGET_DBFS = -22
const MOST_DB = 18
const LEAST_DB = -12
/** dB a frame: louder slowly, softer sooner. */
const UP = 0.06
const DOWN = 0.3
/** Talk is that far above the room's own noise, and above this at all. */
const MARGIN_DB = 10
const LEAST_TALK_DBFS = -50
const CEILING = 30_000

export class GainControl {
  #noiseDb = -60
  #levelDb: number | undefined
  #gainDb = 0
  /** Of the last sample, linear. */
  #gain = 1

  /** In place. */
  process(frame: Float64Array): void {
    let sum = 0
    let peak = 1
    for (const sample of frame) {
      sum += sample * sample
      peak = Math.max(peak, Math.abs(sample))
    }
    const db = 10 * Math.log10(sum / frame.length / 32768 ** 2 + 1e-12)
    this.#noiseDb = db < this.#noiseDb ? Math.max(-90, db) : this.#noiseDb + 0.05
    if (db > LEAST_TALK_DBFS && db > Math.min(this.#noiseDb, -35) + MARGIN_DB) {
      this.#levelDb = this.#levelDb === undefined ? db : this.#levelDb + (db - this.#levelDb) * 0.03
      const wanted = Math.max(LEAST_DB, Math.min(MOST_DB, TARGET_DBFS - this.#levelDb))
      this.#gainDb += Math.max(-DOWN, Math.min(UP, wanted - this.#gainDb))
    }
    const gain = Math.min(10 ** (this.#gainDb / 20), CEILING / peak)
    const step = (gain - this.#gain) / frame.length
    for (let i = 0; i < frame.length; i++) frame[i] = (frame[i] as number) * (this.#gain += step)
  }
}
