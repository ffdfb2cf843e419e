/** Base values of RFC 3261 table 4, milliseconds. */
export interface TimerValues {
  /** Round-trip estimate. */
  readonly T1: number
  /** The longest interval between retransmissions of non-INVITE requests and INVITE responses. */
  readonly T2: number
  /** How long a message may stay in the network. */
  readonly T4: number
}

export const rfc3261Timers: TimerValues = { T1: 500, T2: 4_000, T4: 5_000 }

/** Timers B, F, H, J, L, M and the life of a 2xx: how long a transaction tries. */
export const transactionTimeout = (values: TimerValues): number => 64 * values.T1
