import type { ToneName } from '../protocol.ts'
import type { AudioSource } from './port.ts'
import { tone } from './tone.ts'

/** The tones that tell how a call fares: the North American plan (ITU-T E.180 supplement 2, Bellcore GR-506). */

interface Plan {
  readonly hz: readonly number[]
  /** Milliseconds of sound and of pause, in turn, over and over. */
  readonly cadence: readonly number[]
}

const plans: Readonly<Record<ToneName, Plan>> = {
  ringback: { hz: [440, 480], cadence: [2000, 4000] },
  busy: { hz: [480, 620], cadence: [500, 500] },
  // A telephone's bell is no tone of the plan; a warble that nobody takes for ringback.
  ring: { hz: [523, 659], cadence: [400, 200, 400, 2000] },
}

const DBFS_EACH = -18
/** Sound comes and goes within 5 ms: no click. */
const RAMP = 40

export function callTone(name: ToneName): AudioSource {
  const { hz, cadence } = plans[name]
  const sines = hz.map((frequency) => tone(frequency, DBFS_EACH))
  const turns = cadence.map((ms) => ms * 8)
  const part = new Int16Array(160)
  let turn = 0
  let at = 0
  return {
    read(frame) {
      frame.fill(0)
      for (const sine of sines) {
        sine.read(part.subarray(0, frame.length))
        for (let i = 0; i < frame.length; i++) frame[i] = (frame[i] as number) + (part[i] as number)
      }
      for (let i = 0; i < frame.length; i++) {
        const length = turns[turn] as number
        const gain = turn % 2 === 1 ? 0 : Math.min(1, at / RAMP, (length - at) / RAMP)
        frame[i] = Math.round((frame[i] as number) * gain)
        if (++at < length) continue
        at = 0
        turn = (turn + 1) % turns.length
      }
    },
  }
}
