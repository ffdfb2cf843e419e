import type { Quality } from '../../electron/ipc/contract.ts'

type Grade = 'good' | 'fair' | 'poor' | 'bad'

/** R of the E-model (G.107 annex B): 80 satisfies, below 60 nobody is. */
export function gradeOf(quality: Quality): Grade {
  const { rFactor } = quality.received
  return rFactor >= 80 ? 'good' : rFactor >= 70 ? 'fair' : rFactor >= 60 ? 'poor' : 'bad'
}

export const barsOf = { good: 4, fair: 3, poor: 2, bad: 1 } as const

/** Sound up to 7 kHz instead of 3.4, which has a scale of its own (ITU-T G.107.1). */
export const isWide = (codec: string): boolean => codec === 'G722' || codec === 'Opus'

/** A codec by its name, and HD where it is wide. */
export const codecLabel = (codec: string): string => (isWide(codec) ? `${codec} HD` : codec)

/** The best MOS the E-model gives it: R = 93.2 for G.711, 89.8 for G.722 and 84.4 for Opus among wide-band sound. */
export const bestMosOf = (codec: string): number => (codec === 'Opus' ? 4.2 : isWide(codec) ? 4.3 : 4.4)

/** What a wide-band codec costs of the E-model's R, under the name that people know (G.113; Opus as measured at 13 kbit/s). */
export const equipmentOf = (codec: string) => (codec === 'Opus' ? { codec, cost: 20 } : { codec: 'G.722', cost: 13 })

/** What is worst about a line that is not good; the codec is told of a good one. */
export function worstOf({
  received,
  delayMs,
}: Quality): { key: 'loss' | 'jitter' | 'delay'; value: number } | undefined {
  if (received.rFactor >= 80) return undefined
  if (received.lossPercent >= 1) return { key: 'loss', value: received.lossPercent }
  if (delayMs.total >= 200) return { key: 'delay', value: delayMs.total }
  return { key: 'jitter', value: received.jitterMs }
}

export function oneDigit(value: number): string {
  return value.toFixed(1)
}

/** `0.4 %`: a number, a thin distance, its unit. */
export function percent(value: number): string {
  return `${oneDigit(value)}\u00a0%`
}

export function milliseconds(value: number): string {
  return `${value < 10 ? oneDigit(value) : Math.round(value)}\u00a0ms`
}
