/** What a caller's address has been up to: what decides whether it may make the phone ring once more. */
export interface CallerRecord {
  /** Its calls that have not ended. */
  readonly calls: number
  /** Those among them that a person hears ringing. */
  readonly ringing: number
  /** It has rung in vain so often that it may not again for a while. */
  readonly tiresome: boolean
}

/** What is counted of a call. */
interface Counted {
  readonly tone: string | null
}

/** So many calls of one stranger may go unanswered before it has to wait, and how long for each further one, ms. */
const patience = { calls: 12, msEach: 3_600_000 }
/** Strangers remembered; the longest silent one is forgotten. */
const mostStrangers = 1_024

/**
 * Calls by the address they came from. Scanners call strangers again and again, never wait for an answer and never say
 * who they are; whoever is answered once is none. Times in ms.
 */
export class Callers {
  readonly #calls = new Map<Counted, { readonly address: string; inVain: boolean }>()
  /** How many of its calls are still to be forgotten, and when the last one ended. */
  readonly #unanswered = new Map<string, { readonly count: number; readonly at: number }>()

  record(address: string, now: number): CallerRecord {
    const own = [...this.#calls].filter(([, from]) => from.address === address).map(([call]) => call)
    return {
      calls: own.length,
      ringing: own.filter(({ tone }) => tone === 'ring').length,
      tiresome: this.#countOf(address, now) > patience.calls - 1,
    }
  }

  began(call: Counted, address: string): void {
    this.#calls.set(call, { address, inVain: false })
  }

  /** A direct call from another network rings, and nobody answers by itself. Others may as often as they like. */
  strangerRings(call: Counted): void {
    const counted = this.#calls.get(call)
    if (counted !== undefined && call.tone === 'ring') counted.inVain = true
  }

  ended(call: Counted, answered: boolean, now: number): void {
    const { address = '', inVain = false } = this.#calls.get(call) ?? {}
    this.#calls.delete(call)
    const count = this.#countOf(address, now) + 1
    if (answered || inVain) this.#unanswered.delete(address)
    if (answered || !inVain) return
    const [longestSilent] = this.#unanswered.size >= mostStrangers ? this.#unanswered.keys() : []
    if (longestSilent !== undefined) this.#unanswered.delete(longestSilent)
    this.#unanswered.set(address, { count, at: now })
  }

  #countOf(address: string, now: number): number {
    const { count, at } = this.#unanswered.get(address) ?? { count: 0, at: now }
    return Math.max(0, count - (now - at) / patience.msEach)
  }
}
