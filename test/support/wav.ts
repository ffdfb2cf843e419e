import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { lengthOf, monoSamples, parseWav, wavHeader } from '../../native/audio/wav.ts'

/** Mono, 16 bit; rate in Hz. */
export interface Sound {
  readonly rate: number
  readonly samples: Int16Array
}

/** Takes a path or a file's bytes. */
export async function readSound(wav: string | Uint8Array): Promise<Sound> {
  const parsed = parseWav(typeof wav === 'string' ? await readFile(wav) : wav)
  return { rate: parsed.rate, samples: monoSamples(parsed, 0, lengthOf(parsed)) }
}

export async function writeSound(path: string, { rate, samples }: Sound): Promise<void> {
  const bytes = Buffer.alloc(samples.length * 2)
  samples.forEach((sample, i) => bytes.writeInt16LE(sample, i * 2))
  await writeFile(path, Buffer.concat([wavHeader(rate, 1, bytes.length), bytes]))
}

/** Recorded speech, 8 kHz: the voices of the demo. */
export const speechFiles = {
  alice: fileURLToPath(new URL('../../assets/demo/alice.wav', import.meta.url)),
  bob: fileURLToPath(new URL('../../assets/demo/bob.wav', import.meta.url)),
} as const

/** The same with silence around it. */
export function padded({ rate, samples }: Sound, before: number, after: number): Sound {
  const sound = new Int16Array(samples.length + Math.round((before + after) * rate))
  sound.set(samples, Math.round(before * rate))
  return { rate, samples: sound }
}

export function toneSound(hz: number, seconds: number, dbfs = -12, rate = 8000): Sound {
  const amplitude = 32767 * 10 ** (dbfs / 20)
  const samples = Int16Array.from({ length: Math.round(seconds * rate) }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / rate)),
  )
  return { rate, samples }
}
