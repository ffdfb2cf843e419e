import type { Endpoint } from '../transaction-user.ts'
import type { FailedTargets } from './failed-targets.ts'
import type { Network, Target } from './network.ts'

/** RFC 3261 18.1.1: a request larger than this goes over a transport that knows congestion control, bytes. */
const maxDatagramBytes = 1_300

/** One way to try. */
interface Candidate {
  readonly to: Target
  /** `tcp-for-size`: instead of UDP, which is tried next; `any-size`: what was too large for UDP has to do with it. */
  readonly why?: 'tcp-for-size' | 'any-size' | 'again'
}

/** The addresses that one request may still go to, best first (RFC 3263 4.3). */
export class Trial {
  readonly #left: Candidate[]
  readonly #failures: FailedTargets
  readonly #network: Network
  current: Candidate | undefined

  constructor(targets: readonly Target[], failures: FailedTargets, network: Network) {
    this.#left = failures.ordered(targets).map((to) => ({ to }))
    this.#failures = failures
    this.#network = network
  }

  get hasMore(): boolean {
    return this.#left.length > 0
  }

  next(): Candidate | undefined {
    this.current = this.#left.shift()
    return this.current
  }

  /** The current one did not lead to an answer. */
  failed(): void {
    if (this.current) this.#failures.failed(endOf(this.current.to), this.current.why === 'tcp-for-size')
  }

  worked(): void {
    if (this.current) this.#failures.worked(endOf(this.current.to))
  }

  /**
   * Whether the current candidate is a datagram too small for so many bytes: then TCP to the same address is next and
   * UDP after it, for those who do not speak TCP (RFC 3261 18.1.1).
   */
  tooLarge(bytes: number): boolean {
    const { current } = this
    if (!current || current.why === 'any-size' || bytes <= maxDatagramBytes) return false
    const end = endOf(current.to)
    const tcp: Endpoint = { transport: 'tcp', address: end.address, port: end.port }
    if (end.transport !== 'udp' || this.#failures.has(tcp) || !this.#network.leadsTo(tcp)) return false
    this.#left.unshift({ to: tcp, why: 'tcp-for-size' }, { to: current.to, why: 'any-size' })
    return true
  }

  /** The connection broke before an answer: a server may just have closed it for being idle, so once more. */
  again(): void {
    const { current } = this
    if (!current || current.why || 'local' in current.to) return
    this.#left.unshift({ to: current.to, why: 'again' })
  }
}

const endOf = (target: Target): Endpoint => ('local' in target ? target.remote : target)
