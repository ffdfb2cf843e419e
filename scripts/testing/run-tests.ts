import { globSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { inspect } from 'node:util'

/** A file that starts programs, phones or sound cards works in real time, and waits half of it. */
const startsPrograms =
  /from '[^']*support\/(?:peers\/|sipp\/|virtual-card|dialtone|rpc-phone|process\.ts|running-process|browser|served-phone|window\/|build\.ts)/

/** A file that follows sound in real time and mostly waits says so in its first comment: two of them share a machine. */
const keepsTime = /^\/\*\* Keeps time:/m

/** So does a file that measures time, or loads the machine on purpose. */
const runsAlone = /^\/\*\* Runs alone:/m

/** A test file that takes longer is hung, milliseconds. */
const longest = 240_000

/** So many of the slowest files are named when a group has ended. */
const listed = 12

export interface Failure {
  readonly file: string
  readonly name: string
  /** What the test said, as it is printed. */
  readonly why: string
}

interface Tally {
  passed: number
  readonly failures: Failure[]
  /** Names of tests that were skipped, with the reason. */
  readonly skipped: string[]
}

interface TestGroups {
  readonly quick: readonly string[]
  readonly slow: readonly string[]
  /** With nothing beside them but their like. */
  readonly timed: readonly string[]
  /** With nothing beside them. */
  readonly alone: readonly string[]
}

/** All test files, or those whose path contains one of `filters`. */
export function findTests(filters: readonly string[]): TestGroups {
  const files = globSync('test/**/*.test.ts')
    .sort()
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  const groups = { quick: [] as string[], slow: [] as string[], timed: [] as string[], alone: [] as string[] }
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    if (runsAlone.test(text)) groups.alone.push(file)
    else if (keepsTime.test(text)) groups.timed.push(file)
    else if (startsPrograms.test(text)) groups.slow.push(file)
    else groups.quick.push(file)
  }
  return groups
}

/** Runs the files, each in a process of its own, `concurrency` at once, and prints what happens. */
export async function runTests(files: readonly string[], concurrency: number): Promise<Tally> {
  const tally: Tally = { passed: 0, failures: [], skipped: [] }
  if (files.length === 0) return tally
  const events = run({ files: [...files], concurrency, timeout: longest })
  events.on('test:pass', ({ name, file, skip, details }) => {
    if (details.type === 'suite') return
    if (skip === undefined || skip === false) tally.passed += 1
    else tally.skipped.push(`${file ?? ''}: ${name} (${skip === true ? 'no reason given' : skip})`)
  })
  events.on('test:fail', ({ name, file, details, todo }) => {
    if (todo !== undefined) return
    // What contains a test that failed fails with it, and has nothing to add.
    if ((details.error as { readonly failureType?: string }).failureType === 'subtestsFailed') return
    const why = inspect(details.error.cause ?? details.error)
    tally.failures.push({ file: relative('.', file ?? name), name, why })
  })
  const over = Promise.withResolvers<void>()
  const durations: { readonly file: string; readonly seconds: number }[] = []
  events.on('test:summary', ({ success, file, duration_ms }) => {
    if (file === undefined) return
    const path = relative('.', file)
    durations.push({ file: path, seconds: duration_ms / 1000 })
    // Whatever else node:test calls a failure, such as a file that never ended.
    if (!success && !tally.failures.some((failure) => failure.file === path))
      tally.failures.push({ file: path, name: path, why: 'the file did not end well' })
  })
  const report = events.compose(new spec())
  report.on('end', over.resolve)
  report.on('error', over.reject)
  report.pipe(process.stdout, { end: false })
  await over.promise
  const slowest = durations.sort((a, b) => b.seconds - a.seconds).slice(0, listed)
  for (const { file, seconds } of slowest) console.log(`   ${seconds.toFixed(1).padStart(6)} s ${file}`)
  return tally
}
