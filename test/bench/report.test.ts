import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { bars } from './chart.ts'
import { changes, keep, readHistory, type Run } from './history.ts'
import { asMarkdown, asTable, type Row } from './report.ts'

const row = (what: string, own: number, other?: number, more: Partial<Row> = {}): Row => ({
  what,
  unit: 'ms',
  values: { Dialtone: own, ...(other !== undefined && { baresip: other }) },
  ...more,
})
const run = (at: string, machine: string, ...rows: readonly Row[]): Run => ({ at, commit: 'abc', machine, rows })
const between = (before: Run, now: Run) =>
  changes(before, now, 'Dialtone', 'baresip').map(({ what, worse }) => [what, worse > 0])

test('a run is compared by ratio where there is a peer, and else only with one of the same machine', () => {
  const before = run('1', 'one', row('180', 10, 10), row('memory', 80), row('q', 90, undefined, { better: 'more' }))
  // Half as fast a machine: twice the figures, the same ratio.
  const slower = run('2', 'other', row('180', 20, 20), row('memory', 160), row('q', 45, undefined, { better: 'more' }))
  assert.deepEqual(between(before, slower), [])
  const worse = run('3', 'one', row('180', 10, 5), row('memory', 40), row('q', 45, undefined, { better: 'more' }))
  assert.deepEqual(between(before, worse), [
    ['180', true],
    ['q', true],
    ['memory', false],
  ])
  assert.deepEqual(between(before, run('4', 'one', row('180', 11, 10), row('new', 1))), [], 'a tenth is chance')
})

test('what is kept is read again, and the report says what has become worse', async (t) => {
  const file = join(await temporaryFolder(scopeOf(t)), 'docs', 'bench.jsonl')
  assert.deepEqual(await readHistory(file), [])
  const before = run('2026-01-01', 'one', row('INVITE to 180', 2, 4))
  await keep(file, [before])
  assert.deepEqual(await readHistory(file), [before])
  const now = run('2026-01-02', 'one', row('INVITE to 180', 4, 4))
  const table = asTable({ rows: now.rows, skipped: [] }, 'Dialtone', 'baresip')
  assert.match(table, /^\| INVITE to 180 \| +4\.00 \| +4\.00 \| +1\.00 \| ms +\|$/m)
  const alone = asTable({ rows: [row('180', 4)], skipped: ['baresip: not there'] }, 'Dialtone', 'baresip')
  assert.match(alone, /^\| 180 \| +4\.00 \| ms +\|\n\nNot measured: baresip: not there$/m)
  const about = { machine: '2 x a processor' }
  const text = asMarkdown('Title', table, { about, pictures: ['bench.svg'], before: [before], now })
  assert.match(text, /^# Title\n\n- machine: 2 x a processor\n/)
  assert.match(text, /^!\[bench\]\(bench\.svg\)$/m)
  assert.match(text, /^- \*\*worse\*\* by 100 %: INVITE to 180, 0\.50 to 1\.00 times the other$/m)
  assert.match(asMarkdown('Title', table, { about, pictures: [], before: [], now }), /This is the first/)
})

test('bars end where their figures say', () => {
  const picture = bars('t', { half: 0.5, twice: 2 }, 1)
  const widths = [...picture.matchAll(/<rect x="330" [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width))
  assert.deepEqual([widths.length, Math.round((widths[1] ?? 0) / (widths[0] ?? 1))], [2, 4])
})

test('beside a figure stands its goal, and whether it is reached', () => {
  const slow = row('INVITE to 180, p50', 2.5, 1)
  const [fast, steady] = [row('INVITE to 180, p50', 2, 1), row('RTP interval, sd', 0.4, 1)]
  const busy = row('RTP interval, sd, main process busy', 0.6, 1)
  const alone = row('RTP interval, sd', 0.4)
  const q = (value: number) => row('bad: q', value, undefined, { better: 'more' })
  const table = (...rows: readonly Row[]) => asTable({ rows, skipped: [] }, 'Dialtone', 'baresip')
  assert.match(table(slow), /\| +<= 2 \| \*\*missed\*\* \| ms/)
  assert.match(table(fast), /\| +<= 2 \| +met \| ms/)
  assert.match(table(steady), /\| +ratio <= 0\.5 \| +met \| ms/)
  assert.match(table(busy), /\| +ratio <= 0\.5 \| \*\*missed\*\* \| ms/)
  assert.match(table(alone), /\| +ratio <= 0\.5 \| +\| ms/, 'nobody to compare with')
  assert.match(table(q(75)), /\| +>= 75 \| +met \| ms/)
  assert.match(table(q(74)), /\| +>= 75 \| \*\*missed\*\* \| ms/)
  assert.doesNotMatch(table(row('something', 1)), /goal/)
})
