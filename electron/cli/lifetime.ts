import type { Lifetime, StopReason } from './world.ts'

/** What of `process` is needed. */
interface ProcessLike {
  readonly ppid: number
  on(signal: NodeJS.Signals, listener: () => void): unknown
  off(signal: NodeJS.Signals, listener: () => void): unknown
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** A parent's end shows only as another parent's number; asking is cheap. */
const parentPollMs = 500

/**
 * Watches for reasons to end: signals, and the end of the process that started this one. A second signal means that
 * somebody has lost patience: `force` then ends the process at once.
 */
export function watchLifetime(subject: ProcessLike, force: () => void): Lifetime & { close(): void } {
  const stopped = Promise.withResolvers<StopReason>()
  let asked = false
  const listeners = signals.map((signal) => {
    const listener = () => {
      if (asked) force()
      asked = true
      stopped.resolve(signal)
    }
    subject.on(signal, listener)
    return { signal, listener }
  })
  const parent = subject.ppid
  const timer = setInterval(() => {
    if (subject.ppid !== parent) stopped.resolve('parent-gone')
  }, parentPollMs)
  timer.unref()
  return {
    stopped: stopped.promise,
    close() {
      clearInterval(timer)
      for (const { signal, listener } of listeners) subject.off(signal, listener)
    },
  }
}
