import { readdirSync, readFileSync } from 'node:fs'
import { until } from './until.ts'

/** What Linux tells of processes that run, through /proc. */

interface RunningProcess {
  readonly pid: number
  readonly command: string
}

/** The children of a process and theirs, from /proc; empty where there is none. */
export function descendants(pid: number): readonly RunningProcess[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (state !== 'Z') parents.set(Number(entry), Number(parent))
    } catch {
      // It ended while we were reading.
    }
  }
  const found: number[] = []
  for (let generation = [pid]; generation.length > 0;) {
    generation = [...parents].filter(([, parent]) => generation.includes(parent)).map(([child]) => child)
    found.push(...generation)
  }
  return found.map((child) => ({ pid: child, command: commandOf(child) }))
}

/** The child whose command line contains `part`; waits until there is one. */
export function childNamed(pid: number, part: string): Promise<number> {
  return until(`a child "${part}" of process ${pid}`, () =>
    descendants(pid).find(({ command }) => command.includes(part)),
  ).then((child) => child.pid)
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Resident memory, bytes. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes ?? 0) * 1024
}

/** Processor time of all its threads so far, milliseconds (nanosecond counters of the scheduler). */
export function processorMs(pid: number): number {
  let sum = 0
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      sum += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6
    } catch {
      // The thread ended.
    }
  }
  return sum
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}
