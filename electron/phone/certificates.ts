import { PhoneError } from './phone-error.ts'
import type { CertificateAnswer, CertificateQuestion, PinnedCertificate } from './ports.ts'

/** A certificate that somebody has to decide about, as the contract shows it. */
export interface UntrustedCertificate extends CertificateQuestion {
  /** The host is known, and showed another certificate when it was accepted for good. */
  readonly changed: boolean
}

interface CertificatesOptions {
  /** What is kept of them, from whatever file it came. */
  readonly stored: unknown
  /** Durable when it returns; throws when it cannot be written. */
  readonly save: (stored: unknown) => void
  /** Somebody is to decide about it. */
  readonly onQuestion: (certificate: UntrustedCertificate) => void
  /** A question is there, or is not there any more. */
  readonly onChanged: () => void
  /** A certificate is accepted that was not before: what failed for want of it may be tried again. */
  readonly onAccepted: () => void
}

/** So many questions wait at once, and so many refusals are remembered; more would come from an attack, not from servers. */
const mostOpen = 32
/** So many are kept for good. */
const mostPinned = 1000

interface Open {
  readonly certificate: UntrustedCertificate
  readonly settle: (answer: CertificateAnswer) => void
}

/** Decides about certificates that nobody we trust vouches for: by what was decided before, else by asking the user. */
export class Certificates {
  readonly #options: CertificatesOptions
  readonly #open = new Map<string, Open>()
  /** Refused in this run: not asked about again, but the user may think again. */
  readonly #refused = new Map<string, UntrustedCertificate>()
  /** Refused first and accepted on second thoughts: what whoever asks again is told. */
  readonly #reconsidered = new Map<string, CertificateAnswer>()
  /** Fingerprints by host. */
  #pinned: ReadonlyMap<string, string>

  constructor(options: CertificatesOptions) {
    this.#options = options
    this.#pinned = readPinned(options.stored)
  }

  /** For the user agent to begin with. */
  get pinned(): readonly PinnedCertificate[] {
    return listed(this.#pinned)
  }

  /** The questions that wait for an answer. */
  get questions(): readonly UntrustedCertificate[] {
    return [...this.#open.values()].map(({ certificate }) => certificate)
  }

  /** Resolves when somebody has decided, however long that takes. */
  decide(question: CertificateQuestion): Promise<CertificateAnswer> {
    const host = question.host.toLowerCase()
    const key = keyOf(question)
    const reconsidered = this.#reconsidered.get(key)
    if (reconsidered !== undefined) {
      this.#reconsidered.delete(key)
      return Promise.resolve(reconsidered)
    }
    if (this.#refused.has(key) || this.#open.has(key) || this.#open.size >= mostOpen) return Promise.resolve('never')
    const known = this.#pinned.get(host)
    const changed = known !== undefined && known !== question.fingerprint
    const why = changed
      ? `${question.reason}; and it is not the one that was accepted for ${host} before: somebody may be in between`
      : question.reason
    const certificate: UntrustedCertificate = { ...question, reason: why, changed }
    return new Promise((settle) => {
      this.#open.set(key, { certificate, settle })
      this.#options.onQuestion(certificate)
      this.#options.onChanged()
    })
  }

  /** Answers for every host that showed it. Throws PhoneError `not-found`, or `internal` when it cannot be kept. */
  answer(fingerprint: string, accept: CertificateAnswer): void {
    const wanted = fingerprint.toUpperCase()
    const open = [...this.#open].filter(([, { certificate }]) => certificate.fingerprint.toUpperCase() === wanted)
    const refused = [...this.#refused].filter(([, certificate]) => certificate.fingerprint.toUpperCase() === wanted)
    if (open.length === 0 && refused.length === 0) {
      throw new PhoneError('not-found', 'Nobody has shown this certificate', { field: 'fingerprint' })
    }
    const shown = [...open.map(([, { certificate }]) => certificate), ...refused.map(([, certificate]) => certificate)]
    if (accept === 'always') this.#pin(shown)
    for (const [key] of accept === 'never' ? [] : refused) {
      this.#refused.delete(key)
      keepNewest(this.#reconsidered, key, accept)
    }
    for (const [key, { certificate, settle }] of open) {
      this.#open.delete(key)
      if (accept === 'never') this.#refuse(key, certificate)
      settle(accept)
    }
    this.#options.onChanged()
    // After the connection itself has heard of it
    if (accept !== 'never') setImmediate(this.#options.onAccepted)
  }

  /** Somebody tries anew on purpose: what was refused is asked about again. */
  askAgain(): void {
    this.#refused.clear()
  }

  /** Whoever waits is told no. */
  close(): void {
    for (const { settle } of this.#open.values()) settle('never')
    this.#open.clear()
  }

  #refuse(key: string, certificate: UntrustedCertificate): void {
    keepNewest(this.#refused, key, certificate)
  }

  #pin(certificates: readonly UntrustedCertificate[]): void {
    const pinned = new Map(this.#pinned)
    for (const { host, fingerprint } of certificates) pinned.set(host.toLowerCase(), fingerprint)
    const kept = [...pinned].slice(-mostPinned)
    try {
      this.#options.save({ pinned: listed(kept) })
    } catch (error) {
      throw new PhoneError('internal', 'The certificate could not be saved', {}, { cause: error })
    }
    this.#pinned = new Map(kept)
  }
}

function keepNewest<T>(table: Map<string, T>, key: string, value: T): void {
  const [oldest] = table.keys()
  if (oldest !== undefined && table.size >= mostOpen) table.delete(oldest)
  table.set(key, value)
}

const keyOf = ({ host, fingerprint }: PinnedCertificate) => `${host.toLowerCase()} ${fingerprint.toUpperCase()}`

/** The certificates that were accepted for good, from whatever file it came; what makes no sense in it is left out. */
export function pinnedIn(stored: unknown): readonly PinnedCertificate[] {
  return listed(readPinned(stored))
}

const listed = (pinned: Iterable<readonly [host: string, fingerprint: string]>): readonly PinnedCertificate[] =>
  Array.from(pinned, ([host, fingerprint]) => ({ host, fingerprint }))

/** What of a stored file makes sense. */
function readPinned(stored: unknown): ReadonlyMap<string, string> {
  const list = isRecord(stored) && Array.isArray(stored['pinned']) ? (stored['pinned'] as unknown[]) : []
  const pinned = new Map<string, string>()
  for (const entry of list.slice(0, mostPinned)) {
    if (!isRecord(entry)) continue
    const { host, fingerprint } = entry
    const usable = typeof fingerprint === 'string' && /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/.test(fingerprint)
    if (typeof host === 'string' && host.length <= 255 && usable) pinned.set(host.toLowerCase(), fingerprint)
  }
  return pinned
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
