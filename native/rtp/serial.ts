/** Arithmetic of counters that wrap around: sequence numbers (16 bit) and timestamps (32 bit). */

/** How far `a` is ahead of `b`, -32768 to 32767. */
export const sequenceDistance = (a: number, b: number): number => ((a - b) << 16) >> 16

/** How far `a` is ahead of `b`, -2^31 to 2^31 - 1. */
export const timestampDistance = (a: number, b: number): number => (a - b) | 0
