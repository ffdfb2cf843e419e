import type { CodecName } from '../protocol.ts'

/**
 * The E-model of ITU-T G.107 in full for what a phone can know, mouth-to-ear delay and loss; all else at its defaults
 * (SLR 8, RLR 2, TELR 65, WEPL 110, Nc -70 dBm0p ...), so that R = 93.2 - Id(delay) - Ie,eff(loss). Wide band has a scale of
 * its own (G.107.1), R = (129 - Id(delay) - Ie,eff(loss)) / 1.29, on which telephone sound could reach 72.
 */

/** Basic signal-to-noise ratio, simultaneous impairment and noise sum at the defaults (G.107 7.2, 7.3). */
const RO = 94.77
const IS = 1.41
const NO = -61.18
const RLR = 2
const TELR = 65
const WEPL = 110

/** What a wide-band connection without any impairment has, and what that is in the numbers of G.107 (G.107.1 7.1, annex A). */
const RO_WIDE = 129
const WIDE_SCALE = 1.29

interface Equipment {
  /** Equipment impairment. */
  readonly ie: number
  /** Robustness to loss. */
  readonly bpl: number
  readonly wide: boolean
}

/** With concealment (G.113 appendix I). */
const g711: Equipment = { ie: 0, bpl: 25.1, wide: false }
/**
 * At 64 kbit/s (G.113 appendix IV). NOTE: nobody published a Bpl for G.722 with this concealment; it is the one that covers
 * G.711, of packets as long, so the same is taken.
 */
const g722: Equipment = { ie: 13, bpl: 25.1, wide: true }
/**
 * Measured by instruments, not by listeners: wide band, VBR at 13 kbit/s, random loss (Al-Ahmadi, Pocta, Melvin; their figures
 * with the E-model in JavaScript, 2021). NOTE: the highest rate that they give for this band. At 28 kbit/s it is better; how
 * much, nobody published.
 */
const opus: Equipment = { ie: 20, bpl: 19.5, wide: true }
const equipmentOf: Readonly<Record<CodecName, Equipment>> = { PCMU: g711, PCMA: g711, G722: g722, Opus: opus }

interface Transmission {
  /** Mouth to ear, one way, milliseconds. */
  readonly delayMs: number
  /** Packets not heard, percent. */
  readonly lossPercent: number
  /** How bursty the loss is; 1: random. */
  readonly burstRatio?: number
  /** G.711 unless given. */
  readonly codec?: CodecName | undefined
}

/** The rating factor R: 0 to 93.2, in wide band to 89.8 (G.722) or 84.4 (Opus). */
export function ratingFactor({ delayMs, lossPercent, burstRatio = 1, codec = 'PCMU' }: Transmission): number {
  const { ie, bpl, wide } = equipmentOf[codec]
  const loss = Math.min(100, Math.max(0, lossPercent))
  // G.107 equation 7-29
  const equipment = ie + ((95 - ie) * loss) / (loss / burstRatio + bpl)
  const impaired = delayImpairment(Math.max(0, delayMs)) + equipment
  return Math.max(0, wide ? (RO_WIDE - impaired) / WIDE_SCALE : RO - IS - impaired)
}

/** Mean opinion score of listening and talking (G.107 annex B), 1 to 4.5. */
export function mosOf(r: number): number {
  if (r <= 0) return 1
  if (r >= 100) return 4.5
  // The polynomial dips below 1 for R under 6.5, where the annex has no value.
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)
}

/** Id = Idte + Idle + Idd (G.107 7.4): talker echo, listener echo, and delay alone. */
function delayImpairment(ms: number): number {
  return talkerEcho(ms) + listenerEcho(2 * ms) + tooLong(ms)
}

function talkerEcho(ms: number): number {
  const terv = TELR - 40 * Math.log10((1 + ms / 10) / (1 + ms / 150)) + 6 * Math.exp(-0.3 * ms * ms)
  const roe = -1.5 * (NO - RLR)
  const re = 80 + 2.5 * (terv - 14)
  const half = (roe - re) / 2
  return (half + Math.hypot(half, 10) - 1) * (1 - Math.exp(-ms))
}

function listenerEcho(roundTripMs: number): number {
  const rle = 10.5 * (WEPL + 7) * (roundTripMs + 1) ** -0.25
  const half = (RO - rle) / 2
  return half + Math.hypot(half, 13)
}

function tooLong(ms: number): number {
  if (ms <= 100) return 0
  const x = Math.log2(ms / 100)
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2)
}
