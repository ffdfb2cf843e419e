import type { CommandName } from './options.ts'

/** The command line makes no sense: exit code 2. */
export class UsageError extends Error {
  /** What was probably meant. */
  readonly hint: string | undefined
  readonly command: CommandName | undefined
  constructor(message: string, hint?: string, command?: CommandName) {
    super(message)
    this.name = 'UsageError'
    this.hint = hint
    this.command = command
  }
}

/** The candidate that differs from `name` least, if it is near enough to be a slip of the finger. */
export function closest(name: string, candidates: readonly string[]): string | undefined {
  if (name === '' || name.length > 40) return undefined
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: distance(name, candidate) }))
    .toSorted((one, other) => one.distance - other.distance)
  return best !== undefined && best.distance <= Math.ceil(best.candidate.length / 3) ? best.candidate : undefined
}

/** Levenshtein's. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (let column = 1; column <= other.length; column++)
      next.push(
        Math.min(
          (next[column - 1] ?? 0) + 1,
          (row[column] ?? 0) + 1,
          (row[column - 1] ?? 0) + (letter === other[column - 1] ? 0 : 1),
        ),
      )
    row = next
  }
  return row[other.length] ?? 0
}
