import { wavHeader } from '../../native/audio/wav.ts'

/** A WAV file of 16 bit samples, mono; `rate` in Hz. */
export function wavOf(sound: Int16Array, rate: number): Uint8Array<ArrayBuffer> {
  const header = wavHeader(rate, 1, sound.length * 2)
  const file = new Uint8Array(header.byteLength + sound.length * 2)
  file.set(header)
  const view = new DataView(file.buffer, header.byteLength)
  for (const [at, sample] of sound.entries()) view.setInt16(at * 2, sample, true)
  return file
}
