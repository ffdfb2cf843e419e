/** NTP time as RTCP carries it (RFC 3550 4). */

const SECONDS_1900_TO_1970 = 2_208_988_800

type NtpTime = readonly [seconds: number, fraction: number]

/** `wallTime` in milliseconds since 1970. */
export function ntpTime(wallTime: number): NtpTime {
  const seconds = Math.floor(wallTime / 1000)
  return [
    (seconds + SECONDS_1900_TO_1970) >>> 0,
    Math.floor(((wallTime - seconds * 1000) / 1000) * 0x1_0000_0000) >>> 0,
  ]
}

/** The middle 32 bits: 16 of seconds, 16 of fraction. */
export const compactNtp = ([seconds, fraction]: NtpTime): number => ((seconds << 16) | (fraction >>> 16)) >>> 0

export const compactFromMs = (ms: number): number => Math.round((ms * 0x10000) / 1000) >>> 0

/**
 * RFC 3550 6.4.1: A - LSR - DLSR, milliseconds; undefined when the reporter has seen no SR of ours yet, or its figures
 * cannot be true.
 */
export function roundTripMs(arrival: number, lastReport: number, delaySinceLastReport: number): number | undefined {
  if (lastReport === 0) return undefined
  const difference = (arrival - lastReport - delaySinceLastReport) | 0
  // Rounding may make a loopback's answer a little negative; more than a minute is nonsense.
  if (difference < -66 || difference > 60 * 0x10000) return undefined
  return (Math.max(0, difference) / 0x10000) * 1000
}
