import { crossCorrelation } from './fft.ts'

/**
 * How like two pieces of sound are, and where they differ. Pure: 16 bit samples in, figures out. The reference is what
 * was sent, the degraded one what arrived, at the same rate, at any level, later by any delay.
 */

/** -100 for silence. */
export function dbfs(samples: Int16Array): number {
  return Math.max(-100, 10 * Math.log10(energy(samples) / Math.max(1, samples.length) / 32768 ** 2 + 1e-12))
}

/** By how many samples `degraded` comes later (negative: earlier), by the peak of the whole cross correlation. */
export function delayBetween(reference: Int16Array, degraded: Int16Array, mostSamples: number): number {
  const found = crossCorrelation(reference, degraded, mostSamples)
  let best = 0
  found.forEach((value, k) => {
    if (value > found[best]!) best = k
  })
  return best - mostSamples
}

export interface Likeness {
  /** Correlation of the windows, -1 to 1. */
  readonly median: number
  readonly worst: number
  /** Loud windows that were compared. */
  readonly windows: number
  /** Median delay, milliseconds. */
  readonly delayMs: number
  /** Largest change of delay between one window and the next, milliseconds. */
  readonly delayStepMs: number
  /** Mean over the windows, each limited to -10 to 35, dB, after adjusting level and delay. */
  readonly segmentalSnrDb: number
}

interface CompareOptions {
  /** Hz. */
  readonly rate: number
  readonly windowMs?: number
  /** Windows of the reference below this level do not count. */
  readonly floorDbfs?: number
  /** The longest delay looked for, milliseconds. */
  readonly mostDelayMs?: number
  /** How far a window may be from the common delay, milliseconds. */
  readonly wanderMs?: number
}

/** Compares window by window; each one finds the delay that suits it best, to a quarter of a sample. */
export function compareSound(reference: Int16Array, degraded: Int16Array, options: CompareOptions): Likeness {
  const { rate, windowMs = 400, floorDbfs = -40, mostDelayMs = 3000, wanderMs = 60 } = options
  const size = Math.round((windowMs * rate) / 1000)
  const wander = Math.round((wanderMs * rate) / 1000)
  const common = delayBetween(reference, degraded, Math.round((mostDelayMs * rate) / 1000))
  const found: Match[] = []
  for (let at = 0; at + size <= reference.length; at += size) {
    const window = reference.subarray(at, at + size)
    if (dbfs(window) < floorDbfs) continue
    found.push(bestMatch(window, degraded, at + common, wander))
  }
  const sorted = found.map(({ correlation }) => correlation).sort((a, b) => a - b)
  const lags = found.map(({ shift }) => shift)
  const steps = lags.slice(1).map((lag, i) => Math.abs(lag - lags[i]!))
  return {
    median: middle(sorted),
    worst: sorted[0] ?? 0,
    windows: found.length,
    delayMs: ((common + middle(lags.toSorted((a, b) => a - b))) * 1000) / rate,
    delayStepMs: (Math.max(0, ...steps) * 1000) / rate,
    segmentalSnrDb: found.reduce((sum, { snrDb }) => sum + snrDb, 0) / Math.max(1, found.length),
  }
}

interface Match {
  readonly correlation: number
  /** Samples away from where it was expected. */
  readonly shift: number
  readonly snrDb: number
}

function bestMatch(window: Int16Array, degraded: Int16Array, expected: number, wander: number): Match {
  const around = cut(degraded, expected - wander, window.length + 2 * wander)
  const products = crossCorrelation(window, around, 2 * wander).subarray(2 * wander)
  const own = energy(window)
  let running = energy(around.subarray(0, window.length))
  let [best, bestAt] = [-2, 0]
  for (let lag = 0; lag <= 2 * wander; lag++) {
    const correlation = products[lag]! / Math.sqrt(own * running || 1)
    if (correlation > best) [best, bestAt] = [correlation, lag]
    running += (around[lag + window.length] ?? 0) ** 2 - around[lag]! ** 2
  }
  const candidates = [-0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75].map((fraction) =>
    likenessAt(window, degraded, expected - wander + bestAt, fraction),
  )
  const top = candidates.reduce((one, other) => (other.correlation > one.correlation ? other : one))
  return { ...top, shift: bestAt - wander + top.fraction }
}

