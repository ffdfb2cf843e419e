/**
 * What travels between the audio host and the media process on their local stream socket: frames of a length
 * (4 bytes, big endian, of what follows), a kind (1 byte) and a payload. Integers are unsigned 32 bit, big endian;
 * sound is mono, 16 bit, little endian, at the device's rate. Pure: bytes in, frames out.
 */

export type AudioFrame =
  /** Host, first of all: proves that it is the one that was asked for. */
  | { readonly kind: 'hello'; readonly token: string }
  /** Host: the device is open. Hz; 0 = the machine has no such device. */
  | { readonly kind: 'opened'; readonly inputRate: number; readonly outputRate: number }
  /** Host: what the microphone heard. */
  | { readonly kind: 'microphone'; readonly samples: Int16Array }
  /** Host: the speaker needs `count` samples now. */
  | { readonly kind: 'pull'; readonly sequence: number; readonly count: number }
  /** Media: the answer to the pull of the same number. */
  | { readonly kind: 'speaker'; readonly sequence: number; readonly samples: Int16Array }
  /** Host, once a second: delay of its own queues (milliseconds), how often the speaker ran dry, answers that came too late. */
  | { readonly kind: 'report'; readonly delayMs: number; readonly underruns: number; readonly late: number }

/** Longest frame a reader accepts, bytes: 100 ms at 192 kHz is 38400. */
export const maximumFrameLength = 65_536

const kinds = ['hello', 'opened', 'microphone', 'pull', 'speaker', 'report'] as const

/** The other end does not speak this language: the connection is of no use any more. */
export class FrameStreamError extends Error {
  readonly code = 'bad-frame'
  override readonly name = 'FrameStreamError'
}

export function encodeFrame(frame: AudioFrame): Buffer {
  switch (frame.kind) {
    case 'hello':
      return assemble(frame.kind, Buffer.from(frame.token))
    case 'opened':
      return assemble(frame.kind, integers(frame.inputRate, frame.outputRate))
    case 'microphone':
      return assemble(frame.kind, sound(frame.samples))
    case 'pull':
      return assemble(frame.kind, integers(frame.sequence, frame.count))
    case 'speaker':
      return assemble(frame.kind, integers(frame.sequence), sound(frame.samples))
    case 'report':
      return assemble(frame.kind, integers(frame.delayMs, frame.underruns, frame.late))
  }
}

/** Cuts a byte stream into frames, wherever the stream was cut. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0)

  /** Every frame that `chunk` completes. Throws a FrameStreamError; after that the reader is of no use. */
  push(chunk: Uint8Array): AudioFrame[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk])
    const frames: AudioFrame[] = []
    let at = 0
    while (this.#rest.length - at >= 5) {
      const length = this.#rest.readUInt32BE(at)
      if (length < 1 || length > maximumFrameLength) throw new FrameStreamError(`frame of ${length} bytes`)
      if (this.#rest.length - at < 4 + length) break
      frames.push(decode(this.#rest.readUInt8(at + 4), this.#rest.subarray(at + 5, at + 4 + length)))
      at += 4 + length
    }
    this.#rest = this.#rest.subarray(at)
    return frames
  }
}

function decode(number: number, payload: Buffer): AudioFrame {
  const kind = kinds[number]
  const integer = (index: number) => payload.readUInt32BE(index * 4)
  const needed = { hello: 1, opened: 8, microphone: 0, pull: 8, speaker: 4, report: 12 }
  if (kind === undefined) throw new FrameStreamError(`frame of unknown kind ${number}`)
  if (payload.length < needed[kind]) throw new FrameStreamError(`${kind} frame of ${payload.length} bytes`)
  switch (kind) {
    case 'hello':
      return { kind, token: payload.toString() }
    case 'opened':
      return { kind, inputRate: integer(0), outputRate: integer(1) }
    case 'microphone':
      return { kind, samples: samplesOf(payload) }
    case 'pull':
      return { kind, sequence: integer(0), count: integer(1) }
    case 'speaker':
      return { kind, sequence: integer(0), samples: samplesOf(payload.subarray(4)) }
    case 'report':
      return { kind, delayMs: integer(0), underruns: integer(1), late: integer(2) }
  }
}

function assemble(kind: AudioFrame['kind'], ...payload: readonly Uint8Array[]): Buffer {
  const length = payload.reduce((sum, part) => sum + part.length, 1)
  const header = Buffer.alloc(5)
  header.writeUInt32BE(length, 0)
  header.writeUInt8(kinds.indexOf(kind), 4)
  return Buffer.concat([header, ...payload])
}

function integers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => bytes.writeUInt32BE(value >>> 0, index * 4))
  return bytes
}

// Every platform this runs on is little endian, as is the format; so the bytes are the samples.
const sound = (samples: Int16Array) => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)

function samplesOf(bytes: Uint8Array): Int16Array {
  if (bytes.length % 2 !== 0) throw new FrameStreamError(`sound of ${bytes.length} bytes`)
  // A copy: the bytes need not lie on an even address.
  return new Int16Array(Uint8Array.from(bytes).buffer)
}
