import { ratioOf } from './history.ts'
import type { Row } from './report.ts'

/** What a figure is to be: of ours, or of ours in times of the other's. */
interface Goal {
  readonly of: 'figure' | 'ratio'
  readonly most?: number
  readonly least?: number
}

/** By what is measured, exactly or as a pattern. A figure of a machine that is busy with other things says little. */
const goals: readonly (readonly [what: RegExp, goal: Goal])[] = [
  [/^INVITE to 180, p50$/, { of: 'figure', most: 2 }],
  [/^RTP interval, sd(, main process busy)?$/, { of: 'ratio', most: 0.5 }],
  [/^RTP lost/, { of: 'figure', most: 0 }],
  [/^CPU of one call/, { of: 'ratio', most: 3 }],
  [/^CPU of 50 calls/, { of: 'ratio', most: 0.8 }],
  [/^memory a call, 50 calls/, { of: 'figure', most: 200 }],
  [/^RTP pacing error, p99, worst/, { of: 'figure', most: 5 }],
  [/^start to ready, p50$/, { of: 'figure', most: 400 }],
  [/^at rest: memory of the main process$/, { of: 'figure', most: 80 }],
  [/^at rest: memory of all processes$/, { of: 'figure', most: 150 }],
  [/^at rest: processor$/, { of: 'figure', most: 0.5 }],
  [/^a log of 100,000 calls: open$/, { of: 'figure', most: 300 }],
  [/^a log of 100,000 calls: search/, { of: 'figure', most: 100 }],
  [/^calls a second without a failure$/, { of: 'figure', least: 50 }],
  [/^memory grown/, { of: 'figure', most: 10 }],
  [/^click on Call to INVITE, p50$/, { of: 'figure', most: 50 }],
  [/^word of the answer to screen, p50$/, { of: 'figure', most: 50 }],
  [/^idle (page|phone), /, { of: 'figure', most: 0.5 }],
  [/^read, sorted into calls and judged/, { of: 'figure', most: 3 }],
  [/^recording/, { of: 'figure', most: 2 }],
  [/^memory of a recorder that is full$/, { of: 'figure', most: 64 }],
  [/^bad: q$/, { of: 'figure', least: 75 }],
  [/^bad: gaps$/, { of: 'figure', most: 160 }],
  [/^spike300: q$/, { of: 'figure', least: 80 }],
  [/^spike300: gaps$/, { of: 'figure', most: 300 }],
]

/** Undefined: nothing has been promised. */
export function goalOf(what: string): Goal | undefined {
  return goals.find(([pattern]) => pattern.test(what))?.[1]
}

/** Undefined: there is no goal, or what it is about was not measured. */
export function isMet(row: Row, ours: string, theirs: string): boolean | undefined {
  const goal = goalOf(row.what)
  const value = goal?.of === 'ratio' ? ratioOf(row, ours, theirs) : row.values[ours]
  if (goal === undefined || value === undefined) return undefined
  return value <= (goal.most ?? Infinity) && value >= (goal.least ?? -Infinity)
}
