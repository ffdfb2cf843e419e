/** Regular expressions of a user, each with the texts it is tried on. */
export interface PatternJob {
  readonly patterns: readonly { readonly source: string; readonly flags: string; readonly texts: readonly string[] }[]
  /** How many texts each has. */
  readonly count: number
}

/** So long may a search take, ms: an expression with nested repetition takes longer than anybody lives. */
export const mostPatternMs = 2000

/** The search took longer than that, and was ended. */
export class PatternTimeout extends Error {
  constructor() {
    super(
      `The regular expression took longer than ${mostPatternMs / 1000} s: avoid repetition inside repetition, such as (a+)+`,
    )
    this.name = 'PatternTimeout'
  }
}

/**
 * The indices of the texts that meet all patterns. Runs in a worker alone: it may take for ever. Node's worker is
 * started with its source: it uses nothing from outside.
 */
export function tryPatterns(job: PatternJob): number[] {
  const patterns = job.patterns.map(({ source, flags, texts }) => ({ pattern: new RegExp(source, flags), texts }))
  const indices: number[] = []
  for (let index = 0; index < job.count; index++)
    if (patterns.every(({ pattern, texts }) => pattern.test(texts[index] ?? ''))) indices.push(index)
  return indices
}
