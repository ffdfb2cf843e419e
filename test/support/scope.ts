import type { TestContext } from 'node:test'

/** How long something started for a test, or for a script, lives. */
export interface Scope {
  /** Cleans up at the end, newest first. */
  after(cleanUp: () => Promise<unknown> | void): void
  /** What to print about it when the test has failed, while everything still runs. */
  onFailure(describe: () => Promise<string> | string): void
}

/** For scripts: cleans up when told to. */
export class ScriptScope implements Scope {
  readonly #cleanUps: (() => Promise<unknown> | void)[] = []
  readonly #reports: (() => Promise<string> | string)[] = []

  after(cleanUp: () => Promise<unknown> | void): void {
    this.#cleanUps.push(cleanUp)
  }

  onFailure(describe: () => Promise<string> | string): void {
    this.#reports.push(describe)
  }

  /** What everybody has to say about a failure. */
  async report(): Promise<string> {
    const texts = this.#reports.map(async (describe) => {
      try {
        return await describe()
      } catch (error) {
        return `(no report: ${String(error)})`
      }
    })
    return (await Promise.all(texts)).filter((text) => text !== '').join('\n')
  }

  /** Everything gets its turn; the first failure is thrown at the end. */
  async end(): Promise<void> {
    const failures: unknown[] = []
    while (this.#cleanUps.length > 0) {
      try {
        await this.#cleanUps.pop()?.()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}

/** NOTE: @types/node lags behind Node here. */
interface WithOutcome extends TestContext {
  readonly passed: boolean
}

/** The scope of a test. node:test itself cleans up oldest first, folders before the programs that use them. */
export function scopeOf(t: TestContext): Scope {
  const scope = new ScriptScope()
  t.after(async () => {
    if (!(t as WithOutcome).passed) t.diagnostic(await scope.report())
    await scope.end()
  })
  return scope
}
