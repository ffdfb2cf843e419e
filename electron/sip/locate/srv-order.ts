import type { SrvRecord } from './resolver.ts'

/**
 * The order in which to try servers (RFC 2782): by priority, and among equals by chance, the heavier the likelier.
 * `random` gives 0 to 1. A target of `.` says that there is no such service.
 */
export function inSrvOrder(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const usable = records.filter(({ name, port }) => name !== '' && name !== '.' && port > 0 && port <= 65_535)
  const priorities = [...new Set(usable.map(({ priority }) => priority))].toSorted((one, other) => one - other)
  return priorities.flatMap((wanted) => {
    const left = usable.filter(({ priority }) => priority === wanted)
    // RFC 2782: those without weight come first in the list, so that they get a small chance
    left.sort((one, other) => Number(one.weight > 0) - Number(other.weight > 0))
    const ordered: SrvRecord[] = []
    while (left.length > 0) ordered.push(...left.splice(chosen(left, random), 1))
    return ordered
  })
}

function chosen(records: readonly SrvRecord[], random: () => number): number {
  const total = records.reduce((sum, { weight }) => sum + weight, 0)
  const mark = Math.floor(random() * (total + 1))
  let sum = 0
  const found = records.findIndex(({ weight }) => (sum += weight) >= mark)
  return Math.max(0, found)
}
