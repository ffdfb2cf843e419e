/**
 * How late packets are, compared to the fastest of the last eight seconds, and how long to wait for them. Milliseconds.
 *
 * The wait is what all but few of the packets need: a quantile of the last 400, or of the last 50 where that is more, so that
 * it rises within a second and falls within eight. A stall of the network, after which all that queued up comes at once, is
 * one event whatever its length: at most three packets of it count. As it may not be the last, the wait is 60 ms at least for
 * eight seconds after it.
 */

const LONG = 400
const SHORT = 50
/** One bin a millisecond, in a ring: what is later than LATEST counts as so late, what was once faster than now as in time. */
const BINS = 1024
const LATEST = 800
/** So many packets of the last SHORT may be later than the wait. */
const SHORT_MISSES = 3
const DRAIN_MS = 4
const MOST_OF_A_DRAIN = 3
/** A step of the transit time that no network makes: the sender's count of time jumped. */
const JUMP_MS = 1500
const STALL_MS = 150
const GUARD_MS = 60
const GUARDED_MS = 8000
const LEAST_MS = 5
const MARGIN_MS = 2
const FIRST_MS = 40
/** So long little is known of a stream that has just begun. */
const LEARNING_MS = 450

/** Share of packets that may come later than the wait. */
const MISSES = 0.02

export class DelayEstimator {
  /** Transit times (arrival less send time) of the packets that count, oldest first from #next. */
  readonly #transits = new Float64Array(LONG)
  readonly #bins = new Uint16Array(BINS)
  #count = 0
  #next = 0
  #origin = 0
  #begunAt = 0
  #least = Infinity
  /** Fastest transit of each of the last eight seconds. */
  #floors: { readonly since: number; least: number }[] = []
  #lastArrival = -Infinity
  #drained = 0
  #guardMs = 0
  #guardUntil = -Infinity
  #targetMs = FIRST_MS

  /** How long after its nominal arrival a packet is to be played at the earliest. */
  get targetMs(): number {
    return Math.max(this.#targetMs, this.#guardMs)
  }

  /** The transit time of the fastest packet of late; sent + this is when a packet should arrive. */
  get fastest(): number {
    return this.#least
  }

  /** `sent`: the packet's time by the sender's clock. False: that clock jumped, everything begins anew. */
  arrived(sent: number, now: number): boolean {
    const transit = now - sent
    const jumped = this.#count > 0 && Math.abs(transit - this.#least) > JUMP_MS
    if (jumped) this.reset()
    this.#floor(transit, now)
    const stalled = transit - this.#least > STALL_MS && now - this.#lastArrival > STALL_MS
    if (stalled) this.#guardUntil = now + GUARDED_MS
    this.#guardMs = now < this.#guardUntil ? GUARD_MS : 0
    const draining = now - this.#lastArrival < DRAIN_MS && transit - this.#least > DRAIN_MS
    this.#lastArrival = now
    this.#drained = draining ? this.#drained + 1 : 0
    if (this.#drained < MOST_OF_A_DRAIN) this.#note(Math.min(transit, this.#least + LATEST))
    return !jumped
  }

  reset(): void {
    this.#count = 0
    this.#next = 0
    this.#bins.fill(0)
    this.#floors = []
    this.#least = Infinity
    this.#lastArrival = -Infinity
    this.#drained = 0
    this.#guardMs = 0
    this.#guardUntil = -Infinity
    this.#targetMs = FIRST_MS
  }

  #floor(transit: number, now: number): void {
    const last = this.#floors.at(-1)
    if (!last || now - last.since >= 1000) {
      this.#floors.push({ since: now, least: transit })
      if (this.#floors.length > 8) this.#floors.shift()
    } else last.least = Math.min(last.least, transit)
    this.#least = this.#floors.reduce((least, floor) => Math.min(least, floor.least), Infinity)
  }

  #note(transit: number): void {
    if (this.#count === 0) {
      this.#origin = transit
      this.#begunAt = this.#lastArrival
    }
    if (this.#count === LONG) this.#binOf(this.#transits[this.#next] as number, -1)
    else this.#count++
    this.#transits[this.#next] = transit
    this.#binOf(transit, 1)
    this.#next = (this.#next + 1) % LONG
    const wait = Math.max(this.#longQuantile(), this.#shortQuantile()) + MARGIN_MS
    const doubt = this.#lastArrival - this.#begunAt < LEARNING_MS ? FIRST_MS : 0
    this.#targetMs = Math.max(LEAST_MS, wait, doubt)
  }

  #binOf(transit: number, change: number): void {
    const bin = ((Math.floor(transit - this.#origin) % BINS) + BINS) % BINS
    this.#bins[bin] = Math.max(0, (this.#bins[bin] as number) + change)
  }

  #longQuantile(): number {
    const allowed = Math.floor(this.#count * MISSES)
    const first = Math.floor(this.#least - this.#origin)
    let later = this.#count
    for (let late = LATEST + 1 - BINS; late <= LATEST; late++) {
      later -= this.#bins[(((first + late) % BINS) + BINS) % BINS] as number
      if (later <= allowed) return Math.max(0, late)
    }
    return LATEST
  }

  #shortQuantile(): number {
    // The latest but SHORT_MISSES, in one pass.
    const latest = [-Infinity, -Infinity, -Infinity, -Infinity]
    for (let k = 1; k <= Math.min(SHORT, this.#count); k++) {
      const transit = this.#transits[(this.#next - k + LONG) % LONG] as number
      if (transit <= (latest[SHORT_MISSES] as number)) continue
      let at = SHORT_MISSES
      while (at > 0 && (latest[at - 1] as number) < transit) {
        latest[at] = latest[at - 1] as number
        at--
      }
      latest[at] = transit
    }
    return Math.max(0, (latest[SHORT_MISSES] as number) - this.#least)
  }
}
