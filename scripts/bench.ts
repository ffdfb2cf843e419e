import { cpus } from 'node:os'
import { join, relative } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { measureMedia } from '../test/bench/media.ts'
import { asTable, save, type Row } from '../test/bench/report.ts'
import { measureSetUp } from '../test/bench/set-up.ts'
import { startBaresipSide, startDialtoneSide, type Side } from '../test/bench/sides.ts'
import { measureIntervals, measureLoad } from '../test/bench/streams.ts'
import { measureWindow } from '../test/bench/window.ts'
import { browserMissing } from '../test/support/browser.ts'
import { missing } from '../test/support/needs.ts'
import { ScriptScope, type Scope } from '../test/support/scope.ts'
import { temporaryFolder } from '../test/support/temp-folder.ts'
import { toneSound, writeSound } from '../test/support/wav.ts'

/**
 * `npm run bench`: Dialtone beside baresip, in the same run and with the same caller, so that the ratios mean something
 * on any machine. Takes about two minutes and a half; `npm run bench -- --short` a quarter of that, for trying it out. `npm run bench
 * window` measures the window alone, the real phone in Chromium: nobody is there to compare it with. `npm run bench media` plays
 * speech through bad networks, in virtual time, and draws how the delay followed them.
 */

const short = process.argv.includes('--short')
const windowOnly = process.argv.includes('window')
const mediaOnly = process.argv.includes('media')
const [calls, seconds, manyCalls] = short ? [20, 5, 10] : [100, 20, 50]
const folder = join(import.meta.dirname, '..', 'out', 'bench')
const rows: Row[] = []
const skipped: string[] = []

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

async function twoSides(scope: Scope, busy = false): Promise<Side[]> {
  const toneFile = join(await temporaryFolder(scope), 'tone.wav')
  await writeSound(toneFile, toneSound(1000, 120))
  const sides = [await startDialtoneSide(scope, busy)]
  if (missing('baresip') === false) sides.push(await startBaresipSide(scope, toneFile, manyCalls + 4))
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
}

async function ownWindow(): Promise<void> {
  const [calls, seconds] = short ? [40, 10] : [200, 30]
  if (browserMissing !== false) skipped.push(`the window: ${browserMissing}`)
  else await part(`the window, ${calls} calls`, (scope) => measureWindow(scope, calls, seconds))
}

const badNetworks = () => part('speech through bad networks', (scope) => measureMedia(scope, folder, short ? 1 : 5))

await mkdir(folder, { recursive: true })
await (windowOnly ? ownWindow() : mediaOnly ? badNetworks() : besideBaresip())

const table = asTable({ rows, skipped }, 'Dialtone', 'baresip')
console.log(`\n${table}`)
const about = {
  at: new Date().toISOString(),
  node: process.version,
  machine: `${cpus().length} x ${cpus()[0]?.model ?? ''}`,
}
const name = windowOnly ? 'window' : mediaOnly ? 'media' : 'bench'
await save({ rows, skipped }, table, folder, about, name)
console.log(
  `in ${relative(process.cwd(), folder)}: ${name}.md, ${name}.json${windowOnly ? '' : mediaOnly ? ' and the charts' : ' and the captures'}`,
)
