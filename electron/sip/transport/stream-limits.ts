/** Bounds for connections, so that nobody can hold more than these by talking slowly, much, or not at all. */
export interface StreamLimits {
  /** In all; those we need ourselves push out the accepted one that has been silent the longest. */
  readonly connections: number
  /** Accepted ones from one address. */
  readonly connectionsPerSource: number
  /** Unsent, of one connection. */
  readonly bufferedBytes: number
  /** To connect, handshake included, ms. */
  readonly connectMs: number
  /** From accepting to the first whole message, ms. */
  readonly firstMessageMs: number
  /** From the first byte of a message to its last, ms. */
  readonly wholeMessageMs: number
  /** Without a message in either direction, ms. */
  readonly idleMs: number
  /** Between keep-alives on connections of our own (RFC 5626 4.4.1: 95 to 120 s), ms. */
  readonly keepAliveMs: number
  /** RFC 5626 4.4.1: how long a pong may take, ms. */
  readonly pongMs: number
}

export const defaultStreamLimits: StreamLimits = {
  connections: 256,
  connectionsPerSource: 32,
  bufferedBytes: 1_048_576,
  connectMs: 5_000,
  firstMessageMs: 10_000,
  wholeMessageMs: 30_000,
  idleMs: 3_600_000,
  keepAliveMs: 100_000,
  pongMs: 10_000,
}
