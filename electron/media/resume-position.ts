import type { StreamPosition } from '../../native/protocol.ts'

/** Packets beyond those that the elapsed time explains: the figures may have been on their way for a while. */
const spare = 50
const shortestPacketMs = 10
const ticksPerMs = 8

/**
 * Where a new media process goes on with a stream of which `last` was known `elapsedMs` ago: past anything the old one
 * can have sent, so that no sequence number is used twice, and below the 3000 that a receiver takes for a new stream
 * (RFC 3550 A.1, MAX_DROPOUT) as long as the gap is below half a minute. The timestamp follows the clock (RFC 3550 5.1).
 */
export function resumePosition(last: StreamPosition, elapsedMs: number): StreamPosition {
  const packets = Math.ceil(elapsedMs / shortestPacketMs) + spare
  return {
    ssrc: last.ssrc,
    sequence: (last.sequence + packets) % 0x1_0000,
    timestamp: (last.timestamp + Math.ceil(elapsedMs) * ticksPerMs) % 0x1_0000_0000,
  }
}
