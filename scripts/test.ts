import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { installPackages } from './testing/debian.ts'
import { findTests, runTests, type Tally } from './testing/run-tests.ts'
import { ensureSoundPackage } from './testing/sound-package.ts'

/**
 * `npm test [part of a path ...]`: everything that has to be right before a change is taken. Words after it pick test
 * files, and then only those run.
 */

const filters = process.argv.slice(2)
// The tools of this checkout, and its Node, come before whatever else the machine has.
process.env['PATH'] = [join(process.cwd(), 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter)
// What Node has made of a source once it need not make again: the tests start hundreds of processes.
process.env['NODE_COMPILE_CACHE'] ??= join(process.cwd(), 'out', 'compile-cache')
const inCi = process.env['CI'] === 'true'
const failures: string[] = []

async function step(title: string, work: () => Promise<void> | void): Promise<void> {
  console.log(`\n== ${title}`)
  const began = performance.now()
  await work()
  console.log(`   ${((performance.now() - began) / 1000).toFixed(1)} s`)
}

function tool(command: string, ...args: readonly string[]): () => void {
  return () => {
    const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' })
    if (status !== 0) failures.push(command)
  }
}

const say = (line: string) => console.log(`   ${line}`)
const groups = findTests(filters)
const tally: Tally = { passed: 0, failed: 0, skipped: [] }

await step('Debian packages the tests use', () => installPackages(say))
await step('sound card package', () => void ensureSoundPackage(say))
if (filters.length === 0) {
  await step('types', tool('tsc', '-p', '.'))
  await step('types of the window', tool('tsc', '-p', 'renderer'))
  await step('lint and architecture', tool('oxlint', '--deny-warnings'))
  await step('format', tool('oxfmt', '--check', '.'))
}
await step(`quick tests (${groups.quick.length} files)`, () => runTests(groups.quick, true, tally))
await step(`tests with real programs (${groups.slow.length} files)`, () => runTests(groups.slow, true, tally))
await step(`tests that need the machine for themselves (${groups.alone.length} files)`, () =>
  runTests(groups.alone, false, tally),
)

if (tally.skipped.length > 0) {
  console.log(`\n${inCi ? 'In CI nothing may be skipped' : 'Skipped'}:`)
  for (const name of tally.skipped) say(name)
  if (inCi) failures.push(`${tally.skipped.length} skipped tests`)
}
if (Object.values(groups).every((files) => files.length === 0))
  failures.push(`no test file matches ${filters.join(' ')}`)
if (tally.failed > 0) failures.push('tests')
if (failures.length > 0) console.log(`\nNot good: ${failures.join(', ')}.`)
console.log(`\n${tally.passed} passed, ${tally.failed} failed${inCi ? '' : `, ${tally.skipped.length} skipped`}`)
process.exitCode = failures.length > 0 ? 1 : 0
