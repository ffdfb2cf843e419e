/** What the transaction machines have in common: inputs and outputs name timers, never set them. */

/** `M` stands for a message and is opaque to the machines. */
export type TransactionOutput<Timer extends string, M> =
  | { readonly kind: 'set-timer'; readonly timer: Timer; readonly ms: number }
  | { readonly kind: 'clear-timer'; readonly timer: Timer }
  /** To the transaction user. */
  | { readonly kind: 'pass-up'; readonly message: M }
  /** No answer, or no way to the peer; the machine has terminated. */
  | { readonly kind: 'failed'; readonly reason: FailureReason }

export type FailureReason = 'timeout' | 'transport'

export type Step<State, Output> = readonly [State, readonly Output[]]
