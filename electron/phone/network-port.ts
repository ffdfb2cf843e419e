/** What the user agent asks the phone about the network: whom to trust, and how we are reached. Part of ports.ts. */

/** A certificate that does not prove whose it is: what somebody has to know to decide. */
export interface CertificateQuestion {
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
  readonly fault: 'unknown-authority' | 'wrong-name' | 'expired'
}

/** `once`: until the phone ends. */
export type CertificateAnswer = 'once' | 'always' | 'never'

export interface PinnedCertificate {
  readonly host: string
  readonly fingerprint: string
}

/** Who decides about certificates that nobody we trust vouches for. */
export interface CertificateDecisions {
  /** Accepted for good, each for one host. */
  readonly pinned: readonly PinnedCertificate[]
  /** Settles when somebody has decided, however long that takes. */
  decide(question: CertificateQuestion): Promise<CertificateAnswer>
}
