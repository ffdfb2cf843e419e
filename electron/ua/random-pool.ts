/**
 * `random`, a few of whose bytes cost as much as thousands: drawn in advance, each handed out once. What comes out is to
 * be read at once and not kept.
 */
export function pooled(random: (bytes: number) => Uint8Array, poolBytes = 4096): (bytes: number) => Uint8Array {
  let pool = new Uint8Array(0)
  let used = 0
  return (bytes) => {
    if (bytes > poolBytes) return random(bytes)
    if (used + bytes > pool.byteLength) {
      pool = new Uint8Array(random(poolBytes))
      used = 0
    }
    used += bytes
    return pool.subarray(used - bytes, used)
  }
}
