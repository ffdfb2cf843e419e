import { seeded } from './seeded.ts'

/** Sound to send, and measures of what arrived: 8 kHz, mono, 16 bit. */

export function sine(hz: number, seconds: number, amplitude = 8000, rate = 8000): Int16Array {
  return Int16Array.from({ length: seconds * rate }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / rate)),
  )
}

/** Like speech to a codec and a jitter buffer: voiced syllables of changing pitch and loudness, hisses, pauses. */
export function speech(seconds: number, seed: number): Int16Array {
  const random = seeded(seed)
  const sound = new Int16Array(seconds * 8000)
  let phase = 0
  for (let at = 0; at < sound.length;) {
    const length = Math.floor(800 + random() * 1600)
    const voiced = random() < 0.7
    const level = random() < 0.15 ? 0 : 2000 + random() * 6000
    const [pitch, glide, brightness] = [90 + random() * 120, (random() - 0.5) * 60, 0.4 + random() * 0.4]
    for (let i = 0; i < length && at < sound.length; i++, at++) {
      const envelope = Math.sin((Math.PI * i) / length)
      phase += (2 * Math.PI * (pitch + (glide * i) / length)) / 8000
      let sample = 0
      if (voiced) for (let k = 1; k <= 12; k++) sample += brightness ** k * Math.sin(k * phase)
      else sample = (random() - 0.5) * 0.6
      sound[at] = Math.round(level * envelope * sample)
    }
  }
  return sound
}

/** Level of one frequency, dBFS (Goertzel). */
export function level(samples: Int16Array, hz: number, rate = 8000): number {
  const step = (2 * Math.PI * hz) / rate
  let [re, im] = [0, 0]
  samples.forEach((sample, i) => {
    re += sample * Math.cos(step * i)
    im -= sample * Math.sin(step * i)
  })
  return 20 * Math.log10((2 * Math.hypot(re, im)) / samples.length / 32768 + 1e-9)
}

export const energy = (samples: Int16Array): number => samples.reduce((sum, sample) => sum + sample * sample, 0)

/** -1 to 1. */
export function correlation(a: Int16Array, b: Int16Array): number {
  let product = 0
  for (let i = 0; i < a.length; i++) product += a[i]! * (b[i] ?? 0)
  return product / Math.sqrt(energy(a) * energy(b.subarray(0, a.length)) || 1)
}

/** The median over windows of 400 ms louder than -40 dBFS, each at the lag (up to `lags` samples) that suits it best. */
export function likeness(sent: Int16Array, heard: Int16Array, lags: readonly [number, number]): number {
  const best: number[] = []
  let around: number | undefined
  for (let at = 0; at + 3200 <= sent.length; at += 3200) {
    const window = sent.subarray(at, at + 3200)
    if (energy(window) / 3200 < (32768 * 0.01) ** 2) continue
    let [top, topLag] = [-1, 0]
    const [from, to]: readonly [number, number] =
      around === undefined ? lags : [Math.max(lags[0], around - 400), Math.min(lags[1], around + 400)]
    for (let lag = from; lag <= to; lag++) {
      if (at + lag < 0) continue
      const found = correlation(window, heard.subarray(at + lag, at + lag + 3200))
      if (found > top) [top, topLag] = [found, lag]
    }
    if (top > 0.9) around = topLag
    best.push(top)
  }
  return best.sort((a, b) => a - b)[Math.floor(best.length / 2)] ?? -1
}
