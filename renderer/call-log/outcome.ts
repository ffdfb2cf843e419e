import type { TFunction } from 'i18next'
import type { LogEntry } from '../../electron/ipc/contract.ts'
import { explain, type Explanation, type Verdict } from '../explain/explain.ts'
import { lengthText } from '../text/duration.ts'

/** How a call of the log ended, as its row says it. */
export interface Outcome {
  readonly kind: 'outgoing' | 'incoming' | 'missed' | 'failed' | 'elsewhere'
  /** Keys of the translations; a duration is its own words. */
  readonly words: 'log.talked' | `explain.${Verdict}.short`
  readonly values: { readonly length: string; readonly code: number }
  readonly explanation: Explanation
}

export function outcomeOf(entry: LogEntry): Outcome {
  const explanation = explain(entry)
  const { verdict, tone } = explanation
  const values = { length: lengthText(entry.durationMs), code: explanation.code }
  if (entry.answered) {
    const words = tone === 'good' || entry.durationMs > 0 ? 'log.talked' : (`explain.${verdict}.short` as const)
    return { kind: entry.direction, words, values, explanation }
  }
  const words = `explain.${verdict}.short` as const
  if (verdict === 'elsewhere') return { kind: 'elsewhere', words, values, explanation }
  if (entry.missed) return { kind: 'missed', words, values, explanation }
  return {
    kind: tone === 'failed' && entry.direction === 'outgoing' ? 'failed' : entry.direction,
    words,
    values,
    explanation,
  }
}

/** `480 not registered now`, `Missed`, `2:31`: a code never stands alone, and words alone begin as a sentence. */
export function tellOutcome(t: TFunction, { words, values }: Outcome): string {
  const told = t(words, values)
  if (values.code !== 0 && words !== 'log.talked') return t('log.codeWords', { code: values.code, words: told })
  return told.charAt(0).toLocaleUpperCase() + told.slice(1)
}
