import type { CodecName, SessionConfig } from '../protocol.ts'
import { g722 } from './g722.ts'
import { opus } from './opus.ts'
import { pcma } from './pcma.ts'
import { pcmu } from './pcmu.ts'

/** One direction of one stream: a codec may go by what went before. Neither throws. */
export interface Encoder {
  /** Writes into `payload` (large enough), returns the bytes written. */
  encode(pcm: Int16Array, payload: Uint8Array): number
  /** The peer misses so many of our packets, percent. */
  expectLoss?(percent: number): void
}

export interface Decoder {
  /** Writes into `pcm` what fits, returns the samples written. */
  decode(payload: Uint8Array, pcm: Int16Array): number
  /** Whether `payload` also has the sound of the packet before it. */
  hasPrevious?(payload: Uint8Array): boolean
  /**
   * Of packets that are lost, the sound just before `next`, which is still to be decoded: fills `pcm`, and returns of how many
   * samples, the last ones, `next` knew; the others are made up.
   */
  recover?(next: Uint8Array, pcm: Int16Array): number
}

export interface Codec {
  readonly name: CodecName
  /** Of the sound, Hz. */
  readonly rate: SoundRate
  /** RTP timestamp units a second. */
  readonly clockRate: number
  /** How long `payload` lasts, timestamp units; 0 where that is nothing to play. */
  unitsOf(payload: Uint8Array): number
  /** The packets nearest to `wanted` that it makes, not above if there are any, ms (10 to 60). */
  packetMs(wanted: number): number
  /** By what was agreed on. */
  encoder(config?: Pick<SessionConfig, 'opus'>): Encoder
  decoder(): Decoder
}

/** What sound is worked on with, Hz: telephone and wide band. */
type SoundRate = 8000 | 16_000

const codecs: Readonly<Record<CodecName, Codec>> = { PCMU: pcmu, PCMA: pcma, G722: g722, Opus: opus }

export const codecByName = (name: CodecName): Codec => codecs[name]

/** Whether a capture's sound in it can be played: Opus needs a library that only the media process loads. */
export const isReadAnywhere = ({ name }: Codec): boolean => name !== 'Opus'

/** As a description has it, whose letters' case says nothing (RFC 8866 6.6); undefined: not spoken here. */
export const codecByEncoding = (encoding: string): Codec | undefined =>
  Object.values(codecs).find(({ name }) => name.toUpperCase() === encoding.toUpperCase())
