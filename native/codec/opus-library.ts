/* oxlint-disable no-underscore-dangle -- the name is that of the WebAssembly module */
import type { OpusParameters } from '../protocol.ts'

/**
 * libopus as WebAssembly (of the package @evan/opus, whose own interface knows neither loss nor forward error correction):
 * states by their addresses, sound of 16 kHz and one channel. Whoever wants Opus provides the library first.
 */

interface Exports {
  readonly memory: WebAssembly.Memory
  _initialize(): void
  malloc(bytes: number): number
  free(address: number): void
  opus_encoder_get_size(channels: number): number
  opus_encoder_init(state: number, rate: number, channels: number, application: number): number
  opus_encoder_ctl_set(state: number, request: number, value: number): number
  opus_encode(state: number, pcm: number, samples: number, packet: number, most: number): number
  opus_decoder_get_size(channels: number): number
  opus_decoder_init(state: number, rate: number, channels: number): number
  opus_decode(state: number, packet: number, length: number, pcm: number, samples: number, fec: number): number
}

export const OPUS_RATE = 16_000
/** Samples of 120 ms. */
const MOST_SAMPLES = (120 * OPUS_RATE) / 1000
const MOST_BYTES = 4096
const VOIP = 2048
/** opus_defines.h */
const requests = {
  bitrate: 4002,
  maxBandwidth: 4004,
  vbr: 4006,
  complexity: 4010,
  inbandFec: 4012,
  expectedLoss: 4014,
  signal: 4024,
} as const
const VOICE = 3001
const [NARROW, MEDIUM, WIDE] = [1101, 1102, 1103]
/** Bits a second: for speech in wide band 16 to 20 kbit/s (RFC 7587 3.1.1), and what repeating it takes; below 21 libopus repeats nothing. */
const BITRATE = 28_000
/** Of 10. More takes twice the time for what nobody hears at this rate. */
const COMPLEXITY = 5
/** Percent that are reckoned with before the peer has reported any: the first loss is not to be the one that is heard. */
const FIRST_LOSS = 5

export class OpusLibrary {
  readonly #wasm: Exports
  readonly #packet: number
  readonly #pcm: number
  readonly #states: FinalizationRegistry<number>

  constructor(module: WebAssembly.Module) {
    const nothing = () => 0
    const system = { fd_seek: nothing, fd_write: nothing, fd_close: nothing, proc_exit: nothing }
    const env = { emscripten_notify_memory_growth: nothing }
    const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: system, env })
    const wasm = instance.exports as unknown as Exports
    wasm._initialize()
    this.#wasm = wasm
    this.#packet = wasm.malloc(MOST_BYTES)
    this.#pcm = wasm.malloc(2 * MOST_SAMPLES)
    this.#states = new FinalizationRegistry((state) => wasm.free(state))
  }

  /** Lives as long as `owner` does. */
  encoder(owner: object, { fec, maxRate = OPUS_RATE, maxBitrate = BITRATE, constant }: OpusParameters): number {
    const state = this.#wasm.malloc(this.#wasm.opus_encoder_get_size(1))
    this.#states.register(owner, state)
    this.#wasm.opus_encoder_init(state, OPUS_RATE, 1, VOIP)
    const set = (request: keyof typeof requests, value: number) => this.#set(state, request, value)
    set('signal', VOICE)
    set('complexity', COMPLEXITY)
    set('bitrate', Math.max(6000, Math.min(BITRATE, maxBitrate)))
    set('vbr', constant ? 0 : 1)
    set('maxBandwidth', maxRate < 12_000 ? NARROW : maxRate < 16_000 ? MEDIUM : WIDE)
    set('inbandFec', fec ? 1 : 0)
    set('expectedLoss', FIRST_LOSS)
    return state
  }

  expectLoss(encoder: number, percent: number): void {
    this.#set(encoder, 'expectedLoss', Math.min(100, Math.max(FIRST_LOSS, Math.round(percent))))
  }

  /** Bytes written into `packet`; 0: none, which only another length than 10, 20, 40 or 60 ms brings about. */
  encode(encoder: number, pcm: Int16Array, packet: Uint8Array): number {
    new Int16Array(this.#wasm.memory.buffer, this.#pcm, MOST_SAMPLES).set(pcm.subarray(0, MOST_SAMPLES))
    const most = Math.min(packet.length, MOST_BYTES)
    const length = this.#wasm.opus_encode(encoder, this.#pcm, pcm.length, this.#packet, most)
    if (length <= 0) return 0
    packet.set(new Uint8Array(this.#wasm.memory.buffer, this.#packet, length))
    return length
  }

  /** Lives as long as `owner` does. */
  decoder(owner: object): number {
    const state = this.#wasm.malloc(this.#wasm.opus_decoder_get_size(1))
    this.#states.register(owner, state)
    this.#wasm.opus_decoder_init(state, OPUS_RATE, 1)
    return state
  }

  /** Valid until the next call, empty when it is no packet. */
  decode(decoder: number, packet: Uint8Array): Int16Array {
    return this.#decode(decoder, packet, MOST_SAMPLES, 0)
  }

  /** The sound before `next`, as far as it has that; `samples` is the length of `next`. */
  previous(decoder: number, next: Uint8Array, samples: number): Int16Array {
    return this.#decode(decoder, next, samples, 1)
  }

  /** What may have followed: `samples` (a multiple of 2.5 ms, 120 ms at most) of sound made up. */
  conceal(decoder: number, samples: number): Int16Array {
    return this.#decode(decoder, undefined, samples, 0)
  }

  #decode(decoder: number, packet: Uint8Array | undefined, samples: number, fec: 0 | 1): Int16Array {
    const length = packet?.length ?? 0
    if (length > MOST_BYTES || samples > MOST_SAMPLES) return new Int16Array(0)
    if (packet) new Uint8Array(this.#wasm.memory.buffer, this.#packet, length).set(packet)
    const from = packet ? this.#packet : 0
    const count = this.#wasm.opus_decode(decoder, from, length, this.#pcm, samples, fec)
    return new Int16Array(this.#wasm.memory.buffer, this.#pcm, Math.max(0, count))
  }

  #set(encoder: number, request: keyof typeof requests, value: number): void {
    this.#wasm.opus_encoder_ctl_set(encoder, requests[request], value)
  }
}
