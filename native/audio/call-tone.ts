import type { ToneName, TonePlan } from '../protocol.ts'
import type { AudioSource } from './port.ts'
import { tone } from './tone.ts'

/** The tones that tell how a call fares, as each country knows them (ITU-T E.180 and its supplement 2). */

interface Tone {
  readonly hz: readonly number[]
  /** Milliseconds of sound and of pause, in turn, over and over. */
  readonly cadence: readonly number[]
}

/** `ringback` is E.180's ringing tone. */
const plans: Readonly<Record<TonePlan, Readonly<Record<Exclude<ToneName, 'ring'>, Tone>>>> = {
  taiwan: { ringback: { hz: [440, 480], cadence: [1000, 2000] }, busy: { hz: [480, 620], cadence: [500, 500] } },
  china: { ringback: { hz: [450], cadence: [1000, 4000] }, busy: { hz: [450], cadence: [350, 350] } },
  // Also Bellcore GR-506.
  us: { ringback: { hz: [440, 480], cadence: [2000, 4000] }, busy: { hz: [480, 620], cadence: [500, 500] } },
  // Also ETSI TR 101 041-2 and CEPT T/CS 20-15.
  europe: { ringback: { hz: [425], cadence: [1000, 4000] }, busy: { hz: [425], cadence: [500, 500] } },
  // Also BT SIN 350.
  uk: { ringback: { hz: [400, 450], cadence: [400, 200, 400, 2000] }, busy: { hz: [400], cadence: [375, 375] } },
}

/** A telephone's bell is no tone of the plan: a warble that nobody takes for ringback, in the bell's own rhythm. */
const bell = [523, 659]
const LEVEL_DBFS = -18
/** Sound comes and goes within so many milliseconds: no click. */
const RAMP = 5

export function callTone(name: ToneName, plan: TonePlan): AudioSource {
  const { hz, cadence } = name === 'ring' ? { hz: bell, cadence: plans[plan].ringback.cadence } : plans[plan][name]
  const sines = hz.map((frequency) => tone(frequency, LEVEL_DBFS))
  let part = new Int16Array(0)
  let turn = 0
  /** Milliseconds. */
  let at = 0
  return {
    read(frame, rate) {
      if (part.length !== frame.length) part = new Int16Array(frame.length)
      frame.fill(0)
      for (const sine of sines) {
        sine.read(part, rate)
        for (let i = 0; i < frame.length; i++) frame[i] = (frame[i] as number) + (part[i] as number)
      }
      for (let i = 0; i < frame.length; i++) {
        const length = cadence[turn] as number
        const gain = turn % 2 === 1 ? 0 : Math.min(1, at / RAMP, (length - at) / RAMP)
        frame[i] = Math.round((frame[i] as number) * gain)
        at += 1000 / rate
        if (at < length) continue
        at = 0
        turn = (turn + 1) % cadence.length
      }
    },
  }
}
