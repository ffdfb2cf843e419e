import { Worker } from 'node:worker_threads'
import { mostPatternMs, type PatternJob, PatternTimeout, tryPatterns } from '../dissect/pattern.ts'

const code = `const { parentPort, workerData } = require('node:worker_threads')
parentPort.postMessage((${tryPatterns.toString()})(workerData))`

/** Tries regular expressions beside this thread, for so long and no longer. Rejects with a PatternTimeout. */
export function runPatterns(job: PatternJob, limitMs = mostPatternMs): Promise<readonly number[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>()
  const worker = new Worker(code, { eval: true, workerData: job, resourceLimits: { maxOldGenerationSizeMb: 256 } })
  const timer = setTimeout(() => reject(new PatternTimeout()), limitMs)
  worker.once('message', resolve)
  worker.once('error', reject)
  return promise.finally(() => {
    clearTimeout(timer)
    void worker.terminate()
  })
}
