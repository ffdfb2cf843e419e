import type { AuthorisationFailure, FinalResponse, Line } from './user-agent.ts'

/**
 * The part of the UserAgent port that is not about calls: messages (RFC 3428), subscriptions (RFC 6665) and
 * publications (RFC 3903).
 */
export interface EventAgent {
  /**
   * One MESSAGE and its final answer, a generated 408 or 503 included. Rejects with a UserAgentError: `bad-target`,
   * `unreachable`, or `too-long` where it would be a datagram of more than 1300 bytes (RFC 3428 8).
   */
  message(message: OutgoingMessage): Promise<FinalResponse>
  /** A subscription of which nothing has been sent yet. The delegate hears of it until it is closed. */
  subscribe(subscribe: Subscribe, delegate: SubscriptionDelegate): Subscription
  /** One PUBLISH and its answer, challenges answered on the way. Never rejects. One at a time. */
  publish(publish: Publish): Promise<PublishAnswer>
}

/** What the phone does when somebody outside has something to say. Without a method, nothing of its kind is taken. */
export interface EventAgentDelegate {
  onMessage?(message: IncomingMessage): MessageVerdict
  /** A NOTIFY that no subscription asked for, from the server of this account itself. */
  onUnsolicited?(line: Line, notify: Notify): void
}

export interface Originator {
  /** `localhost` as its host stands for our own address. */
  readonly uri: string
  readonly displayName?: string
}

export interface OutgoingMessage {
  readonly uri: string
  /** The account that sends it; absent: a direct message. */
  readonly line?: Line
  readonly from: Originator
  readonly text: string
}

export interface IncomingMessage {
  readonly sipCallId: string
  readonly from: { readonly uri: string; readonly displayName?: string }
  readonly to: { readonly uri: string }
  /** Where the request really came from, and the local address that answers go out from. */
  readonly source: { readonly address: string; readonly port: number }
  readonly localAddress: string
  /** The account it was sent to through its own server; undefined: a direct message. */
  readonly line: Line | undefined
  readonly text: string
}

/** 200, or why not. */
export interface MessageVerdict {
  readonly status: number
  readonly reason?: string
  readonly retryAfterSeconds?: number
}

export interface Subscribe {
  /** Whose state it is about. */
  readonly uri: string
  readonly line?: Line
  readonly from: Originator
  /** The event package, such as `presence`. */
  readonly event: string
  /** Media types of the bodies that are understood. */
  readonly accept: readonly string[]
}

/** One subscription, from its first SUBSCRIBE until it is closed. */
export interface Subscription {
  /**
   * One SUBSCRIBE: the first, a refresh in its dialog, or with 0 the last. Never rejects. One at a time.
   */
  send(expiresSeconds: number): Promise<SubscribeAnswer>
  /** From now on its NOTIFYs are answered 481. Nothing is sent. */
  close(): void
}

export interface SubscriptionDelegate {
  /** NOTIFYs come in order, each once; the first may come before the answer to the SUBSCRIBE (RFC 6665 4.1.2.4). */
  onNotify(notify: Notify): void
}

export interface SubscribeAnswer extends FinalResponse {
  /** Of a 2xx: for how long. */
  readonly grantedSeconds?: number
  /** Of a 423 (RFC 6665 4.2.1.1). */
  readonly minExpiresSeconds?: number
  readonly retryAfterSeconds?: number
  readonly refused?: AuthorisationFailure
}

export interface Notify {
  readonly event: string
  readonly subscription: SubscriptionStateHeader
  /** Without parameters, in lower case; empty if there is no body. */
  readonly contentType: string
  readonly body: string
}

/** The Subscription-State header field (RFC 6665 8.2.3). What a peer left out or misspelt reads as `active`. */
export interface SubscriptionStateHeader {
  readonly state: 'active' | 'pending' | 'terminated'
  readonly expiresSeconds?: number
  /** In lower case. */
  readonly reason?: string
  readonly retryAfterSeconds?: number
}

export interface Publish {
  /** The address whose state it is. */
  readonly uri: string
  readonly line: Line
  readonly from: Originator
  readonly event: string
  /** 0 removes it. */
  readonly expiresSeconds: number
  /** What the server called the state before (SIP-If-Match); undefined: there is none. */
  readonly entityTag?: string
  /** Undefined in a mere refresh. */
  readonly body?: { readonly contentType: string; readonly text: string }
}

export interface PublishAnswer extends FinalResponse {
  /** Of a 2xx: SIP-ETag. */
  readonly entityTag?: string
  readonly grantedSeconds?: number
  readonly minExpiresSeconds?: number
  readonly retryAfterSeconds?: number
  readonly refused?: AuthorisationFailure
}
