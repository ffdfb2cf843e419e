import type { AudioSource } from './port.ts'

/** A sine of `hz` whose peak lies `dbfs` (negative) below full scale. Its phase goes on from frame to frame. */
export function tone(hz: number, dbfs: number): AudioSource {
  const peak = 32767 * 10 ** (Math.min(0, dbfs) / 20)
  let phase = 0
  return {
    read(frame, rate) {
      const step = (2 * Math.PI * hz) / rate
      for (let i = 0; i < frame.length; i++) {
        frame[i] = Math.round(peak * Math.sin(phase))
        phase = (phase + step) % (2 * Math.PI)
      }
    },
  }
}
