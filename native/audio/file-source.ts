import type { AudioSource } from './port.ts'

/** Plays `samples` once, then silence. */
export function fileSource(samples: Int16Array): AudioSource {
  let at = 0
  return {
    read(frame) {
      const part = samples.subarray(at, at + frame.length)
      frame.set(part)
      frame.fill(0, part.length)
      at += part.length
    },
  }
}
