import { fft } from './fft.ts'

/**
 * How well speech came through, 8 kHz mono: compares what was heard with what a perfect receiver would have played. Its
 * figures are those of the score that the peers were measured with, in numbers of its own making.
 */

export interface SpeechScore {
  /** Of the whole, milliseconds. */
  readonly delayMs: number
  /** Mean of the active frames of 20 ms, each -10 to 35 dB, after alignment window by window. */
  readonly segSnrDb: number
  /** Mean log-spectral distance of the active frames, 300 to 3400 Hz, dB. */
  readonly lsdDb: number
  /** Stretches in which speech is silent (40 dB down, or below -60 dBFS). */
  readonly gaps: number
  readonly gapMs: number
  readonly gapLongestMs: number
  /** Active speech of the reference. */
  readonly activeMs: number
  /** 0 to 100, of the three. */
  readonly q: number
}

const FRAME = 160
const BLOCK = 80
const WINDOW = 16_000
const SPECTRUM = 256
const REACH = 1040

/** `reachMs`: the longest delay looked for. */
export function scoreSpeech(reference: Int16Array, heard: Int16Array, reachMs = 1500): SpeechScore {
  const r = Float64Array.from(reference, (sample) => sample / 32768)
  const d = Float64Array.from(heard, (sample) => sample / 32768)
  const whole = wholeDelay(r, d, reachMs * 8)
  const delayAt = localDelays(r, d, whole)
  const frames = Math.floor(r.length / FRAME)
  const levels = Array.from({ length: frames }, (_, k) => rms(r, k * FRAME, FRAME))
  const floor = Math.max(10 ** (-50 / 20), Math.max(...levels) * 10 ** (-35 / 20))
  const active = levels.map((level) => level > floor)
  const at = (start: number, length: number) => shifted(d, start + delayAt(start), length)

  const gain = gainOf(r, active, at)
  const snrs: number[] = []
  const distances: number[] = []
  const window = Float64Array.from(
    { length: SPECTRUM },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (SPECTRUM - 1)),
  )
  active.forEach((isActive, k) => {
    if (!isActive) return
    const got = at(k * FRAME, FRAME)
    let [signal, error] = [0, 0]
    for (let i = 0; i < FRAME; i++) {
      const sample = r[k * FRAME + i]!
      signal += sample * sample
      error += (got[i]! / gain - sample) ** 2
    }
    snrs.push(Math.max(-10, Math.min(35, 10 * Math.log10(signal / (error + 1e-12) + 1e-12))))
    const start = k * FRAME - 48
    if (start < 0 || start + SPECTRUM > r.length) return
    const other = at(start, SPECTRUM)
    const [a, b] = [spectrum(r.subarray(start, start + SPECTRUM), window, 1), spectrum(other, window, 1 / gain)]
    const least = Math.max(...a) * 1e-3 + 1e-6
    const sum = a.reduce((all, value, i) => all + (20 * Math.log10((value + least) / (b[i]! + least))) ** 2, 0)
    distances.push(Math.sqrt(sum / a.length))
  })

  const gaps: number[] = []
  let blocks = 0
  let open = false
  for (let k = 0; k < Math.floor(r.length / BLOCK); k++) {
    if (!active[Math.min(k >> 1, frames - 1)]) {
      continue
    }
    blocks++
    const said = rms(r, k * BLOCK, BLOCK)
    const got = rms(at(k * BLOCK, BLOCK), 0, BLOCK) / gain
    const silent = said > 10 ** (-50 / 20) && (got < 10 ** (-60 / 20) || got < said * 0.01)
    if (silent && open) gaps.push(gaps.pop()! + 10)
    else if (silent) gaps.push(10)
    open = silent
  }
  const [segSnrDb, lsdDb] = [mean(snrs), mean(distances)]
  const gapMs = gaps.reduce((sum, gap) => sum + gap, 0)
  const q =
    45 * clip(segSnrDb / 30) + 30 * (1 - clip(lsdDb / 12)) + 25 * (1 - clip((gapMs / Math.max(blocks * 10, 1)) * 10))
  return {
    delayMs: whole / 8,
    segSnrDb,
    lsdDb,
    gaps: gaps.length,
    gapMs,
    gapLongestMs: Math.max(0, ...gaps),
    activeMs: blocks * 10,
    q,
  }
}

