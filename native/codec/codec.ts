import type { CodecName } from '../protocol.ts'
import { pcma } from './pcma.ts'
import { pcmu } from './pcmu.ts'

/** Samples to bytes and back. Stateless, never throws. */
export interface Codec {
  readonly name: CodecName
  /** RTP timestamp units a second. */
  readonly clockRate: number
  /** How many samples `payload` holds. */
  samplesOf(payload: Uint8Array): number
  /** Writes into `payload` (large enough), returns the bytes written. */
  encode(pcm: Int16Array, payload: Uint8Array): number
  /** Writes into `pcm` what fits, returns the samples written. */
  decode(payload: Uint8Array, pcm: Int16Array): number
}

const codecs: Readonly<Record<CodecName, Codec>> = { PCMU: pcmu, PCMA: pcma }

export const codecByName = (name: CodecName): Codec => codecs[name]
