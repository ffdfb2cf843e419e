import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { seeded } from '../test/support/seeded.ts'
import { isValid, mutantsOf, type Mutant } from './mutate/mutants.ts'
import { rooms } from './mutate/rooms.ts'

/**
 * `npm run mutate -- ROOM [--most N] [--seed S] [--file PART] [--minutes M] [--workers N]`: puts one small fault at a time into a pure
 * room and runs that room's tests. A fault that no test notices is printed: a test is missing, or it changes nothing.
 * Exit code 1 when less than four in five are noticed.
 */

const wanted = 0.8
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    most: { type: 'string', default: '150' },
    seed: { type: 'string', default: '1' },
    file: { type: 'string', default: '' },
    minutes: { type: 'string', default: '10' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
})
const room = rooms[positionals[0] ?? '']
const [most = 0, seed = NaN, minutes = 0, workers = 0] = [values.most, values.seed, values.minutes, values.workers].map(
  Number,
)
if (
  room === undefined ||
  positionals.length !== 1 ||
  !(most > 0) ||
  !Number.isInteger(seed) ||
  !(minutes > 0) ||
  !(workers >= 1)
) {
  console.error(`usage: npm run mutate -- ROOM [--most N] [--seed WHOLE NUMBER] [--file PART OF A PATH] [--minutes N] [--workers N]
rooms: ${Object.keys(rooms).join(', ')}`)
  process.exit(2)
}

type Fate = 'killed' | 'hung' | 'survived'
const tests = room.tests.flatMap((glob) => globSync(glob)).sort()

/** One that takes so long runs round in circles, which is noticed too. */
async function fateOf(mutant: Mutant | undefined, limitMs: number): Promise<Fate> {
  const words = [mutant === undefined ? '' : JSON.stringify(mutant), ...tests]
  const child = spawn(process.execPath, ['scripts/mutate/try.ts', ...words], {
    stdio: 'ignore',
    timeout: limitMs,
    killSignal: 'SIGKILL',
  })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return signal !== null ? 'hung' : code === 0 ? 'survived' : 'killed'
}

const began = performance.now()
if ((await fateOf(undefined, 120_000)) !== 'survived') {
  console.error(`Without any mutant the tests of this room fail: npm test -- ${tests.join(' ')}`)
  process.exit(2)
}
const limitMs = 10_000 + Math.round(5 * (performance.now() - began))

const random = seeded(seed)
const all = room.sources
  .flatMap((glob) => globSync(glob))
  .filter((file) => file.includes(values.file))
  .sort()
  .flatMap((file) => mutantsOf(file, readFileSync(file, 'utf8')))
const chosen = all
  .map((mutant) => ({ mutant, place: random() }))
  .sort((one, other) => one.place - other.place)
  .map(({ mutant }) => mutant)
  .filter(isValid)
  .slice(0, most)
console.log(`${positionals[0]}: ${chosen.length} of ${all.length} mutants, seed ${seed}, ${tests.length} test files`)

const fates = new Map<Mutant, Fate>()
const queue = [...chosen]
const end = began + minutes * 60_000
await Promise.all(
  Array.from({ length: workers }, async () => {
    for (let mutant = queue.shift(); mutant !== undefined && performance.now() < end; mutant = queue.shift())
      fates.set(mutant, await fateOf(mutant, limitMs))
  }),
)
const survivors = chosen.filter((mutant) => fates.get(mutant) === 'survived')
for (const { file, line, what } of survivors.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line))
  console.log(`${file}:${line}: ${what}`)
const share = 1 - survivors.length / fates.size
if (fates.size < chosen.length) console.log(`Time is up: ${fates.size} of ${chosen.length} were tried.`)
console.log(`${fates.size - survivors.length} of ${fates.size} noticed: ${(100 * share).toFixed(1)} %`)
process.exit(share >= wanted ? 0 : 1)
