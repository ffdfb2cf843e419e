import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { measureGrowth, measureLog, measureRate, measureStart } from '../test/bench/alone.ts'
import { bars } from '../test/bench/chart.ts'
import { keep, ratioOf, readHistory, type Run } from '../test/bench/history.ts'
import { measureMedia } from '../test/bench/media.ts'
import { asMarkdown, asTable, type About, type Row } from '../test/bench/report.ts'
import { measureSetUp } from '../test/bench/set-up.ts'
import { startBaresipSide, startDialtoneSide, type Side } from '../test/bench/sides.ts'
import { measureIntervals, measureLoad, measurePacing } from '../test/bench/streams.ts'
import { measureTrace } from '../test/bench/trace.ts'
import { measureWindow } from '../test/bench/window.ts'
import { browserMissing } from '../test/support/browser.ts'
import { missing } from '../test/support/needs.ts'
import { ScriptScope, type Scope } from '../test/support/scope.ts'
import { temporaryFolder } from '../test/support/temp-folder.ts'
import { toneSound, writeSound } from '../test/support/wav.ts'

/**
 * `npm run bench [-- SUITE ...]`: every suite, or those that are named, about ten minutes in all; `--short` a quarter of that,
 * for trying it out. Ratios to another phone in the same run, with the same caller, mean something on any machine.
 * - `bench`: beside baresip: set-up of calls, steadiness of packets, processor and memory.
 * - `load`: 1, 10, 50 and 200 calls at once beside baresip: processor, memory a call, steadiness of 200 streams.
 * - `alone`: start, rest, a long log, calls a second, a thousand calls.
 * - `window`: the real phone in Chromium.
 * - `trace`: a capture of 50 MB beside tshark, and what recording takes of a call.
 * - `media`: speech through bad networks, in virtual time, and how the delay followed them.
 *
 * A report says what the goal of a figure is, and what has changed since the last run that was kept. `--keep` keeps this
 * one: reports, pictures and figures go into docs/benchmarks, to be committed; without it they go into out/bench.
 */

const suites = {
  bench: ['Dialtone beside baresip', besideBaresip, 'baresip'],
  load: ['Many calls at once', manyAtOnce, 'baresip'],
  alone: ['The phone by itself', byItself, 'baresip'],
  window: ['The window', ownWindow, 'baresip'],
  trace: ['The trace', ownTrace, 'tshark'],
  media: ['Speech through bad networks', badNetworks, 'baresip'],
} as const
type SuiteName = keyof typeof suites

