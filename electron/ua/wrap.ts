import type { Log } from '../phone/ports.ts'

/** Codes of the engine's and the transports' errors that any peer can bring about. */
const peersFaults: ReadonlySet<unknown> = new Set([
  'unreachable',
  'no-transport',
  'too-large',
  'congested',
  'closed',
  'certificate-untrusted',
])

/**
 * Every callback that drachtio-srf or the engine calls goes through here: a throw out of it would close the control
 * link under all calls. Nothing is swallowed: the log has it.
 */
export class Wrap {
  readonly #log: Log

  constructor(log: Log) {
    this.#log = log
  }

  /** `fn` as a callback that cannot throw; `onFault` runs where it did. */
  callback<A extends unknown[]>(where: string, fn: (...args: A) => void, onFault?: () => void): (...args: A) => void {
    return (...args) => {
      try {
        fn(...args)
      } catch (error) {
        this.fault(where, error)
        if (onFault) this.callback(`${where}, making good`, onFault)()
      }
    }
  }

  /** What `fn` gives back, or `otherwise` if it throws. */
  value<T>(where: string, fn: () => T, otherwise: T): T {
    try {
      return fn()
    } catch (error) {
      this.fault(where, error)
      return otherwise
    }
  }

  fault(where: string, error: unknown): void {
    // The address a peer gave leads nowhere, or its connection broke: no fault of ours, and as frequent as it likes.
    if (error instanceof Error && 'code' in error && peersFaults.has(error.code)) {
      this.#log.debug(`not sent, in ${where}`, { error: error.message })
      return
    }
    this.#log.error(`fault in ${where}`, {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
  }
}

/** `fn` for the first call only. */
export function once<A extends unknown[]>(fn: (...args: A) => void): (...args: A) => void {
  let called = false
  return (...args) => {
    if (called) return
    called = true
    fn(...args)
  }
}
