import { open, readFile, rm, stat, type FileHandle } from 'node:fs/promises'
import { Conversion } from './conversion.ts'
import type { FileSound } from './file-source.ts'
import type { AudioSink } from './port.ts'
import { lengthOf, monoSamples, parseWav, wavHeader, WAV_HEADER_BYTES, WavError, type Wav } from './wav.ts'

/** WAV files on disk: the only place of the media process that touches the file system. */

const LARGEST = 512 * 1024 * 1024
/** Of a file's sound we keep what calls can carry, Hz. */
const NARROW = 8000
const WIDE = 16_000
/** Converted at a stretch, samples of the file; sockets are served in between. */
const STRETCH = 1 << 15

/** The whole file, mono, at 8 kHz or, if it has more, at 16. Throws a WavError or what the file system says. */
export async function readWavFile(path: string): Promise<FileSound> {
  if ((await stat(path)).size > LARGEST) throw new WavError('unsupported', 'the WAV file is larger than 512 MB')
  const wav = parseWav(await readFile(path))
  const rate = wav.rate > NARROW ? WIDE : NARROW
  const stretches: Int16Array[] = []
  for await (const stretch of atRate(wav, rate)) {
    stretches.push(stretch)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const samples = new Int16Array(stretches.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const stretch of stretches) {
    samples.set(stretch, at)
    at += stretch.length
  }
  return { rate, samples }
}

async function* atRate(wav: Wav, rate: number): AsyncGenerator<Int16Array> {
  const length = lengthOf(wav)
  if (wav.rate === rate) {
    for (let at = 0; at < length; at += STRETCH) yield monoSamples(wav, at, STRETCH)
    return
  }
  const { Resampler } = await import('./resample.ts')
  const resampler = new Resampler(wav.rate, rate)
  try {
    // The filter's delay is taken off the beginning and made up for at the end.
    let skip = Math.round((resampler.delayMs * rate) / 1000)
    for (let at = 0; at < length; at += STRETCH) {
      const converted = resampler.process(monoSamples(wav, at, STRETCH))
      yield converted.subarray(skip)
      skip = Math.max(0, skip - converted.length)
    }
    yield resampler.process(new Int16Array(Math.round((resampler.delayMs * wav.rate) / 1000)))
  } finally {
    resampler.close()
  }
}

/** Whether a file can be written there, without touching what is in it. Throws what the file system says. */
export async function probeWavFile(path: string): Promise<void> {
  const file = await open(path, 'a')
  const { size } = await file.stat()
  await file.close()
  if (size === 0) await rm(path)
}

/** So many samples are collected before they are written, a second at 8 kHz; a few frames fit always. */
const COLLECTED = 8000
/** What may wait for a slow disk, bytes: a minute at 8 kHz. */
const MOST_WAITING = 60 * COLLECTED * 2

/**
 * Writes 16 bit, mono or (samples of left and right in turn) stereo, at the rate of the first sound; mono of another rate is
 * converted to it. The header is true after every write: a recording cut short by a crash can be played.
 */
export class WavFileWriter implements AudioSink {
  readonly #file: FileHandle
  readonly #channels: number
  readonly #conversion = new Conversion()
  #rate: number | undefined
  #collected = new Int16Array(COLLECTED)
  #count = 0
  #written = 0
  #waiting = 0
  #last: Promise<void> = Promise.resolve()
  #failure: unknown

  static async create(path: string, channels = 1): Promise<WavFileWriter> {
    const file = await open(path, 'w')
    try {
      await file.write(wavHeader(NARROW, channels, 0), 0, WAV_HEADER_BYTES, 0)
    } catch (error) {
      await file.close()
      throw error
    }
    return new WavFileWriter(file, channels)
  }

  private constructor(file: FileHandle, channels: number) {
    this.#file = file
    this.#channels = channels
  }

  write(frame: Int16Array, rate: number): void {
    this.#rate ??= rate
    const sound = this.#channels === 1 ? this.#conversion.convert(frame, rate, this.#rate) : frame
    if (this.#count + sound.length > COLLECTED) this.#flush()
    this.#collected.set(sound, this.#count)
    this.#count += sound.length
  }

  /** Rejects when the disk refused a part. */
  async close(): Promise<void> {
    this.#flush()
    await this.#last
    await this.#file.close()
    if (this.#failure !== undefined) throw this.#failure
  }

  #flush(): void {
    if (this.#count === 0) return
    const bytes = littleEndian(this.#collected.subarray(0, this.#count))
    this.#count = 0
    if (this.#failure !== undefined) return
    if (this.#waiting + bytes.length > MOST_WAITING) {
      this.#failure = new Error('the disk is too slow for the recording')
      return
    }
    this.#waiting += bytes.length
    this.#last = this.#last.then(async () => {
      try {
        if (this.#failure !== undefined) return
        await this.#file.write(bytes, 0, bytes.length, WAV_HEADER_BYTES + this.#written)
        this.#written += bytes.length
        await this.#file.write(wavHeader(this.#rate ?? NARROW, this.#channels, this.#written), 0, WAV_HEADER_BYTES, 0)
      } catch (error) {
        this.#failure = error
      } finally {
        this.#waiting -= bytes.length
      }
    })
  }
}

function littleEndian(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 2)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < samples.length; i++) view.setInt16(2 * i, samples[i] as number, true)
  return bytes
}
