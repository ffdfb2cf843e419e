/** The WAV container (RIFF): read in all the forms that sound programs write, written in the plainest. Pure. */

interface WavFormat {
  readonly channels: number
  /** Hz. */
  readonly rate: number
  readonly bits: 8 | 16 | 24 | 32
  readonly float: boolean
}

export interface Wav extends WavFormat {
  /** Whole sample frames, as in the file. */
  readonly data: Uint8Array
}

type WavErrorCode = 'not-wav' | 'no-format' | 'no-data' | 'unsupported'

export class WavError extends Error {
  readonly code: WavErrorCode
  constructor(code: WavErrorCode, message: string) {
    super(message)
    this.name = 'WavError'
    this.code = code
  }
}

const PCM = 1
const FLOAT = 3
const EXTENSIBLE = 0xfffe

/** Throws a WavError. A data chunk that is longer than the file (a recording cut short) is taken as far as it goes. */
export function parseWav(file: Uint8Array): Wav {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (file.length < 12 || name(view, 0) !== 'RIFF' || name(view, 8) !== 'WAVE') {
    throw new WavError('not-wav', 'this is no WAV file')
  }
  let format: WavFormat | undefined
  // Chunks come in any order but fmt before data, and start on even bytes.
  for (let at = 12; at + 8 <= file.length;) {
    const body = at + 8
    const length = view.getUint32(at + 4, true)
    switch (name(view, at)) {
      case 'fmt ':
        format = parseFormat(view, body, Math.min(length, file.length - body))
        break
      case 'data': {
        if (!format) throw new WavError('no-format', 'the WAV file does not say what its samples are')
        const frame = (format.channels * format.bits) / 8
        const available = Math.min(length, file.length - body)
        return { ...format, data: file.subarray(body, body + available - (available % frame)) }
      }
    }
    at = body + length + (length & 1)
  }
  throw new WavError('no-data', 'the WAV file has no samples')
}

function parseFormat(view: DataView, at: number, length: number): WavFormat {
  if (length < 16) throw new WavError('no-format', 'the format chunk of the WAV file is too short')
  let tag = view.getUint16(at, true)
  const channels = view.getUint16(at + 2, true)
  const rate = view.getUint32(at + 4, true)
  const bits = view.getUint16(at + 14, true)
  // The sub-format's first two bytes are the tag that would stand here otherwise.
  if (tag === EXTENSIBLE && length >= 26) tag = view.getUint16(at + 24, true)
  const known = tag === FLOAT ? bits === 32 : tag === PCM && (bits === 8 || bits === 16 || bits === 24 || bits === 32)
  if (!known)
    throw new WavError('unsupported', `WAV format ${tag} with ${bits} bits is not supported (PCM or 32 bit float is)`)
  if (channels < 1 || channels > 64 || rate < 4000 || rate > 384_000) {
    throw new WavError('unsupported', `a WAV file of ${channels} channels at ${rate} Hz is not supported`)
  }
  return { channels, rate, bits: bits as WavFormat['bits'], float: tag === FLOAT }
}

/** Sample frames in the file. */
export const lengthOf = (wav: Wav): number => (wav.data.length * 8) / (wav.channels * wav.bits)

/** `count` sample frames from `from` on, channels averaged, 16 bit. */
export function monoSamples(wav: Wav, from: number, count: number): Int16Array {
  const view = new DataView(wav.data.buffer, wav.data.byteOffset, wav.data.byteLength)
  const read = reader(view, wav)
  const bytes = wav.bits / 8
  const mono = new Int16Array(Math.max(0, Math.min(count, lengthOf(wav) - from)))
  for (let i = 0; i < mono.length; i++) {
    let sum = 0
    for (let channel = 0; channel < wav.channels; channel++) sum += read(((from + i) * wav.channels + channel) * bytes)
    mono[i] = Math.max(-32768, Math.min(32767, Math.round(sum / wav.channels)))
  }
  return mono
}

function reader(view: DataView, { bits, float }: WavFormat): (at: number) => number {
  // A float that is no number counts as 0 (`Int16Array` would take it so anyway, but not in a sum).
  if (float) return (at) => view.getFloat32(at, true) * 32768 || 0
  if (bits === 8) return (at) => (view.getUint8(at) - 128) * 256
  if (bits === 16) return (at) => view.getInt16(at, true)
  if (bits === 24) return (at) => view.getInt16(at + 1, true) + view.getUint8(at) / 256
  return (at) => view.getInt32(at, true) / 65536
}

export const WAV_HEADER_BYTES = 44

/** The header of 16 bit PCM; `dataBytes` follow it. */
export function wavHeader(rate: number, channels: number, dataBytes: number): Uint8Array {
  const bytes = new Uint8Array(WAV_HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  const length = Math.min(dataBytes, 0xffffffff - 36)
  new TextEncoder().encodeInto('RIFF____WAVEfmt ____', bytes)
  new TextEncoder().encodeInto('data', bytes.subarray(36))
  view.setUint32(4, 36 + length, true)
  view.setUint32(16, 16, true)
  view.setUint16(20, PCM, true)
  view.setUint16(22, channels, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, rate * channels * 2, true)
  view.setUint16(32, channels * 2, true)
  view.setUint16(34, 16, true)
  view.setUint32(40, length, true)
  return bytes
}

const name = (view: DataView, at: number) =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))
