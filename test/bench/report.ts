import { goalOf, isMet } from './goals.ts'
import { changes, ratioOf, type Run } from './history.ts'

/** One figure, of each side that has it. */
export interface Row {
  readonly what: string
  readonly unit: string
  readonly values: Readonly<Record<string, number>>
  /** Absent: less is better. */
  readonly better?: 'more'
}

interface Report {
  readonly rows: readonly Row[]
  /** What could not be measured, and why. */
  readonly skipped: readonly string[]
}

/**
 * As a Markdown table: ours, theirs, and how many times theirs ours is (below 1 is better than they), then what was the
 * goal and whether it is reached. Without theirs, ours alone; without any goal, none.
 */
export function asTable({ rows, skipped }: Report, ours: string, theirs: string): string {
  const compared = rows.some(({ values }) => values[theirs] !== undefined)
  const promised = rows.some(({ what }) => goalOf(what) !== undefined)
  const cells = [
    ['', ours, ...(compared ? [theirs, 'ratio'] : []), ...(promised ? ['goal', ''] : []), 'unit'],
    ...rows.map((row) => {
      const other = [figure(row.values[theirs]), ratioOf(row, ours, theirs)?.toFixed(2) ?? '']
      return [
        row.what,
        figure(row.values[ours]),
        ...(compared ? other : []),
        ...(promised ? goalCells(row, ours, theirs) : []),
        row.unit,
      ]
    }),
  ]
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const isText = (column: number) => column === 0 || column === widths.length - 1
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`
  const rule = `|${widths.map((width, i) => (isText(i) ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  const [head, ...body] = cells
  return [line(head!), rule, ...body.map(line), ...skipped.map((why) => `\nNot measured: ${why}`), ''].join('\n')
}

/** The goal in words, and `met`, `missed`, or nothing where it could not be told. */
function goalCells(row: Row, ours: string, theirs: string): [goal: string, verdict: string] {
  const goal = goalOf(row.what)
  if (goal === undefined) return ['', '']
  const bound = goal.most === undefined ? `>= ${goal.least}` : `<= ${goal.most}`
  const met = isMet(row, ours, theirs)
  return [goal.of === 'ratio' ? `ratio ${bound}` : bound, met === undefined ? '' : met ? 'met' : '**missed**']
}

/** What a report is about beside its rows: the machine, the versions, the moment. */
export type About = Readonly<Record<string, string>>

/** The whole report in Markdown: figures, pictures of them, what they were taken on, and how they were before. */
export function asMarkdown(
  title: string,
  table: string,
  {
    about,
    peer = 'baresip',
    pictures,
    before,
    now,
  }: {
    readonly about: About
    /** Whose figures stand beside ours. */
    readonly peer?: string
    /** File names, beside the report. */
    readonly pictures: readonly string[]
    readonly before: readonly Run[]
    readonly now: Run
  },
): string {
  const lines = [`# ${title}`, '', ...Object.entries(about).map(([key, value]) => `- ${key}: ${value}`), '', table]
  for (const picture of pictures) lines.push(`![${picture.replace(/\.svg$/, '')}](${picture})`, '')
  const last = before.at(-1)
  lines.push('## Since the run before', '')
  if (last === undefined) lines.push('This is the first.')
  else {
    const found = changes(last, now, 'Dialtone', peer)
    lines.push(
      `That was at ${last.at}, commit ${last.commit}${last.machine === now.machine ? '' : ', on another machine'}.`,
    )
    if (found.length === 0) lines.push('Nothing has changed noticeably.')
    for (const { what, unit, before, now, worse } of found) {
      const share = `${(100 * Math.abs(worse)).toFixed(0)} %`
      lines.push(
        `- ${worse > 0 ? `**worse** by ${share}` : `better by ${share}`}: ${what}, ${figure(before)} to ${figure(now)} ${unit}`.trimEnd(),
      )
    }
  }
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`
}

function figure(value: number | undefined): string {
  if (value === undefined) return ''
  if (value === 0) return '0'
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
