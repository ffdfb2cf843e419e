import { createRequire } from 'node:module'

/**
 * What we use of naudiodon, and how to get it: loaded when it is asked for and never at start, since it is an optional
 * package with native code. Only the audio host's process may ask.
 */
export interface Naudiodon {
  getDevices(): readonly NativeDevice[]
  getHostAPIs(): { readonly defaultHostAPI: number; readonly HostAPIs: readonly NativeHostApi[] }
  AudioIO(options: { inOptions: StreamOptions }): NodeJS.ReadableStream & NativeStream
  AudioIO(options: { outOptions: StreamOptions }): NodeJS.WritableStream & NativeStream
}

export interface NativeDevice {
  readonly id: number
  readonly name: string
  readonly maxInputChannels: number
  readonly maxOutputChannels: number
  readonly defaultSampleRate: number
  readonly hostAPIName: string
}

export interface NativeHostApi {
  readonly name: string
  readonly type: string
  /** Device ids; 4294967295 when there is none. */
  readonly defaultInput: number
  readonly defaultOutput: number
}

export interface StreamOptions {
  readonly deviceId: number
  readonly sampleRate: number
  readonly channelCount: number
  readonly sampleFormat: 16
  readonly framesPerBuffer: number
  readonly maxQueue: number
  readonly highwaterMark: number
  readonly closeOnError: boolean
}

export interface NativeStream {
  start(): void
}

/** The sound card cannot be used; the message says why and what to do. */
export class CardError extends Error {
  override readonly name = 'CardError'
  readonly code = 'no-audio-device'
  /** Trying again in a while is of no use. */
  readonly permanent: boolean

  constructor(message: string, permanent: boolean, options?: ErrorOptions) {
    super(message, options)
    this.permanent = permanent
  }
}

/** Throws a CardError. `name` is for tests. */
export function loadNaudiodon(name = 'naudiodon'): Naudiodon {
  try {
    return createRequire(import.meta.url)(name) as Naudiodon
  } catch (error) {
    throw new CardError(`no sound card: ${howToGet(error)}`, true, { cause: error })
  }
}

function howToGet(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  if (/libasound/.test(text)) return 'the ALSA library is missing (Debian, Ubuntu: apt-get install libasound2)'
  const steps =
    process.platform === 'linux'
      ? 'install a compiler and ALSA (Debian, Ubuntu: apt-get install g++ make python3 libasound2-dev), then run npm install again'
      : 'install a C++ compiler and Python 3, then run npm install again'
  if (/Cannot find module 'naudiodon'/.test(text)) return `the package naudiodon is not installed; ${steps}`
  return `the package naudiodon does not load (${text.split('\n')[0] ?? ''}); ${steps}`
}
