/** What an Opus packet tells of itself without being decoded (RFC 6716 3.1, 3.2). */

/** Of the timestamps (RFC 7587 4.1), whatever the sound's rate is: units a second. */
export const OPUS_CLOCK = 48_000
const PER_MS = OPUS_CLOCK / 1000
/** RFC 6716 3.2.5 */
const LONGEST_MS = 120
const MOST_FRAMES = 48
const SILK_MS = [10, 20, 40, 60]
const HYBRID_MS = [10, 20]
const CELT_MS = [2.5, 5, 10, 20]

/** How long it lasts, units of 48 kHz; 0: it is none. */
export function opusUnits(packet: Uint8Array): number {
  const frames = framesOf(packet)
  const ms = frames * frameMs(packet)
  return frames > MOST_FRAMES || ms > LONGEST_MS ? 0 : ms * PER_MS
}

/**
 * Whether it has the sound of the packet before it as well (LBRR, RFC 6716 4.2.4): after a bit of voice activity for each 20 ms
 * the first frame says so, of the middle channel at least.
 */
export function hasPreviousSound(packet: Uint8Array): boolean {
  const config = (packet[0] ?? 0xff) >> 3
  // Two or more frames that differ in length (code 2, 3) have lengths before them; nobody sends speech like that.
  if (config >= 16 || ((packet[0] ?? 0) & 3) !== 0) return false
  const frames = Math.max(1, frameMs(packet) / 20)
  return (((packet[1] ?? 0) >> (7 - frames)) & 1) === 1
}

function frameMs(packet: Uint8Array): number {
  const config = (packet[0] ?? 0) >> 3
  if (config < 12) return SILK_MS[config & 3] as number
  return config < 16 ? (HYBRID_MS[config & 1] as number) : (CELT_MS[config & 3] as number)
}

function framesOf(packet: Uint8Array): number {
  const [toc, count = 0] = packet
  if (toc === undefined) return 0
  const code = toc & 3
  return code === 0 ? 1 : code === 3 ? count & 0x3f : 2
}
