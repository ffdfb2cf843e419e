/** In place, radix 2: the length must be a power of 2. `inverse` leaves out the division by the length. */
export function fft(re: Float64Array, im: Float64Array, inverse = false): void {
  const n = re.length
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit
    j ^= bit
    if (i < j) {
      ;[re[i], re[j]] = [re[j]!, re[i]!]
      ;[im[i], im[j]] = [im[j]!, im[i]!]
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    const angle = ((inverse ? 2 : -2) * Math.PI) / size
    const half = size / 2
    for (let k = 0; k < half; k++) {
      const [wr, wi] = [Math.cos(angle * k), Math.sin(angle * k)]
      for (let at = k; at < n; at += size) {
        const [xr, xi] = [re[at + half]! * wr - im[at + half]! * wi, re[at + half]! * wi + im[at + half]! * wr]
        re[at + half] = re[at]! - xr
        im[at + half] = im[at]! - xi
        re[at] = re[at]! + xr
        im[at] = im[at]! + xi
      }
    }
  }
}

/** sum over i of a[i] * b[i + lag], for lag from -reach to reach; the result's middle is lag 0. */
export function crossCorrelation(a: Int16Array, b: Int16Array, reach: number): Float64Array {
  let n = 1
  while (n < a.length + b.length) n *= 2
  const [ar, ai, br, bi] = [0, 0, 0, 0].map(() => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  ar.set(a)
  br.set(b)
  fft(ar, ai)
  fft(br, bi)
  for (let i = 0; i < n; i++) {
    // conj(A) * B
    const [re, im] = [ar[i]! * br[i]! + ai[i]! * bi[i]!, ar[i]! * bi[i]! - ai[i]! * br[i]!]
    ar[i] = re
    ai[i] = im
  }
  fft(ar, ai, true)
  return Float64Array.from({ length: 2 * reach + 1 }, (_, k) => ar[(k - reach + n) % n]! / n)
}
