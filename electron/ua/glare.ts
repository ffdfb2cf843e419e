/** How long to wait before a re-INVITE that met another one is sent again (RFC 3261 14.1), in ms. */

/**
 * `chance` is from 0 to 1, `ownsCallId` whether this side made the Call-ID: then 2.1 to 4 s, else 0 to 2 s, in steps of
 * 10 ms, so that the two sides do not meet again.
 */
export function glareDelay(ownsCallId: boolean, chance: number): number {
  const [first, last] = ownsCallId ? [2_100, 4_000] : [0, 2_000]
  const steps = (last - first) / 10
  return first + Math.min(steps, Math.floor(chance * (steps + 1))) * 10
}

/** A Retry-After worth waiting for (RFC 3261 20.33) in ms, else undefined: the user has given up by then. */
export function retryAfter(value: string | undefined): number | undefined {
  const seconds = /^\s*([0-9]{1,4})/.exec(value ?? '')?.[1]
  const ms = Number(seconds) * 1_000
  return seconds !== undefined && ms <= 10_000 ? ms : undefined
}
