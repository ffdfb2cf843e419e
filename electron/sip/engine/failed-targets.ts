import type { Endpoint } from '../transaction-user.ts'
import type { Target } from './network.ts'

/** How long a target that failed is tried last, ms: short at first, and twice as long each time it fails again. */
const memoryMs = 30_000
const longestMemoryMs = 300_000
/** That TCP leads nowhere where UDP does is a property of the peer and does not pass so soon, ms. */
const withoutTcpMs = 600_000
const mostKept = 256

/** RFC 3263 4.3: a client may remember which servers failed, so that not every request waits for them first. */
export class FailedTargets {
  readonly #now: () => number
  readonly #failures = new Map<string, { readonly until: number; readonly ms: number }>()

  constructor(now: () => number) {
    this.#now = now
  }

  failed(target: Endpoint, tcpForSize = false): void {
    const key = keyOf(target)
    const before = this.#failures.get(key)
    // Several requests that fail together are one failure
    const again = before && before.until <= this.#now() ? 2 * before.ms : (before?.ms ?? memoryMs)
    const ms = tcpForSize ? withoutTcpMs : Math.min(again, longestMemoryMs)
    const [oldest] = this.#failures.keys()
    if (oldest !== undefined && this.#failures.size >= mostKept) this.#failures.delete(oldest)
    this.#failures.delete(key)
    this.#failures.set(key, { until: this.#now() + ms, ms })
  }

  worked(target: Endpoint): void {
    if (this.#failures.size > 0) this.#failures.delete(keyOf(target))
  }

  has(target: Endpoint): boolean {
    return (this.#failures.get(keyOf(target))?.until ?? 0) > this.#now()
  }

  /** Those that failed go last; otherwise the order stays. */
  ordered(targets: readonly Target[]): Target[] {
    if (this.#failures.size === 0) return [...targets]
    const suspect = (target: Target) => this.has('local' in target ? target.remote : target)
    return [...targets.filter((target) => !suspect(target)), ...targets.filter(suspect)]
  }
}

const keyOf = ({ transport, address, port }: Endpoint): string => `${transport} ${address} ${port}`
