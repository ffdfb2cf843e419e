import { type PatternJob, tryPatterns } from '../../electron/dissect/pattern.ts'

/** Entry of the worker that tries regular expressions; ended from outside when it takes too long. */
self.addEventListener('message', ({ data }: MessageEvent<PatternJob>) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window: there is no origin
  self.postMessage(tryPatterns(data))
})
