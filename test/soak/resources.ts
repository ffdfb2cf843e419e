import { readdirSync } from 'node:fs'
import type { Cast } from './cast.ts'

/** What this process holds, when nothing goes on. */
export interface Resources {
  readonly heapBytes: number
  /** Messages that the traces keep: they are bounded, and fill up slowly. */
  readonly traced: number
  readonly files: number
  readonly handles: Readonly<Record<string, number>>
}

/** A message in the trace with its summary, bytes. */
const tracedBytes = 3000
/** What caches and compiled code may take beyond that, bytes. */
const heapAllowance = 4_000_000

export function measure(cast: Cast): Resources {
  const traced = cast.actors.reduce((sum, { phone }) => sum + phone.trace.list({ limit: 10_000 }).length, 0)
  for (let turn = 0; turn < 3; turn++) globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return { heapBytes: heapUsed + arrayBuffers, traced, files: openFiles(), handles: handles() }
}

/** Sockets, timers, children and the like by kind. */
export function handles(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}

/** What there is more of than before, in words; empty when nothing leaks. */
export function leaks(before: Resources, after: Resources): readonly string[] {
  const found: string[] = []
  const grown = after.heapBytes - before.heapBytes
  const allowed = heapAllowance + Math.max(0, after.traced - before.traced) * tracedBytes
  if (globalThis.gc !== undefined && grown > allowed) found.push(`heap: ${grown} bytes more, ${allowed} allowed`)
  // A connection of a moment may come and go.
  if (after.files > before.files + 2) found.push(`open files: ${before.files} before, ${after.files} after`)
  for (const [kind, count] of Object.entries(after.handles)) {
    const earlier = before.handles[kind] ?? 0
    if (count > earlier + (kind === 'Timeout' ? 3 : 1)) found.push(`${kind}: ${earlier} before, ${count} after`)
  }
  return found
}
