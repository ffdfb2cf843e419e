import { seeded } from './seeded.ts'

/**
 * A network's harm to one stream of packets, packet by packet, the same for the same seed. Delays are normally distributed
 * and cut off, order is kept (what is late holds up what follows) except for packets that are picked to be overtaken.
 */

export interface Impairment {
  /** Milliseconds. */
  readonly delay?: number
  readonly jitter?: number
  /** Shares of packets, 0 to 1. */
  readonly loss?: number
  /** Gilbert: chances of becoming bad (all is lost) and of becoming good again. */
  readonly bursts?: readonly [bad: number, good: number]
  readonly reorder?: { readonly share: number; readonly ms: number }
  readonly duplicates?: { readonly share: number; readonly ms: number }
  /** Every so often nothing passes for a while, then all at once. */
  readonly stall?: { readonly everyMs: number; readonly ms: number; readonly once?: boolean }
  /** Parts of a million by which the sender's clock is slow. */
  readonly skew?: number
  readonly blackouts?: readonly (readonly [atMs: number, ms: number])[]
}

export const profiles = {
  clean: {},
  wifi: { delay: 10, jitter: 8, loss: 0.005 },
  '4g': { delay: 40, jitter: 25, bursts: [0.0025, 0.25] },
  bad: { delay: 60, jitter: 60, bursts: [0.0132, 0.25] },
  reorder3: { delay: 20, reorder: { share: 0.03, ms: 30 } },
  dup2: { delay: 20, duplicates: { share: 0.02, ms: 5 } },
  'skew+200': { delay: 20, skew: 200 },
  'skew-200': { delay: 20, skew: -200 },
  spike300: { delay: 20, jitter: 3, stall: { everyMs: 5000, ms: 300 } },
  loss1: { delay: 20, loss: 0.01 },
  loss3: { delay: 20, loss: 0.03 },
  loss5: { delay: 20, loss: 0.05 },
  loss10: { delay: 20, loss: 0.1 },
  burst3x60: {
    delay: 20,
    blackouts: [
      [5000, 60],
      [10_000, 60],
      [15_000, 60],
    ],
  },
} as const satisfies Record<string, Impairment>

export type ProfileName = keyof typeof profiles

const stalled = ({ everyMs, once }: NonNullable<Impairment['stall']>, at: number) =>
  once === true ? at - everyMs : at % everyMs

/** When a packet that was sent `at` milliseconds after the first arrives: never, once or twice. */
export function impairment(profile: Impairment, seed: number): (at: number) => number[] {
  const random = seeded(seed)
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const { delay = 0, jitter = 0, loss = 0, bursts, reorder, duplicates, stall, skew, blackouts = [] } = profile
  let bad = false
  let last = 0
  return (at) => {
    // Every packet draws as many numbers, so that a seed means the same whatever happens.
    const [u1, u2, u3, u4, deviation] = [random(), random(), random(), random(), gauss()]
    if (bursts) bad = bad ? u2 >= bursts[1] : u2 < bursts[0]
    if (bad || u1 < loss || blackouts.some(([from, ms]) => at >= from && at < from + ms)) return []
    let arrival = at + delay + Math.min(Math.max(deviation * jitter, -delay), 4 * jitter)
    // Room for a sender whose clock is fast.
    if (skew !== undefined) arrival += 30 + at * skew * 1e-6
    const stalledFor = stall && arrival > stall.everyMs ? stalled(stall, arrival) : Infinity
    if (stall && stalledFor < stall.ms) arrival += stall.ms - stalledFor
    if (reorder && u3 < reorder.share) arrival += reorder.ms
    else {
      arrival = Math.max(arrival, last)
      last = arrival
    }
    return duplicates && u4 < duplicates.share ? [arrival, arrival + duplicates.ms] : [arrival]
  }
}
