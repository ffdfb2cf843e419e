import { parseArgs } from 'node:util'
import { ScriptScope } from '../test/support/scope.ts'
import { handles } from '../test/soak/resources.ts'
import { soak } from '../test/soak/soak.ts'

/**
 * `npm run soak [-- --minutes N --seed S --pace MS]`: three whole phones call, hold, transfer, register, lose devices
 * and processes, sleep and wake at random, while their registrar comes and goes. In the end there may be no leak, no
 * unhandled rejection, and no call whose log contradicts its trace. The same seed does the same things, as far as the
 * answers come in the same order.
 */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    pace: { type: 'string', default: '400' },
  },
})
const [minutes, seed, paceMs] = [Number(values.minutes), Number(values.seed), Number(values.pace)]
if (!(minutes > 0) || !Number.isInteger(seed) || !(paceMs > 0)) {
  console.error('usage: npm run soak -- [--minutes N] [--seed WHOLE NUMBER] [--pace MS]')
  process.exit(2)
}

const scope = new ScriptScope()
const began = process.cpuUsage()
console.log(`soak: ${minutes} min, seed ${seed}, something every ${paceMs} ms on average`)
const faults: string[] = []
try {
  const report = await soak(scope, { seed, ms: minutes * 60_000, paceMs, restMs: 70_000, say: console.log })
  faults.push(...report.faults)
  const lines = (table: ReadonlyMap<string, number>) =>
    [...table].sort((one, other) => other[1] - one[1]).map(([name, count]) => `${name} ${count}`)
  console.log(`done:    ${lines(report.tally.done).join(', ')}`)
  console.log(`refused: ${lines(report.tally.refused).join(', ')}`)
  console.log(`calls ended: ${report.calls}, answered: ${report.answered}; registrations: ${report.registered}`)
  console.log(`media processes that this machine was too busy to start in time: ${report.slowStarts}`)
} catch (error) {
  faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
await scope.end()
// What is closed takes a turn or two to be gone.
await new Promise((resolve) => setTimeout(resolve, 1000))
const left = Object.entries(handles()).filter(([kind]) => !/^(?:TTY|Pipe|Immediate)Wrap$|^Immediate$/.test(kind))
if (left.length > 0) faults.push(`left after the end: ${left.map(([kind, count]) => `${count} ${kind}`).join(', ')}`)
const { user, system } = process.cpuUsage(began)
console.log(`CPU of this process: ${((user + system) / 1e6).toFixed(1)} s`)
for (const fault of faults) console.log(`FAULT ${fault}`)
console.log(faults.length === 0 ? 'all is well' : `${faults.length} faults with seed ${seed}`)
process.exit(faults.length === 0 ? 0 : 1)
