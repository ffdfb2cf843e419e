/**
 * A token bucket: `burst` at once, `perSecond` for ever. Pure: time comes in as an argument, and a bucket that nobody
 * asks costs nothing, as it is filled only when it is looked at.
 */
export interface RateLimit {
  readonly burst: number
  readonly perSecond: number
}

export interface Bucket {
  readonly tokens: number
  /** When that was so, ms. */
  readonly at: number
}

export const fullBucket = ({ burst }: RateLimit, now: number): Bucket => ({ tokens: burst, at: now })

/** One token, if there is one: the bucket afterwards, and whether there was. */
export function take(bucket: Bucket, limit: RateLimit, now: number): readonly [Bucket, boolean] {
  const filled = fill(bucket, limit, now)
  return filled.tokens < 1 ? [filled, false] : [{ tokens: filled.tokens - 1, at: now }, true]
}

/** One token back: what it was taken for has turned out well. Never above `burst`. */
export function giveBack(bucket: Bucket, limit: RateLimit, now: number): Bucket {
  const { tokens } = fill(bucket, limit, now)
  return { tokens: Math.min(limit.burst, tokens + 1), at: now }
}

function fill({ tokens, at }: Bucket, { burst, perSecond }: RateLimit, now: number): Bucket {
  // A clock that is set back must not take tokens away
  return { tokens: Math.min(burst, tokens + (Math.max(0, now - at) * perSecond) / 1000), at: now }
}
