import { seeded } from './seeded.ts'

/** One period of chance, again and again: it resembles itself at multiples of `period` samples and nowhere else. */
export function periodic(period: number, samples: number, seed = 1, from = 0): Float32Array {
  const random = seeded(seed)
  const one = Array.from({ length: period }, () => Math.round((random() - 0.5) * 20_000))
  return Float32Array.from({ length: samples }, (_, i) => one[(from + i) % period] ?? 0)
}

/** Whole numbers that resemble nothing. */
export function noise(samples: number, seed = 1): Float32Array {
  return periodic(samples, samples, seed)
}

/** The greatest difference, sample by sample; infinite where the lengths differ. */
export function farthest(one: ArrayLike<number>, other: ArrayLike<number>): number {
  if (one.length !== other.length) return Infinity
  let most = 0
  for (let i = 0; i < one.length; i++) most = Math.max(most, Math.abs((one[i] ?? NaN) - (other[i] ?? NaN)))
  return most
}
