import { Conversion } from './conversion.ts'
import type { AudioSource } from './port.ts'

export interface FileSound {
  /** 8000 or 16000 Hz. */
  readonly rate: number
  readonly samples: Int16Array
}

/** Plays it once, then silence. */
export function fileSource({ rate: own, samples }: FileSound): AudioSource {
  const conversion = new Conversion()
  let at = 0
  let part = new Int16Array(0)
  const next = (frame: Int16Array) => {
    const some = samples.subarray(at, at + frame.length)
    frame.set(some)
    frame.fill(0, some.length)
    at += some.length
  }
  return {
    read(frame, rate) {
      if (rate === own) return next(frame)
      const length = (frame.length * own) / rate
      if (part.length !== length) part = new Int16Array(length)
      next(part)
      frame.set(conversion.convert(part, own, rate))
    },
  }
}
