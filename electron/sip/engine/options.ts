import type { Clock } from '../clock.ts'
import type { Endpoint, TransactionUser, WireTap } from '../transaction-user.ts'
import type { TimerValues } from '../transaction/timer-values.ts'
import type { Probe, Transport } from '../transport/transport.ts'
import type { Rates } from './rate-limit-sources.ts'

/** What the engine is made of. Everything that knows time, chance or the network is handed in. */
export interface EngineOptions {
  readonly clock: Clock
  /** That many unpredictable bytes (RFC 3261 19.3: tags, 8.1.1.4: Call-IDs, 8.1.1.7: branches). */
  readonly random: (bytes: number) => Uint8Array
  /** Bound, and the engine's own from now on: it becomes their delegate and closes them. */
  readonly transports: readonly Transport[]
  readonly probe: Probe
  readonly user: TransactionUser
  /** Where `host` names and SIP URIs lead (RFC 3263). */
  readonly locate: Locate
  readonly wireTap?: WireTap
  /** Faults of our own and throws out of `user` and `wireTap`; must not throw. */
  readonly onFault: (error: unknown, where: string) => void
  /** User-Agent and Server header (RFC 3261 20.41, 20.35). */
  readonly userAgent: string
  /** Methods the user answers; others get 405 or 501 (RFC 3261 8.2.1). ACK and CANCEL are the engine's own. */
  readonly allow: readonly string[]
  /** Option tags (RFC 3261 19.2); an unknown one in Require gets 420. */
  readonly supported: readonly string[]
  /** RFC 3261 table 4; only tests change it. */
  readonly timers?: TimerValues
  readonly limits?: Partial<Limits>
  /** How often strangers may begin something new. */
  readonly rates?: Partial<Rates>
}

/** The addresses to try for a SIP URI, best first. Rejects when there is none. */
export type Locate = (uri: string) => Promise<readonly Endpoint[]>

/** Bounds that no peer can push the engine over. */
export interface Limits {
  /** Client transactions; beyond, `send` fails. */
  readonly clientTransactions: number
  /** Server transactions; beyond, requests outside dialogs are answered 503 without state. */
  readonly serverTransactions: number
  /** INVITEs that still wait for their final answer or its ACK; beyond, 503 with Retry-After. */
  readonly pendingInvites: number
  /** The same from one address, so that one flood leaves room for others. */
  readonly pendingInvitesPerSource: number
  /** Dialogs, early ones included; beyond, 503 with Retry-After. */
  readonly dialogs: number
  /** Early or forked dialogs of one INVITE; further forks are ignored or ended. */
  readonly forks: number
  /** An INVITE the peer keeps ringing without an end is given up, ms. */
  readonly ringingMs: number
}

export const defaultLimits: Limits = {
  clientTransactions: 10_000,
  serverTransactions: 20_000,
  pendingInvites: 1_000,
  pendingInvitesPerSource: 500,
  dialogs: 2_000,
  forks: 16,
  ringingMs: 1_800_000,
}
