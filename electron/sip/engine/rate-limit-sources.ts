import { fullBucket, giveBack, take, type Bucket, type RateLimit } from './rate-limit.ts'

/**
 * How often strangers may begin something new. Requests in dialogs, retransmissions and responses are never counted.
 *
 * An INVITE is paid for when it comes, and paid back when its 2xx is acknowledged: then there is somebody, at that
 * address, who wanted the call. So a load of real calls is never limited, however fast they follow each other, and a flood
 * is limited by the calls it leaves hanging. A bare rate could not tell the two apart.
 */
export interface Rates {
  /** INVITEs of one source that came to nothing. The burst is what piles up while a busy machine stands still. */
  readonly invites: RateLimit
  /** Other requests outside dialogs, of one source. */
  readonly others: RateLimit
  /** Refusals sent to one source; beyond, its requests are dropped, as every answer costs us more than it costs a liar. */
  readonly refusals: RateLimit
  /** INVITEs of all sources together that never proved to be where they say: addresses in UDP can be invented. */
  readonly unproven: RateLimit
  /** Sources remembered, those that have proved themselves and the others each; the longest silent one is forgotten. */
  readonly sources: number
}

export const defaultRates: Rates = {
  invites: { burst: 150, perSecond: 5 },
  others: { burst: 200, perSecond: 50 },
  refusals: { burst: 100, perSecond: 50 },
  unproven: { burst: 300, perSecond: 10 },
  sources: 1_024,
}

interface Source {
  invites: Bucket
  others: Bucket
  refusals: Bucket
  dropped: number
}

/** What became known of each source. All methods take an IP address and the time in ms. */
export class RateLimitedSources {
  readonly #rates: Rates
  readonly #proven = new Map<string, Source>()
  readonly #others = new Map<string, Source>()
  #unproven: Bucket

  constructor(rates: Partial<Rates>, now: number) {
    this.#rates = { ...defaultRates, ...rates }
    this.#unproven = fullBucket(this.#rates.unproven, now)
  }

  /** At most twice `Rates.sources`. */
  get size(): number {
    return this.#proven.size + this.#others.size
  }

  /** Whether that source may begin something. */
  admits(address: string, method: string, now: number): boolean {
    const source = this.#source(address, now)
    if (method !== 'INVITE') {
      const [others, admitted] = take(source.others, this.#rates.others, now)
      source.others = others
      return admitted
    }
    const [invites, admitted] = take(source.invites, this.#rates.invites, now)
    if (admitted && !this.#proven.has(keyOf(address))) {
      const [unproven, room] = take(this.#unproven, this.#rates.unproven, now)
      this.#unproven = unproven
      if (!room) return false
    }
    source.invites = invites
    return admitted
  }

  /** Whether it may be told why not. */
  mayRefuse(address: string, now: number): boolean {
    const source = this.#source(address, now)
    const [refusals, allowed] = take(source.refusals, this.#rates.refusals, now)
    source.refusals = refusals
    return allowed
  }

  /** One more of its requests is dropped: how many that makes. */
  dropped(address: string, now: number): number {
    return ++this.#source(address, now).dropped
  }

  /** Its call was answered and it acknowledged: the INVITE cost nothing. */
  completed(address: string, now: number): void {
    if (!this.#proven.has(keyOf(address))) this.#unproven = giveBack(this.#unproven, this.#rates.unproven, now)
    this.proven(address, now)
    const source = this.#source(address, now)
    source.invites = giveBack(source.invites, this.#rates.invites, now)
  }

  /** Whether somebody is known to be at that address. */
  isProven(address: string): boolean {
    return this.#proven.has(keyOf(address))
  }

  /** It has answered something that only the one at that address can have heard. */
  proven(address: string, now: number): void {
    const key = keyOf(address)
    if (this.#proven.has(key)) return
    const source = this.#source(address, now)
    this.#others.delete(key)
    this.#keep(this.#proven, key, source)
  }

  #source(address: string, now: number): Source {
    const key = keyOf(address)
    const table = this.#proven.has(key) ? this.#proven : this.#others
    const { invites, others, refusals } = this.#rates
    const source = table.get(key) ?? {
      invites: fullBucket(invites, now),
      others: fullBucket(others, now),
      refusals: fullBucket(refusals, now),
      dropped: 0,
    }
    this.#keep(table, key, source)
    return source
  }

  /** A Map keeps the order of insertion: the first is the one that was silent longest. */
  #keep(table: Map<string, Source>, key: string, source: Source): void {
    table.delete(key)
    const [oldest] = table.size >= this.#rates.sources ? table.keys() : []
    if (oldest !== undefined) table.delete(oldest)
    table.set(key, source)
  }
}

/** RFC 4291 2.5.4: a single host of IPv6 has a whole /64 to speak from. */
function keyOf(address: string): string {
  if (!address.includes(':') || address.toLowerCase().startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? []
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - front.length - back.length }, () => '0')
  return `${[...front, ...zeros, ...back]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}/64`
}