function likenessAt(window: Int16Array, degraded: Int16Array, at: number, fraction: number) {
  const taps = interpolation(fraction)
  const half = taps.length / 2
  const source = cut(degraded, at - half + 1, window.length + taps.length)
  let [xy, yy, xx] = [0, 0, 0]
  for (let i = 0; i < window.length; i++) {
    let y = 0
    if (fraction === 0) y = source[i + half - 1]!
    else for (let k = 0; k < taps.length; k++) y += taps[k]! * source[i + k]!
    const x = window[i]!
    xy += x * y
    yy += y * y
    xx += x * x
  }
  const correlation = xy / Math.sqrt(xx * yy || 1)
  // With the level that suits best, what remains is (1 - r^2) of the reference.
  const rest = 1 - Math.max(0, correlation) ** 2
  const snrDb = Math.min(35, Math.max(-10, 10 * Math.log10(1 / Math.max(rest, 1e-9))))
  return { correlation, fraction, snrDb }
}

/** A windowed sinc that reads between the samples, 16 of them. */
function interpolation(fraction: number): Float64Array {
  return Float64Array.from({ length: 16 }, (_, k) => {
    const x = k - 7 - fraction
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
    return sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / 8.5))
  })
}

/** The part of full scale and the part of the whole sound that a sine of `hz` makes up (Goertzel). */
export function toneIn(samples: Int16Array, rate: number, hz: number): { dbfs: number; share: number } {
  const w = (2 * Math.PI * hz) / rate
  const coefficient = 2 * Math.cos(w)
  let [one, two] = [0, 0]
  for (const sample of samples) [one, two] = [sample + coefficient * one - two, one]
  const power = one * one + two * two - coefficient * one * two
  const amplitude = (2 * Math.sqrt(Math.max(0, power))) / Math.max(1, samples.length)
  const share = (amplitude * amplitude * samples.length) / 2 / Math.max(1, energy(samples))
  return { dbfs: 20 * Math.log10(amplitude / 32768 + 1e-9), share: Math.min(1, share) }
}

/** The median of the tone's share over windows of 100 ms: a gap or a change of phase costs only its own windows. */
export function toneShare(samples: Int16Array, rate: number, hz: number): number {
  const size = rate / 10
  const shares: number[] = []
  for (let at = 0; at + size <= samples.length; at += size) {
    shares.push(toneIn(samples.subarray(at, at + size), rate, hz).share)
  }
  return middle(shares.sort((a, b) => a - b))
}

/** The longest stretch in which every 10 ms are below the floor, milliseconds. */
export function longestSilenceMs(samples: Int16Array, rate: number, floorDbfs = -50): number {
  const size = rate / 100
  let [longest, current] = [0, 0]
  for (let at = 0; at + size <= samples.length; at += size) {
    current = dbfs(samples.subarray(at, at + size)) < floorDbfs ? current + 10 : 0
    longest = Math.max(longest, current)
  }
  return longest
}

/** To a rate that is `factor` times lower, through a low pass. */
export function decimate(samples: Int16Array, factor: number): Int16Array {
  if (factor === 1) return samples
  const reach = 16 * factor
  const taps = Float64Array.from({ length: 2 * reach + 1 }, (_, k) => {
    const x = (k - reach) / factor
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * 0.92 * x) / (Math.PI * x)
    return (sinc * (0.5 + 0.5 * Math.cos((Math.PI * (k - reach)) / (reach + 1)))) / factor
  })
  return Int16Array.from({ length: Math.floor(samples.length / factor) }, (_, i) => {
    let sum = 0
    for (let k = 0; k < taps.length; k++) sum += taps[k]! * (samples[i * factor + k - reach] ?? 0)
    return Math.max(-32768, Math.min(32767, Math.round(sum)))
  })
}

function energy(samples: Int16Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return sum
}

/** `count` samples from `from` on, zeros where there are none. */
function cut(samples: Int16Array, from: number, count: number): Int16Array {
  const piece = new Int16Array(count)
  const [begin, end] = [Math.max(0, from), Math.min(samples.length, from + count)]
  if (end > begin) piece.set(samples.subarray(begin, end), begin - from)
  return piece
}

const middle = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0
