import { discard } from './audio/discard.ts'
import { Echo } from './audio/echo.ts'
import { fileSource } from './audio/file-source.ts'
import type { AudioSink, AudioSource } from './audio/port.ts'
import { silence } from './audio/silence.ts'
import { tone } from './audio/tone.ts'
import { readWavFile, WavFileWriter } from './audio/wav-file.ts'
import type { SessionAudio } from './protocol.ts'

/** The drivers that a session's audio names. */
export interface Drivers {
  /** Undefined: the microphone. */
  readonly source: AudioSource | undefined
  /** All that hear what is received, beside the speaker. */
  readonly sinks: readonly AudioSink[]
  readonly speaker: boolean
}

/** A file could not be read or created, or is no WAV file. */
class BadFileError extends Error {
  readonly code = 'bad-file'
}

/** Rejects with a BadFileError. */
export async function openDrivers({ source, sink, record }: SessionAudio): Promise<Drivers> {
  const echo = source.kind === 'echo' ? new Echo() : undefined
  const opened = echo ?? (await openSource(source))
  const recorder = record === undefined ? discard : await named(record, WavFileWriter.create(record))
  return { source: opened, sinks: echo ? [echo, recorder] : [recorder], speaker: sink.kind === 'device' }
}

async function openSource(source: SessionAudio['source']): Promise<AudioSource | undefined> {
  switch (source.kind) {
    case 'device':
      return undefined
    case 'tone':
      return tone(source.hz, source.dbfs)
    case 'file':
      return fileSource(await named(source.path, readWavFile(source.path)))
    default:
      return silence
  }
}

async function named<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new BadFileError(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
