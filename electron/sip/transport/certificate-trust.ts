/** A certificate that does not prove whose it is: what somebody has to know to decide. */
export interface CertificateFacts {
  /** Whom we wanted to talk to: the domain or address as the user knows it. */
  readonly host: string
  /** SHA-256, as `AB:CD:...`. */
  readonly fingerprint: string
  readonly subject: string
  readonly issuer: string
  /** ISO 8601, UTC; empty if the certificate does not say. */
  readonly validTo: string
  /** What is wrong with it, for people. */
  readonly reason: string
  /** The same for programs: who signed it is not known, it is for somebody else, or its time is over. */
  readonly fault: 'unknown-authority' | 'wrong-name' | 'expired'
}

/** `once`: until the phone ends. `always`: whoever is asked also remembers it, and gives it as `pinned` next time. */
export type CertificateAnswer = 'once' | 'always' | 'never'

export interface PinnedCertificate {
  readonly host: string
  readonly fingerprint: string
}

const mostKept = 1_000

interface Decision {
  readonly host: string
  readonly answered: Promise<Verdict>
  verdict: Verdict
  /** Somebody has waited for it in vain: nobody waits any more. */
  late: boolean
}

/** `undecided`: nobody has answered in time. */
type Verdict = 'accepted' | 'refused' | 'undecided'

/** Which certificates are taken although nobody we trust vouches for them: pinned to one host by their fingerprint. */
export class CertificateTrust {
  readonly #ask: ((facts: CertificateFacts) => Promise<CertificateAnswer>) | undefined
  /** By host and fingerprint: what was decided, or who is being asked. */
  readonly #decided = new Map<string, Decision>()

  constructor(
    pinned: readonly PinnedCertificate[] = [],
    ask?: (facts: CertificateFacts) => Promise<CertificateAnswer>,
  ) {
    this.#ask = ask
    for (const { host, fingerprint } of pinned) {
      this.#keep(host, fingerprint, Promise.resolve('accepted'), 'accepted')
    }
  }

  /** Asks once for each certificate and host, however many connections wait. `late` settles when the waiting is over. */
  async judge(facts: CertificateFacts, late: Promise<void>): Promise<Verdict> {
    const { host, fingerprint } = facts
    const decision = this.#decided.get(keyOf(host, fingerprint)) ?? this.#question(facts)
    if (decision === undefined) return 'refused'
    // Late before: the next connection after the answer is the one
    if (decision.verdict !== 'undecided' || decision.late) return decision.verdict
    const over = late.then((): Verdict => {
      decision.late = true
      return 'undecided'
    })
    return Promise.race([decision.answered, over])
  }

  #question(facts: CertificateFacts): Decision | undefined {
    const { host, fingerprint } = facts
    if (!this.#ask || this.#decided.size >= mostKept) return undefined
    const key = keyOf(host, fingerprint)
    const answered = this.#ask(facts).then(
      (given): Verdict => {
        if (given === 'never') return 'refused'
        // Who is trusted now replaces who was before
        this.#forgetOthers(host, key)
        return 'accepted'
      },
      (): Verdict => 'refused', // nobody could be asked; next time perhaps
    )
    const decision = this.#keep(host, fingerprint, answered)
    void answered.then((verdict) => {
      decision.verdict = verdict
      // Whoever is asked remembers a refusal, and may think again
      if (verdict === 'refused') this.#decided.delete(key)
    })
    return decision
  }

  #keep(host: string, fingerprint: string, answered: Promise<Verdict>, verdict: Verdict = 'undecided'): Decision {
    const decision: Decision = { host: host.toLowerCase(), answered, verdict, late: false }
    this.#decided.set(keyOf(host, fingerprint), decision)
    return decision
  }

  #forgetOthers(host: string, kept: string): void {
    for (const [key, decision] of this.#decided) {
      if (key !== kept && decision.host === host.toLowerCase()) this.#decided.delete(key)
    }
  }
}

const keyOf = (host: string, fingerprint: string): string => `${host.toLowerCase()} ${fingerprint.toUpperCase()}`
