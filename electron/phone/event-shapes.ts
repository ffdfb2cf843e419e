import type { LampState } from './dialog-info.ts'
import type { PresenceStatus } from './pidf.ts'

/** What the phone's users see of messages, presence and voicemail. Times are ISO 8601 in UTC. */

export type { LampState, PresenceStatus }

/** The final answer to a message: 200, 202, or why it was not taken. */
export interface MessageAnswer {
  readonly code: number
  readonly reason: string
  /** As which it is kept. */
  readonly messageId?: number
}

export interface MessageReceived {
  /** The sender's SIP URI, which a direct message may have invented. */
  readonly from: string
  readonly displayName?: string
  readonly to: string
  readonly text: string
  readonly at: string
  /** The account it came for through its own server; absent: a direct message. */
  readonly accountId?: string
}

export type PresenceKind = 'presence' | 'dialog'

/** Somebody who is watched. */
export interface PresenceEntry {
  /** As it was asked for. */
  readonly target: string
  readonly kind: PresenceKind
  readonly uri: string
  readonly accountId?: string
  readonly state: PresenceStatus | LampState | 'unknown'
  /** A call rings there and can be taken: in the caller's place (RFC 3891), or by the server's pick-up code. */
  readonly pickUp?: 'replaces' | 'code'
  /** In the person's own words. */
  readonly note?: string
  /** How the subscription goes; `pending`: somebody has to allow it first. */
  readonly subscription: 'subscribing' | 'pending' | 'active' | 'failed'
  /** Of the last answer that matters. */
  readonly code?: number
  readonly reason?: string
}

/** What an account's server is asked to tell of us. */
export interface Published {
  readonly accountId: string
  readonly status: PresenceStatus
}

export interface VoicemailCount {
  readonly accountId: string
  readonly newCount: number
  readonly oldCount: number
}
