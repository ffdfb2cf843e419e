import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { run } from 'node:test'
import { pathToFileURL } from 'node:url'

/**
 * A process of its own for each mutant: `try.ts MUTANT TEST ...` runs the test files with one source changed on its way
 * into this process, and never on the disk. Exit code 0: all tests pass, so nobody noticed; 1: a test failed.
 */

const [mutant = '', ...files] = process.argv.slice(2)
if (mutant !== '') {
  const { file, start, end, text } = JSON.parse(mutant) as { file: string; start: number; end: number; text: string }
  const changed = pathToFileURL(file).href
  registerHooks({
    load(url, context, nextLoad) {
      if (url !== changed) return nextLoad(url, context)
      const source = readFileSync(file, 'utf8')
      return {
        format: 'module-typescript',
        source: source.slice(0, start) + text + source.slice(end),
        shortCircuit: true,
      }
    },
  })
}
const events = run({ files, isolation: 'none' })
events.on('test:fail', ({ todo }) => {
  if (todo === undefined) process.exit(1)
})
events.on('test:summary', ({ success, counts }) => process.exit(success && counts.passed > 0 ? 0 : 1))
events.resume()
