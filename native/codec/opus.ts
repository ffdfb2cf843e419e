import type { OpusParameters } from '../protocol.ts'
import type { Codec, Decoder, Encoder } from './codec.ts'
import { OPUS_RATE, OpusLibrary } from './opus-library.ts'
import { hasPreviousSound, OPUS_CLOCK, opusUnits } from './opus-packet.ts'

/** Opus (RFC 6716, RFC 7587), one channel of wide band. Its encoders and decoders exist only once `provideOpus` was called. */

let library: OpusLibrary | undefined

export function provideOpus(module: WebAssembly.Module): void {
  library ??= new OpusLibrary(module)
}

export const isOpusProvided = (): boolean => library !== undefined

function provided(): OpusLibrary {
  if (!library) throw new Error('Opus was not provided')
  return library
}

const asPeersMayBe: OpusParameters = { fec: false }
/** Of the sound. */
const perMs = OPUS_RATE / 1000
const grain = 2.5 * perMs
/** At once. */
const longestConcealed = 60 * perMs

class OpusEncoder implements Encoder {
  readonly #library = provided()
  readonly #state: number

  constructor(parameters: OpusParameters) {
    this.#state = this.#library.encoder(this, parameters)
  }

  encode(pcm: Int16Array, payload: Uint8Array): number {
    return this.#library.encode(this.#state, pcm, payload)
  }

  expectLoss(percent: number): void {
    this.#library.expectLoss(this.#state, percent)
  }
}

class OpusDecoder implements Decoder {
  readonly #library = provided()
  readonly #state = this.#library.decoder(this)

  decode(payload: Uint8Array, pcm: Int16Array): number {
    const sound = this.#library.decode(this.#state, payload).subarray(0, pcm.length)
    pcm.set(sound)
    return sound.length
  }

  hasPrevious(payload: Uint8Array): boolean {
    return hasPreviousSound(payload)
  }

  recover(next: Uint8Array, pcm: Int16Array): number {
    const length = (opusUnits(next) * OPUS_RATE) / OPUS_CLOCK
    const known = hasPreviousSound(next) ? length : 0
    // What comes first is made up; the rest is as long as the packet, even where less of it is wanted.
    let madeUp = Math.max(0, Math.ceil((pcm.length - known) / grain) * grain)
    let from = pcm.length - known - madeUp
    for (; madeUp > 0; madeUp -= longestConcealed) {
      const part = this.#library.conceal(this.#state, Math.min(madeUp, longestConcealed))
      from = place(pcm, part, from)
    }
    if (known > 0) place(pcm, this.#library.previous(this.#state, next, length), from)
    return Math.min(known, pcm.length)
  }
}

/** Writes `part` where `from` (below 0: before the beginning) is, returns where it ends. */
function place(pcm: Int16Array, part: Int16Array, from: number): number {
  const skipped = Math.max(0, -from)
  if (skipped < part.length) pcm.set(part.subarray(skipped, skipped + pcm.length - from - skipped), from + skipped)
  return from + part.length
}

/** Packets of 30 and 50 ms there are none (RFC 7587 6.1). */
const packets = [60, 40, 20]

export const opus: Codec = {
  name: 'Opus',
  rate: OPUS_RATE,
  clockRate: OPUS_CLOCK,
  unitsOf: opusUnits,
  packetMs: (wanted) => packets.find((ms) => ms <= wanted) ?? 10,
  encoder: ({ opus: parameters = asPeersMayBe } = {}) => new OpusEncoder(parameters),
  decoder: () => new OpusDecoder(),
}
