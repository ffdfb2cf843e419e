import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One figure, of each side that has it. */
export interface Row {
  readonly what: string
  readonly unit: string
  readonly values: Readonly<Record<string, number>>
}

export interface Report {
  readonly rows: readonly Row[]
  /** What could not be measured, and why. */
  readonly skipped: readonly string[]
}

/** As a Markdown table: ours, theirs, and how many times theirs ours is (below 1 is better than they). */
export function asTable({ rows, skipped }: Report, ours: string, theirs: string): string {
  const cells = [
    ['', ours, theirs, 'ratio', 'unit'],
    ...rows.map(({ what, unit, values }) => {
      const [own, other] = [values[ours], values[theirs]]
      const ratio = own === undefined || other === undefined || other === 0 ? '' : (own / other).toFixed(2)
      return [what, figure(own), figure(other), ratio, unit]
    }),
  ]
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 || i === 4 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`
  const rule = `|${widths.map((width, i) => (i === 0 || i === 4 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  const [head, ...body] = cells
  return [line(head!), rule, ...body.map(line), ...skipped.map((why) => `\nNot measured: ${why}`), ''].join('\n')
}

export async function save(
  report: Report,
  table: string,
  folder: string,
  about: Record<string, unknown>,
  name = 'bench',
): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, `${name}.md`),
    `${table}\n${Object.entries(about)
      .map(([key, value]) => `- ${key}: ${String(value)}\n`)
      .join('')}`,
  )
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify({ ...about, ...report }, null, 2)}\n`)
}

function figure(value: number | undefined): string {
  if (value === undefined) return ''
  if (value === 0) return '0'
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
