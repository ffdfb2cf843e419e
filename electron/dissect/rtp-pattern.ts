import type { RtpStream } from './rtp-streams.ts'

/** What the figures of a stream look like. */
type RtpPattern = 'clean' | 'burst' | 'steady' | 'gaps' | 'jitter'

/** Loss above this is heard. */
const heardPercent = 0.5
const longGapMs = 200
const highJitterMs = 30

export function patternOf({ lossPercent, lost, seconds, deltaMaxMs, jitterMaxMs }: RtpStream): RtpPattern {
  if (lossPercent > heardPercent) {
    const worst = seconds.map(({ lossPercent }) => lossPercent).toSorted((one, other) => other - one)
    const few = worst.slice(0, Math.max(1, Math.ceil(worst.length / 5)))
    const [all, most] = [sum(worst), sum(few)]
    return lost > 0 && most > 0.8 * all ? 'burst' : 'steady'
  }
  if (deltaMaxMs > longGapMs) return 'gaps'
  return jitterMaxMs > highJitterMs ? 'jitter' : 'clean'
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
