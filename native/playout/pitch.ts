/**
 * Where a stretch of sound resembles itself. All lags and lengths in samples; `at` is an index into `pcm`, and
 * `pcm[at - lag ... at + window]` must exist.
 */

interface Likeness {
  readonly lag: number
  /** Normalised correlation, -1 to 1; 1 in digital silence. */
  readonly correlation: number
}

/** Pitch periods of voices, Hz: G.711 Appendix I looks between 66 and 200 Hz; higher voices repeat at a multiple. */
const LOWEST_HZ = 66
const HIGHEST_HZ = 200

export const shortestPitch = (rate: number): number => Math.floor(rate / HIGHEST_HZ)
export const longestPitch = (rate: number): number => Math.ceil(rate / LOWEST_HZ)

/** The lag, of those from `shortest` to `longest`, at which `window` samples from `at` resemble most those before them. */
export function bestLag(
  pcm: Float32Array,
  at: number,
  window: number,
  shortest: number,
  longest: number,
  rate: number,
): Likeness {
  // Wide-band sound is searched coarsely first: its pitch is no sharper than that of a telephone's.
  const step = Math.max(1, Math.floor(rate / 8000))
  let best = search(pcm, at, window, shortest, longest, step, step)
  if (step > 1)
    best = search(pcm, at, window, Math.max(shortest, best.lag - step), Math.min(longest, best.lag + step), 1, step)
  return best
}

function search(
  pcm: Float32Array,
  at: number,
  window: number,
  shortest: number,
  longest: number,
  step: number,
  stride: number,
): Likeness {
  let energy = 1
  for (let i = 0; i < window; i += stride) energy += (pcm[at + i] as number) ** 2
  let best = -1
  let lag = shortest
  for (let candidate = shortest; candidate <= longest; candidate += step) {
    let product = 1
    let before = 1
    for (let i = 0; i < window; i += stride) {
      const earlier = pcm[at + i - candidate] as number
      product += (pcm[at + i] as number) * earlier
      before += earlier * earlier
    }
    const correlation = product / Math.sqrt(energy * before)
    // A multiple of the period resembles as well as the period itself.
    if (correlation > best + 0.005) {
      best = correlation
      lag = candidate
    }
  }
  return { lag, correlation: best }
}
