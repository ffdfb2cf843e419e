import type { CodecName } from '../protocol.ts'
import { g722 } from './g722.ts'
import { pcma } from './pcma.ts'
import { pcmu } from './pcmu.ts'

/** One direction of one stream: a codec may go by what went before. Neither throws. */
export interface Encoder {
  /** Writes into `payload` (large enough), returns the bytes written. */
  encode(pcm: Int16Array, payload: Uint8Array): number
}

export interface Decoder {
  /** Writes into `pcm` what fits, returns the samples written. */
  decode(payload: Uint8Array, pcm: Int16Array): number
}

export interface Codec {
  readonly name: CodecName
  /** Of the sound, Hz. */
  readonly rate: SoundRate
  /** RTP timestamp units a second. */
  readonly clockRate: number
  /** How long `payload` lasts, timestamp units. */
  unitsOf(payload: Uint8Array): number
  encoder(): Encoder
  decoder(): Decoder
}

/** What sound is worked on with, Hz: telephone and wide band. */
export type SoundRate = 8000 | 16_000

const codecs: Readonly<Record<CodecName, Codec>> = { PCMU: pcmu, PCMA: pcma, G722: g722 }

export const codecByName = (name: CodecName): Codec => codecs[name]

/** As a description has it, whose letters' case says nothing (RFC 8866 6.6); undefined: not spoken here. */
export const codecByEncoding = (encoding: string): Codec | undefined =>
  Object.values(codecs).find(({ name }) => name.toUpperCase() === encoding.toUpperCase())
