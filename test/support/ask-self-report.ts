import { fileURLToPath } from 'node:url'
import type { Program } from './process.ts'
import { until } from './until.ts'

/** What `self-report.ts` tells of the process it is loaded into. */
export interface SelfReport {
  /** Heap and buffers after a collection. */
  readonly usedBytes: number
  /** Entries of the engine's tables; one that was never used is missing. */
  readonly tables: Readonly<Record<string, number>>
}

/** Options of Node for a phone that is going to be asked. */
export const reporting = ['--expose-gc', '--import', fileURLToPath(new URL('self-report.ts', import.meta.url))]

export async function askSelfReport(program: Program): Promise<SelfReport> {
  const said = program.stderr.length
  program.signal('SIGUSR2')
  const report = await until(
    'its report on itself',
    () => /self report (\{.*\})\n/.exec(program.stderr.slice(said))?.[1],
  )
  return JSON.parse(report) as SelfReport
}
