import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Who may see the page. A ticket opens it once, within minutes, and is exchanged for a session that lives in a cookie
 * of the browser until the phone ends. Both are 128 random bits; only their hashes are kept.
 */

export const ticketLifeMs = 10 * 60_000
const mostTickets = 16
const mostSessions = 64
/** Wrong tickets: so many at once, and one more each `forgivenMs`. */
const mostFailures = 10
const forgivenMs = 6000

interface Ticket {
  readonly hash: Buffer
  readonly until: number
}

type Redeemed =
  | { readonly session: string }
  | {
      /** `too-many`: not even looked at, because too many wrong ones came before. */
      readonly refused: 'unknown' | 'too-many'
    }

export class Admission {
  readonly #now: () => number
  #tickets: Ticket[] = []
  readonly #sessions = new Set<string>()
  #failures = 0
  #forgivenAt: number

  /** `now`: monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now
    this.#forgivenAt = now()
  }

  /** A new ticket; the oldest gives way when there are many. */
  ticket(): string {
    const text = secret()
    const until = this.#now() + ticketLifeMs
    this.#tickets = [...this.#live(), { hash: hashOf(text), until }].slice(-mostTickets)
    return text
  }

  /** Uses the ticket up. */
  redeem(text: string): Redeemed {
    if (this.#failuresLeft() === 0) return { refused: 'too-many' }
    const given = hashOf(text)
    // All of them are compared, in constant time: how long it takes tells nothing.
    const rest = this.#live().filter(({ hash }) => !timingSafeEqual(hash, given))
    const found = rest.length < this.#live().length
    this.#tickets = rest
    if (!found) {
      this.#failures += 1
      return { refused: 'unknown' }
    }
    const session = secret()
    this.#sessions.add(hashOf(session).toString('hex'))
    for (const oldest of this.#sessions) {
      if (this.#sessions.size <= mostSessions) break
      this.#sessions.delete(oldest)
    }
    return { session }
  }

  knows(session: string | undefined): boolean {
    return session !== undefined && this.#sessions.has(hashOf(session).toString('hex'))
  }

  #live(): Ticket[] {
    const now = this.#now()
    return this.#tickets.filter(({ until }) => until > now)
  }

  #failuresLeft(): number {
    const forgiven = Math.floor((this.#now() - this.#forgivenAt) / forgivenMs)
    this.#forgivenAt += forgiven * forgivenMs
    this.#failures = Math.max(0, this.#failures - forgiven)
    return Math.max(0, mostFailures - this.#failures)
  }
}

function secret(): string {
  return randomBytes(16).toString('base64url')
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
