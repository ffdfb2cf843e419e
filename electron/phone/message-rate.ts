import type { Clock } from './ports.ts'

/** So many at once, and then so many a second. */
interface Rate {
  readonly burst: number
  readonly aSecond: number
}

/** Far more than people type, for machines that send their alarms. */
const ofOne: Rate = { burst: 200, aSecond: 20 }
/** An account's server sends for everybody. */
const ofServer: Rate = { burst: 500, aSecond: 50 }
const ofAll: Rate = { burst: 1000, aSecond: 100 }
/** Sources that are remembered; one that is forgotten begins anew, and the limit of all still holds. */
const mostSources = 512

interface Bucket {
  left: number
  at: number
}

/** How many messages are taken: of one source, and of all together. */
export class MessageRate {
  readonly #clock: Pick<Clock, 'now'>
  readonly #sources = new Map<string, Bucket>()
  readonly #all: Bucket

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
    this.#all = { left: ofAll.burst, at: clock.now() }
  }

  /** Whether one more is taken of that address; it counts if so. */
  take(source: string, server: boolean): boolean {
    const rate = server ? ofServer : ofOne
    const bucket = this.#sources.get(source) ?? { left: rate.burst, at: this.#clock.now() }
    this.#sources.delete(source)
    const [oldest] = this.#sources.keys()
    if (oldest !== undefined && this.#sources.size >= mostSources) this.#sources.delete(oldest)
    this.#sources.set(source, bucket)
    this.#refill(bucket, rate)
    this.#refill(this.#all, ofAll)
    if (bucket.left < 1 || this.#all.left < 1) return false
    bucket.left--
    this.#all.left--
    return true
  }

  #refill(bucket: Bucket, { burst, aSecond }: Rate): void {
    const now = this.#clock.now()
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) / 1000) * aSecond)
    bucket.at = now
  }
}
