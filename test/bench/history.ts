import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Row } from './report.ts'

/** One run that was kept, a line of `docs/benchmarks/NAME.jsonl`: oldest first. */
export interface Run {
  /** ISO 8601, UTC. */
  readonly at: string
  /** What was measured. */
  readonly commit: string
  /** Figures of another machine are not compared; ratios are. */
  readonly machine: string
  readonly rows: readonly Row[]
}

/** A figure that has become worse by more than this is pointed at: what differs from run to run is less. */
const noticeable = 0.15

export async function readHistory(file: string): Promise<readonly Run[]> {
  try {
    const text = await readFile(file, 'utf8')
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Run)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return []
    throw error
  }
}

export async function keep(file: string, runs: readonly Run[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, runs.map((run) => `${JSON.stringify(run)}\n`).join(''))
}

/** Ours in theirs; undefined where one of them is missing or 0. */
export function ratioOf({ values }: Row, ours: string, theirs: string): number | undefined {
  const [own, other] = [values[ours], values[theirs]]
  return own === undefined || other === undefined || other === 0 ? undefined : own / other
}

interface Change {
  readonly what: string
  readonly unit: string
  readonly before: number
  readonly now: number
  /** Of `before`; positive is worse. */
  readonly worse: number
}

/**
 * What has changed noticeably since the run before: as a ratio where there is a peer, else in figures of the same machine.
 * The worst first.
 */
export function changes(before: Run, now: Run, ours: string, theirs: string): readonly Change[] {
  const sameMachine = before.machine === now.machine
  return now.rows
    .flatMap((row): Change[] => {
      const earlier = before.rows.find(({ what, unit }) => what === row.what && unit === row.unit)
      if (earlier === undefined) return []
      const ratios = [ratioOf(earlier, ours, theirs), ratioOf(row, ours, theirs)] as const
      const compared = ratios.every((ratio) => ratio !== undefined)
      const [old, fresh] = compared ? ratios : sameMachine ? [earlier.values[ours], row.values[ours]] : []
      if (old === undefined || fresh === undefined || old === 0) return []
      const grown = (fresh - old) / Math.abs(old)
      const unit = compared ? 'times the other' : row.unit
      return [{ what: row.what, unit, before: old, now: fresh, worse: row.better === 'more' ? -grown : grown }]
    })
    .filter(({ worse }) => Math.abs(worse) > noticeable)
    .toSorted((one, other) => other.worse - one.worse)
}
