/** The peak of what went by since it was last asked for. */
export class PeakMeter {
  #peak = 0

  watch(frame: Int16Array): void {
    for (let i = 0; i < frame.length; i++) this.#peak = Math.max(this.#peak, Math.abs(frame[i] as number))
  }

  /** dBFS, -100 to 0; begins anew. */
  read(): number {
    const dbfs = this.#peak === 0 ? -100 : 20 * Math.log10(this.#peak / 32768)
    this.#peak = 0
    return Math.max(-100, Math.min(0, Math.round(dbfs * 10) / 10))
  }
}
