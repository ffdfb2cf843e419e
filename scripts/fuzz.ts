import { parseArgs } from 'node:util'
import { FuzzFailure, fuzz } from '../test/support/fuzz/run.ts'
import { fuzzTargets, type FuzzTargetName } from '../test/support/fuzz/targets.ts'

/**
 * `npm run fuzz -- [--seconds N] [--messages N] [--seed S] [--target NAME]`: mutants of what strangers send, to
 * everything that reads it, N seconds each (10). Prints what a message costs and how the process grows; a broken
 * promise ends it with seed and input, exit code 1.
 */

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    messages: { type: 'string' },
    seed: { type: 'string' },
    target: { type: 'string', multiple: true },
  },
})
const names = Object.keys(fuzzTargets) as FuzzTargetName[]
const chosen = values.target ?? names
const seed = Number(values.seed ?? Math.floor(Math.random() * 0x1_0000_0000))
// A number of messages is meant to be reached, however long it takes.
const limit = values.messages === undefined ? { seconds: Number(values.seconds) } : {}
const messages = Number(values.messages ?? 1e9)
const unknown = chosen.find((name) => !names.includes(name as FuzzTargetName))
if (unknown !== undefined || ![seed, messages, Number(values.seconds)].every((number) => number >= 0)) {
  console.error(unknown === undefined ? 'Numbers are wanted.' : `There is no target ${unknown}: ${names.join(', ')}.`)
  process.exit(2)
}

const us = (ns: number) => `${(ns / 1_000).toFixed(0)} us`.padStart(9)
console.log(`seed ${seed}`)
console.log('target   messages  understood        p50       p99    p99.99       max           growth')
for (const name of chosen as FuzzTargetName[]) {
  try {
    const {
      messages: read,
      understood,
      cost,
      slowest,
      growth,
    } = await fuzz(name, fuzzTargets[name], {
      seed,
      messages,
      ...limit,
    })
    const share = `${((100 * understood) / Math.max(1, read)).toFixed(1)} %`
    const costs = [50, 99, 99.99, 100].map((percent) => us(cost.percentile(percent))).join(' ')
    const grown = `${(growth / 1_048_576).toFixed(1)} MB`
    console.log(`${name.padEnd(8)} ${String(read).padStart(8)} ${share.padStart(11)}  ${costs} ${grown.padStart(16)}`)
    if (slowest.ns > 20e6) console.log(`  slowest: ${slowest.hex}`)
  } catch (error) {
    console.error(error instanceof FuzzFailure ? error.message : error)
    process.exitCode = 1
  }
}
