import { fileURLToPath } from 'node:url'
import { Answerer } from '../support/dialtone.ts'
import { Baresip } from '../support/peers/baresip.ts'
import { descendants, processorMs, residentBytes } from '../support/running-process.ts'
import type { Scope } from '../support/scope.ts'

/** A phone that answers by itself, and its processes: what is measured. */
export interface Side {
  readonly name: string
  readonly target: { readonly address: string; readonly port: number; readonly user: string }
  /** Name of each process -> pid. */
  processes(): Readonly<Record<string, number>>
}

export const rtpPortsOfDialtone = [32_000, 32_999] as const

const busyModule = fileURLToPath(new URL('busy-main-thread.ts', import.meta.url))

/** `busy`: its main process computes for 30 ms at a time. */
export async function startDialtoneSide(scope: Scope, busy = false): Promise<Side> {
  const options = busy ? ['--import', busyModule] : []
  const answerer = await Answerer.start(
    scope,
    ['--audio', 'tone', '--rtp-ports', rtpPortsOfDialtone.join('-')],
    {},
    options,
  )
  return {
    name: 'Dialtone',
    target: { address: answerer.address, port: answerer.port, user: 'dialtone' },
    processes: () => ({
      main: answerer.program.pid,
      ...Object.fromEntries(
        descendants(answerer.program.pid).map(({ pid, command }) => [
          /([\w-]+)\.[tj]s/.exec(command)?.[1] ?? command,
          pid,
        ]),
      ),
    }),
  }
}

export async function startBaresipSide(scope: Scope, toneFile: string, mostCalls: number): Promise<Side> {
  const baresip = await Baresip.start(scope, { play: toneFile, recording: false, mostCalls })
  const { address, sipPort, user } = baresip.profile
  return {
    name: 'baresip',
    target: { address, port: sipPort, user },
    processes: () => ({ main: baresip.program.pid }),
  }
}

export const processorTime = (side: Side): number =>
  Object.values(side.processes()).reduce((sum, pid) => sum + processorMs(pid), 0)

export const memory = (side: Side): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(side.processes()).map(([name, pid]) => [name, residentBytes(pid) / 1024 / 1024]))
