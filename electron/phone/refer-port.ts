/** What the phone needs of SIP to transfer calls (RFC 3515, RFC 3891, RFC 3892), in its own words. */
import type { FinalResponse } from './user-agent.ts'

/** A dialog, from the side that holds it. */
export interface DialogName {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
}

/** The dialog whose place a new call is to take, from the side that is called (RFC 3891 6.1). */
export interface Replaces {
  readonly callId: string
  /** Of whom the new call goes to. */
  readonly toTag: string
  /** Of the one that is replaced. */
  readonly fromTag: string
  readonly earlyOnly: boolean
}

/** What the peer is asked to call in our place. */
export interface Refer {
  /** A SIP URI without headers. */
  readonly target: string
  readonly replaces?: Replaces
  /** Who asks, a SIP URI (RFC 3892). */
  readonly referredBy: string
}

export interface ReferDelegate {
  /** The final answer to the REFER. `subscribed`: reports are to follow; without, nobody will ever tell (RFC 4488). */
  onAnswered(response: FinalResponse & { readonly subscribed: boolean }): void
  /** A NOTIFY, which may come before the answer (RFC 6665 4.1.2.4). */
  onReport(report: ReferReport): void
}

export interface ReferReport {
  /** What the peer's own INVITE was answered, if it says so. */
  readonly status?: number
  readonly reason?: string
  /** There will be no more of them. */
  readonly terminated: boolean
}

/** The peer asks us to call somebody else in its place. Answered exactly once. */
export interface IncomingRefer {
  /** A SIP URI without headers. */
  readonly target: string
  readonly replaces: Replaces | undefined
  /** The one that is called must know what Replaces means (RFC 3891 5). */
  readonly requiresReplaces: boolean
  /** Who asks, as the peer says: a SIP URI, proven by nothing. */
  readonly referredBy: string | undefined
  /** 202; from now on the peer hears how it goes, if it wants to. */
  accept(): void
  reject(status: number, reason?: string): void
  /** How our own INVITE goes, 100 to 699. A final status is the last report. */
  report(status: number, reason: string): void
}
