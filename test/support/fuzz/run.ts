import { createHistogram, type PerformanceEntry, PerformanceObserver, type RecordableHistogram } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { mutate } from '../mutate.ts'
import { seeded } from '../seeded.ts'
import type { FuzzTarget, OpenTarget } from './target.ts'

interface FuzzOptions {
  readonly seed: number
  /** The end, whichever comes first. */
  readonly messages: number
  readonly seconds?: number
}

interface FuzzReport {
  readonly messages: number
  /** Mutants that were still understood. */
  readonly understood: number
  /**
   * What one message takes, nanoseconds: of more than `suspicious` the least of four readings. Where reading waits, it is
   * read once, and the collections of garbage in between are left out.
   */
  readonly cost: RecordableHistogram
  /** The message that took longest, where reading does not wait. */
  readonly slowest: { readonly ns: number; readonly hex: string }
  /** Of what is alive since a tenth of the messages was read, bytes. */
  readonly growth: number
}

/** A promise that was broken: with the seed it breaks again, and with the input alone as well. */
export class FuzzFailure extends Error {
  constructor(name: string, seed: number, round: number, input: Uint8Array, cause: unknown) {
    const why = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
    super(`${name}, seed ${seed}, message ${round}: ${why}\ninput ${Buffer.from(input).toString('hex')}`, { cause })
  }
}

/** Other programs, a collection of garbage or the compiler may have been in between, milliseconds. */
const suspicious = 0.3

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What is left once the garbage is gone, bytes. */
function alive(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** The collections of garbage of this process. */
class Pauses {
  #all: PerformanceEntry[] = []
  readonly #observer = new PerformanceObserver((list) => this.#all.push(...list.getEntries()))

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] })
  }

  /** How long it stood still in the `ms` from `began` on, milliseconds; told only of what is suspicious. */
  async within(began: number, ms: number): Promise<number> {
    if (ms <= suspicious) return 0
    // They are told of in a turn of their own.
    await new Promise((resolve) => setImmediate(resolve))
    const all = [...this.#all, ...this.#observer.takeRecords()]
    this.#all = []
    return all
      .filter(({ startTime }) => startTime >= began && startTime < began + ms)
      .reduce((sum, { duration }) => sum + duration, 0)
  }

  close(): void {
    this.#observer.disconnect()
  }
}

function again(target: FuzzTarget, input: Buffer): number {
  const copy = Buffer.from(input)
  const began = performance.now()
  void target.read(copy)
  return performance.now() - began
}

/** Reads mutants of a target's corpus, the same for the same seed. Rejects with a FuzzFailure. */
export async function fuzz(name: string, open: OpenTarget, options: FuzzOptions): Promise<FuzzReport> {
  const { seed, messages, seconds = Infinity } = options
  const random = seeded(seed)
  // Chance of its own: how often it is read depends on time.
  const target = await open(seeded(seed + 1))
  const { corpus } = target
  const cost = createHistogram({ lowest: 1, highest: 1e11, figures: 3 })
  const end = performance.now() + seconds * 1_000
  const pauses = new Pauses()
  let slowest = { ns: 0, hex: '' }
  let [round, understood, before] = [0, 0, 0]
  for (; round < messages && (round % 64 !== 0 || performance.now() < end); round++) {
    if (round === Math.floor(messages / 10) || (before === 0 && round === 5_000)) before = alive()
    const mutant = mutate(corpus[round % corpus.length] as Uint8Array, corpus, random)
    const input = Buffer.from(mutant)
    try {
      const began = performance.now()
      const read = target.read(mutant)
      const isUnderstood = typeof read === 'boolean' ? read : await read
      let ms = performance.now() - began
      if (typeof read !== 'boolean') ms -= await pauses.within(began, ms)
      else if (ms > suspicious) ms = Math.min(ms, again(target, input), again(target, input), again(target, input))
      if (isUnderstood) {
        understood++
        target.check?.(Buffer.from(input))
      }
      const ns = Math.max(1, Math.round(ms * 1e6))
      cost.record(ns)
      if (ns > slowest.ns && typeof read === 'boolean') slowest = { ns, hex: input.toString('hex') }
    } catch (error) {
      throw new FuzzFailure(name, seed, round, input, error)
    }
  }
  const growth = before === 0 ? 0 : alive() - before
  pauses.close()
  await target.close?.()
  return { messages: round, understood, cost, slowest, growth }
}
