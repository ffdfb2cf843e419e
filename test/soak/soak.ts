import { setTimeout as pause } from 'node:timers/promises'
import type { Scope } from '../support/scope.ts'
import { seeded } from '../support/seeded.ts'
import { until } from '../support/until.ts'
import { openCast, type Cast } from './cast.ts'
import { contradictions } from './consistency.ts'
import { Deeds, type Tally } from './deeds.ts'
import { leaks, measure, type Resources } from './resources.ts'

interface SoakOptions {
  readonly seed: number
  readonly ms: number
  /** Between two deeds, on average, ms. */
  readonly paceMs: number
  /**
   * How long nothing happens before what is held is measured, ms: transactions live for 32 s (RFC 3261 17), those of
   * INVITE to a silent address for as long again. 0: it is not measured.
   */
  readonly restMs: number
  readonly say: (line: string) => void
}

interface SoakReport {
  readonly tally: Tally
  readonly calls: number
  readonly answered: number
  readonly registered: number
  readonly slowStarts: number
  readonly before: Resources | undefined
  readonly after: Resources | undefined
  /** Everything that must not be; empty when all is well. */
  readonly faults: readonly string[]
}

/** Phones that do at random what people and machines do to phones; in the end nothing may be left of it. */
export async function soak(scope: Scope, { seed, ms, paceMs, restMs, say }: SoakOptions): Promise<SoakReport> {
  const faults: string[] = []
  const stray = (thrown: unknown) =>
    void faults.push(`unhandled: ${thrown instanceof Error ? thrown.stack : String(thrown)}`)
  process.on('unhandledRejection', stray)
  scope.after(() => void process.off('unhandledRejection', stray))
  const random = seeded(seed)
  const cast = await openCast(scope, ['alice', 'bob', 'carol'])
  const deeds = new Deeds(cast, { random })

  const act = async (during: number) => {
    const end = performance.now() + during
    while (performance.now() < end) {
      deeds.next()
      await pause(random() * 2 * paceMs)
    }
    await calmDown(cast, deeds)
  }
  let before: Resources | undefined
  if (restMs > 0) {
    // What is compiled, opened and filled once.
    await act(Math.min(60_000, ms / 4))
    await pause(restMs)
    before = measure(cast)
    say(`at rest after warming up: ${described(before)}`)
  }
  await act(ms)
  let after: Resources | undefined
  if (before !== undefined) {
    await pause(restMs)
    after = measure(cast)
    say(`at rest in the end:       ${described(after)}`)
    faults.push(...leaks(before, after))
  }
  for (const actor of cast.actors) faults.push(...contradictions(actor))
  faults.push(...cast.faults, ...deeds.tally.faults)
  const ended = cast.actors.flatMap(({ ended }) => ended)
  return {
    tally: deeds.tally,
    calls: ended.length,
    answered: ended.filter(({ durationMs }) => durationMs > 0).length,
    registered: cast.registrar.registered(),
    slowStarts: cast.slowStarts(),
    before,
    after,
    faults,
  }
}

/** As long as a request to a silent peer takes, what follows from it as long again, and a busy machine's share. */
const calmMs = 100_000

/**
 * Every call is ended by whoever has it, until there is none, and nothing that was begun goes on. The two wait for each
 * other: a transfer is over when its target is answered, or refused.
 */
async function calmDown({ actors }: Cast, deeds: Deeds): Promise<void> {
  const toEnd = () =>
    actors.flatMap(({ name, phone }) => phone.snapshot().calls.map((call) => ({ name, phone, ...call })))
  const asked = new Set<string>()
  try {
    await until(
      'silence',
      () => {
        for (const { name, phone, callId } of toEnd()) {
          const call = `${name} ${callId}`
          if (asked.has(call)) continue
          asked.add(call)
          // Refused by one that has ended meanwhile; may be asked again.
          phone.hangup(callId).catch(() => asked.delete(call))
        }
        return toEnd().length === 0 && deeds.underWay.length === 0
      },
      calmMs,
    )
  } catch (cause) {
    const left = [...deeds.underWay, ...toEnd().map(({ name, callId, state }) => `${name}'s call ${callId}, ${state}`)]
    throw new Error(`still not over after ${calmMs} ms: ${left.join('; ')}`, { cause })
  }
}

function described({ heapBytes, traced, files, handles }: Resources): string {
  const kinds = Object.entries(handles).map(([kind, count]) => `${count} ${kind}`)
  return `${(heapBytes / 1e6).toFixed(1)} MB, ${traced} messages in the traces, ${files} open files, ${kinds.join(', ')}`
}
