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
}

/** `once`: until the phone ends. `always`: whoever is asked also remembers it, and gives it as `pinned` next time. */
export type CertificateAnswer = 'once' | 'always' | 'never'

export interface PinnedCertificate {
  readonly host: string
  readonly fingerprint: string
}

const mostKept = 1_000

/** Which certificates are taken although nobody we trust vouches for them: pinned to one host by their fingerprint. */
export class CertificateTrust {
  readonly #ask: ((facts: CertificateFacts) => Promise<CertificateAnswer>) | undefined
  /** By host and fingerprint: what was decided, or who is being asked. */
  readonly #decided = new Map<string, Promise<boolean>>()

  constructor(
    pinned: readonly PinnedCertificate[] = [],
    ask?: (facts: CertificateFacts) => Promise<CertificateAnswer>,
  ) {
    this.#ask = ask
    for (const { host, fingerprint } of pinned) this.#decided.set(keyOf(host, fingerprint), Promise.resolve(true))
  }

  /** Asks once for each certificate and host, however many connections wait for it. Never rejects. */
  isAccepted(facts: CertificateFacts): Promise<boolean> {
    const key = keyOf(facts.host, facts.fingerprint)
    const known = this.#decided.get(key)
    if (known) return known
    if (!this.#ask || this.#decided.size >= mostKept) return Promise.resolve(false)
    const answer = this.#ask(facts).then(
      (given) => given !== 'never',
      () => {
        this.#decided.delete(key) // nobody could be asked; next time perhaps
        return false
      },
    )
    this.#decided.set(key, answer)
    return answer
  }
}

const keyOf = (host: string, fingerprint: string): string => `${host.toLowerCase()} ${fingerprint.toUpperCase()}`