/** Delay in samples at a position of the reference: measured every second over two, interpolated. */
function localDelays(r: Float64Array, d: Float64Array, whole: number): (at: number) => number {
  const points: { at: number; delay: number }[] = []
  for (let start = 0; start < Math.max(1, r.length - WINDOW / 2); start += WINDOW / 2) {
    const part = r.subarray(start, start + WINDOW)
    if (rms(part, 0, part.length) < 10 ** (-45 / 20)) continue
    const from = start + whole - 480
    const segment = shifted(d, from, WINDOW + 960)
    const lag = bestOffset(part, segment, REACH)
    let [product, a, b] = [0, 1e-12, 1e-12]
    for (let i = 0; i < part.length; i++) {
      const heard = segment[i + Math.max(0, lag)] ?? 0
      product += heard * part[i]!
      a += heard ** 2
      b += part[i]! ** 2
    }
    if (product / Math.sqrt(a * b) > 0.2) points.push({ at: start + WINDOW / 2, delay: from + lag - start })
  }
  if (points.length === 0) return () => whole
  return (at) => {
    const after = points.findIndex((point) => point.at >= at)
    if (after === 0) return points[0]!.delay
    if (after < 0) return points.at(-1)!.delay
    const [one, two] = [points[after - 1]!, points[after]!]
    return Math.round(one.delay + ((two.delay - one.delay) * (at - one.at)) / (two.at - one.at))
  }
}

/** Coarsely on every fourth sample, then exactly. */
function wholeDelay(r: Float64Array, d: Float64Array, reach: number): number {
  const coarse = 4 * bestOffset(fourth(r), fourth(d), Math.ceil(reach / 4))
  let [best, delay] = [-Infinity, coarse]
  for (let lag = coarse - 6; lag <= coarse + 6; lag++) {
    let product = 0
    for (let i = 0; i < r.length; i++) product += r[i]! * (d[i + lag] ?? 0)
    if (product > best) [best, delay] = [product, lag]
  }
  return delay
}

function fourth(sound: Float64Array): Float64Array {
  return Float64Array.from(
    { length: sound.length >> 2 },
    (_, i) => sound[4 * i]! + sound[4 * i + 1]! + sound[4 * i + 2]! + sound[4 * i + 3]!,
  )
}

/** The offset, -reach to reach, at which `b` resembles `a` most. */
function bestOffset(a: Float64Array, b: Float64Array, reach: number): number {
  let n = 1
  while (n < Math.max(a.length, b.length) + reach) n *= 2
  // Two real signals in one transform.
  const [re, im] = [new Float64Array(n), new Float64Array(n)]
  re.set(a)
  im.set(b)
  fft(re, im)
  const [pr, pi] = [new Float64Array(n), new Float64Array(n)]
  for (let k = 0; k < n; k++) {
    const m = (n - k) % n
    const [ar, ai] = [(re[k]! + re[m]!) / 2, (im[k]! - im[m]!) / 2]
    const [br, bi] = [(im[k]! + im[m]!) / 2, (re[m]! - re[k]!) / 2]
    // conj(A) * B
    pr[k] = ar * br + ai * bi
    pi[k] = ar * bi - ai * br
  }
  fft(pr, pi, true)
  let best = 0
  for (let lag = -reach; lag <= reach; lag++) if (pr[(lag + n) % n]! > pr[(best + n) % n]!) best = lag
  return best
}

function gainOf(
  r: Float64Array,
  active: readonly boolean[],
  at: (start: number, length: number) => Float64Array,
): number {
  const gains: number[] = []
  active.forEach((isActive, k) => {
    if (!isActive) return
    const got = at(k * FRAME, FRAME)
    let [product, said, heard] = [0, 1e-12, 1e-12]
    for (let i = 0; i < FRAME; i++) {
      product += got[i]! * r[k * FRAME + i]!
      said += r[k * FRAME + i]! ** 2
      heard += got[i]! ** 2
    }
    if (product / Math.sqrt(said * heard) > 0.85) gains.push(product / said)
  })
  return gains.length < 5 ? 1 : Math.max(1e-6, gains.sort((a, b) => a - b)[gains.length >> 1]!)
}

function shifted(d: Float64Array, from: number, length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => d[from + i] ?? 0)
}

function spectrum(samples: Float64Array, window: Float64Array, scale: number): number[] {
  const re = samples.map((sample, i) => sample * window[i]! * scale)
  const im = new Float64Array(re.length)
  fft(re, im)
  const [first, last] = [Math.floor((300 * SPECTRUM) / 8000), Math.floor((3400 * SPECTRUM) / 8000)]
  return Array.from({ length: last - first }, (_, k) => Math.hypot(re[first + k]!, im[first + k]!))
}

function rms(samples: ArrayLike<number>, from: number, length: number): number {
  let sum = 1e-20
  for (let i = 0; i < length; i++) sum += samples[from + i]! ** 2
  return Math.sqrt(sum / length)
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
const clip = (value: number) => Math.max(0, Math.min(1, value))
