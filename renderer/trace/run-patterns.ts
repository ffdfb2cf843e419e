import { mostPatternMs, type PatternJob, PatternTimeout } from '../../electron/dissect/pattern.ts'

/** Tries regular expressions beside the page, for so long and no longer. Rejects with a PatternTimeout. */
export function runPatterns(job: PatternJob): Promise<readonly number[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>()
  const worker = new Worker(new URL('pattern-worker.ts', import.meta.url))
  const timer = setTimeout(() => reject(new PatternTimeout()), mostPatternMs)
  worker.addEventListener('message', ({ data }: MessageEvent<readonly number[]>) => resolve(data))
  worker.addEventListener('error', ({ message }) => reject(new Error(message)))
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window: there is no origin
  worker.postMessage(job)
  return promise.finally(() => {
    clearTimeout(timer)
    worker.terminate()
  })
}
