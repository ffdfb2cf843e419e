/** When the next RTCP report is due (RFC 3550 6.3.1 and A.7). Milliseconds. */

interface IntervalInput {
  readonly members: number
  readonly senders: number
  /** Bytes a second that RTCP may use: 5 % of the session's. */
  readonly bandwidth: number
  readonly weSent: boolean
  /** Smoothed size of compound packets with IP and UDP headers, bytes. */
  readonly averageSize: number
  /** No report was sent yet. */
  readonly initial: boolean
  /** 0 to 1. */
  readonly random: number
}

const MINIMUM_MS = 5000
/** e - 3/2: makes up for timer reconsideration, which would settle too low. */
const COMPENSATION = Math.E - 1.5

export function reportInterval(input: IntervalInput): number {
  let { bandwidth, members } = input
  // Senders share a quarter of the bandwidth as long as they are few.
  if (input.senders <= members * 0.25) {
    bandwidth *= input.weSent ? 0.25 : 0.75
    members = input.weSent ? input.senders : members - input.senders
  }
  const minimum = input.initial ? MINIMUM_MS / 2 : MINIMUM_MS
  const computed = Math.max(minimum, (1000 * input.averageSize * members) / bandwidth)
  return (computed * (input.random + 0.5)) / COMPENSATION
}
