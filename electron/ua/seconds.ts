const longest = 4_294_967_295

/** The delta-seconds that a header field begins with (RFC 3261 20.19); undefined where there are none. */
export function secondsOf(value: string | undefined): number | undefined {
  const digits = /^\s*"?([0-9]{1,10})/.exec(value ?? '')?.[1]
  return digits === undefined ? undefined : Math.min(Number(digits), longest)
}
