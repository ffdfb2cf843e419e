import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'
import { installPackages } from './testing/debian.ts'
import { type Failure, findTests, runTests } from './testing/run-tests.ts'
import { ensureSoundPackage } from './testing/sound-package.ts'

/**
 * `npm test [part of a path ...]`: everything that has to be right before a change is taken. Words after it pick test
 * files, and then only those run.
 */

const filters = process.argv.slice(2)

/** So many files that fail are run once more: the machine was busy with something else. More of them are no accident. */
const mostUnsteady = 3

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
const cores = Math.max(2, availableParallelism())
const failed: Failure[] = []
const skipped: string[] = []
let passed = 0

async function tests(title: string, files: readonly string[], concurrency: number): Promise<void> {
  await step(`${title} (${files.length} files)`, async () => {
    const tally = await runTests(files, concurrency)
    passed += tally.passed
    failed.push(...tally.failures)
    skipped.push(...tally.skipped)
  })
}

function list(title: string, lines: readonly string[]): void {
  if (lines.length === 0) return
  console.log(`\n${title}:`)
  for (const line of lines) say(line)
}

await step('Debian packages the tests use', () => installPackages(say))
await step('sound card package', () => void ensureSoundPackage(say))
if (filters.length === 0) {
  await step('types', tool('tsc', '-p', '.'))
  await step('types of the window', tool('tsc', '-p', 'renderer'))
  await step('lint and architecture', tool('oxlint', '--deny-warnings'))
  await step('format', tool('oxfmt', '--check', '.'))
}
await tests('quick tests', groups.quick, cores)
await tests('tests with real programs', groups.slow, cores + 1)
await tests('tests that follow sound in real time', groups.timed, cores)
await tests('tests that need the machine for themselves', groups.alone, 1)

list(
  'Failed',
  failed.map(({ file, name, why }) => `${file}: ${name}\n${why.replaceAll(/^/gm, '     ')}`),
)
const suspects = [...new Set(failed.map(({ file }) => file))]
if (suspects.length > 0 && suspects.length <= mostUnsteady) {
  const again = failed.splice(0)
  await tests('once more, each by itself', suspects, 1)
  const steady = new Set(failed.map(({ file }) => file))
  // A defect of the test or of the phone, and told each time; but it says nothing of the change at hand.
  list(
    'UNSTEADY (failed among the others, passed by itself)',
    again.filter(({ file }) => !steady.has(file)).map(({ file, name }) => `${file}: ${name}`),
  )
}

list(inCi ? 'In CI nothing may be skipped' : 'Skipped', skipped)
if (inCi && skipped.length > 0) failures.push(`${skipped.length} skipped tests`)
if (Object.values(groups).every((files) => files.length === 0))
  failures.push(`no test file matches ${filters.join(' ')}`)
if (failed.length > 0) failures.push('tests')
if (failures.length > 0) console.log(`\nNot good: ${failures.join(', ')}.`)
console.log(`\n${passed} passed, ${failed.length} failed${inCi ? '' : `, ${skipped.length} skipped`}`)
process.exitCode = failures.length > 0 ? 1 : 0
