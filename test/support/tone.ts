/** Sines and what is left of them: sound is judged by content. */

/** `amplitude` in sample units, `phase` in samples already played. */
export function sine(rate: number, hz: number, samples: number, amplitude = 10_000, phase = 0): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * (i + phase)) / rate)),
  )
}

/**
 * The least-squares fit of a sine of `hz`: its amplitude in sample units, and how much of everything else there is
 * (noise and distortion), in dB relative to it.
 */
export function fitSine(samples: Int16Array, rate: number, hz: number): { amplitude: number; restDb: number } {
  const w = (2 * Math.PI * hz) / rate
  let [ss, cc, sc, xs, xc, xx] = [0, 0, 0, 0, 0, 0]
  samples.forEach((x, i) => {
    const [s, c] = [Math.sin(w * i), Math.cos(w * i)]
    ss += s * s
    cc += c * c
    sc += s * c
    xs += x * s
    xc += x * c
    xx += x * x
  })
  const determinant = ss * cc - sc * sc
  const a = (xs * cc - xc * sc) / determinant
  const b = (xc * ss - xs * sc) / determinant
  const explained = a * xs + b * xc
  const restDb = 10 * Math.log10(Math.max(xx - explained, 1e-9) / Math.max(explained, 1e-9))
  return { amplitude: Math.hypot(a, b), restDb }
}