const { values: flags, positionals } = parseArgs({
  options: { short: { type: 'boolean', default: false }, keep: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const { short, keep: keepIt } = flags
const unknown = positionals.find((name) => !Object.hasOwn(suites, name))
if (unknown !== undefined) throw new Error(`There is no suite "${unknown}", only ${Object.keys(suites).join(', ')}.`)
if (keepIt && short) throw new Error('A short run proves too little to be kept.')
const chosen = (positionals.length > 0 ? positionals : Object.keys(suites)) as SuiteName[]
const [calls, seconds, manyCalls] = short ? [20, 5, 10] : [100, 20, 50]
const root = join(import.meta.dirname, '..')
const folder = join(root, 'out', 'bench')
/** Of the suite that runs. File name -> SVG. */
let charts: Record<string, string> = {}
let rows: Row[] = []
let skipped: string[] = []

async function part(title: string, measure: (scope: Scope) => Promise<Row[]>): Promise<void> {
  console.log(`${title} ...`)
  const scope = new ScriptScope()
  try {
    rows.push(...(await measure(scope)))
  } catch (error) {
    skipped.push(`${title}: ${error instanceof Error ? error.message : String(error)}\n${await scope.report()}`)
    process.exitCode = 1
  } finally {
    await scope.end()
  }
}

async function twoSides(scope: Scope, busy = false, most = manyCalls): Promise<Side[]> {
  const toneFile = join(await temporaryFolder(scope), 'tone.wav')
  await writeSound(toneFile, toneSound(1000, 120))
  const sides = [await startDialtoneSide(scope, busy)]
  // It refuses a call for which it finds no port soon, and the callers take some of them.
  if (missing('baresip') === false) sides.push(await startBaresipSide(scope, toneFile, 2 * most + 4))
  return sides
}

async function besideBaresip(): Promise<void> {
  if (missing('baresip') !== false) skipped.push(`baresip: ${missing('baresip')}`)
  const noCapture = missing('tcpdump') || (process.getuid?.() === 0 ? false : 'capturing packets needs root')
  await part(`${calls} calls to each, in turn`, async (scope) => measureSetUp(scope, await twoSides(scope), calls))
  if (noCapture === false) {
    await part('packets, main process idle', async (scope) =>
      measureIntervals(scope, await twoSides(scope), folder, seconds, ''),
    )
    await part('packets, main process busy', async (scope) =>
      measureIntervals(scope, await twoSides(scope, true), folder, seconds, ', main process busy'),
    )
  } else skipped.push(`RTP intervals: ${noCapture}`)
  for (const count of [1, manyCalls])
    await part(`processor and memory, calls: ${count}`, async (scope) =>
      measureLoad(await twoSides(scope), count, seconds),
    )
  const ratios = rows.flatMap((row) => {
    const ratio = ratioOf(row, 'Dialtone', 'baresip')
    return ratio === undefined ? [] : [[row.what, ratio] as const]
  })
  if (ratios.length > 0)
    charts['bench.svg'] = bars('Dialtone in times of baresip: less is better', Object.fromEntries(ratios), 1)
}

async function manyAtOnce(): Promise<void> {
  if (missing('baresip') !== false) skipped.push(`baresip: ${missing('baresip')}`)
  for (const count of short ? [10, 200] : [1, 10, 50, 200])
    await part(`processor and memory, calls: ${count}`, async (scope) =>
      measureLoad(await twoSides(scope, false, count), count, seconds),
    )
  const noCapture = missing('tcpdump') || (process.getuid?.() === 0 ? false : 'capturing packets needs root')
  if (noCapture !== false) skipped.push(`RTP pacing: ${noCapture}`)
  else
    await part('pacing of 200 calls', async (scope) =>
      measurePacing(scope, await startDialtoneSide(scope), 200, folder, seconds),
    )
}

async function ownWindow(): Promise<void> {
  const [calls, seconds] = short ? [40, 10] : [200, 30]
  if (browserMissing !== false) skipped.push(`the window: ${browserMissing}`)
  else await part(`the window, ${calls} calls`, (scope) => measureWindow(scope, calls, seconds))
}

async function badNetworks(): Promise<void> {
  await part('speech through bad networks', (scope) => measureMedia(scope, charts, short ? 1 : 5))
}

async function ownTrace(): Promise<void> {
  await part('the trace', (scope) => measureTrace(scope, short ? 10_000 : 100_000))
}

async function byItself(): Promise<void> {
  await part('start and rest', (scope) => measureStart(scope, short ? 3 : 15, seconds))
  await part('a long log', measureLog)
  if (missing('sipp') === false) await part('calls a second', (scope) => measureRate(scope, short ? 50 : 800))
  else skipped.push(`calls a second: ${missing('sipp')}`)
  await part('one call after another', (scope) => measureGrowth(scope, short ? 100 : 1000))
}

await mkdir(folder, { recursive: true })
for (const name of chosen) {
  ;[charts, rows, skipped] = [{}, [], []]
  const [title, measure, peer] = suites[name]
  const loadBefore = loadavg()[0] ?? 0
  await measure()
  await report(name, title, peer, loadBefore)
}

async function report(name: SuiteName, title: string, peer: string, loadBefore: number): Promise<void> {
  const table = asTable({ rows, skipped }, 'Dialtone', peer)
  console.log(`\n${title}\n\n${table}`)
  const now: Run = { at: new Date().toISOString(), commit: await commit(), machine: machine(), rows }
  const about: About = {
    at: now.at,
    commit: now.commit,
    machine: now.machine,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${type()} ${release()}, ${process.arch}`,
    node: process.version,
    'busy before, processes': loadBefore.toFixed(1),
    ...(short && { note: 'a short run, to try it out' }),
  }
  const kept = join(root, 'docs', 'benchmarks')
  const history = join(kept, `${name}.jsonl`)
  const before = await readHistory(history)
  const target = keepIt ? kept : folder
  await mkdir(target, { recursive: true })
  const pictures = Object.keys(charts)
  for (const [file, picture] of Object.entries(charts)) await writeFile(join(target, file), picture)
  await writeFile(join(target, `${name}.md`), asMarkdown(title, table, { about, peer, pictures, before, now }))
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify({ ...about, rows, skipped }, null, 2)}\n`)
  if (keepIt) await keep(history, [...before, now])
  console.log(`in ${relative(process.cwd(), target)}: ${[`${name}.md`, ...pictures].join(', ')}\n`)
}

function machine(): string {
  return `${cpus().length} x ${cpus()[0]?.model ?? 'an unknown processor'}`
}

/** What was measured; `+` for what is not committed yet. */
async function commit(): Promise<string> {
  const git = async (...words: string[]) => (await promisify(execFile)('git', words, { cwd: root })).stdout.trim()
  try {
    return `${await git('rev-parse', '--short', 'HEAD')}${(await git('status', '--porcelain')) === '' ? '' : '+'}`
  } catch {
    return 'unknown'
  }
}
