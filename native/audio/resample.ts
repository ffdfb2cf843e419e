/* oxlint-disable no-underscore-dangle -- the names are those of the WebAssembly module */
import type { SpeexModule } from '@echogarden/speex-resampler-wasm/simd'

/**
 * Sample rate conversion for one mono stream, by the Speex resampler (quality 5: flat to 3.4 kHz, THD+N below -89 dB,
 * 2.5 ms delay on either side). One module for the process; each Resampler has a filter memory of its own.
 */

const speex = await loadModule()

const quality = 5
/** Samples a single call takes; longer input is cut. */
const block = 4096

async function loadModule(): Promise<SpeexModule> {
  try {
    return await (await import('@echogarden/speex-resampler-wasm/simd')).default()
  } catch {
    // A processor without 128-bit WebAssembly vectors: the same code, scalar.
    return (await import('@echogarden/speex-resampler-wasm')).default()
  }
}

export class Resampler {
  /** Delay of the filter, milliseconds. */
  readonly delayMs: number
  readonly #state: number
  readonly #memory: number
  readonly #outputBlock: number
  #closed = false

  /** `from` and `to` in Hz, 4000 to 384000 each. Throws a RangeError outside. */
  constructor(from: number, to: number) {
    for (const rate of [from, to])
      if (!Number.isInteger(rate) || rate < 4000 || rate > 384_000) throw new RangeError(`bad sample rate ${rate}`)
    this.#outputBlock = Math.ceil((block * to) / from) + 16
    this.#memory = speex._malloc(16 + 2 * block + 2 * this.#outputBlock)
    this.#state = speex._speex_resampler_init(1, from, to, quality, this.#memory)
    if (this.#state === 0) throw new RangeError(`no conversion from ${from} to ${to} Hz`)
    this.delayMs = (1000 * speex._speex_resampler_get_output_latency(this.#state)) / to
  }

  /** Converts all of `input`; the result has its length times to/from, a sample more or less where that is no whole number. */
  process(input: Int16Array): Int16Array {
    if (this.#closed) throw new Error('resampler is closed')
    if (input.length <= block) return this.#processBlock(input)
    const parts: Int16Array[] = []
    for (let at = 0; at < input.length; at += block) parts.push(this.#processBlock(input.subarray(at, at + block)))
    const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) {
      all.set(part, at)
      at += part.length
    }
    return all
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    speex._speex_resampler_destroy(this.#state)
    speex._free(this.#memory)
  }

  #processBlock(input: Int16Array): Int16Array {
    const [inputLength, outputLength] = [this.#memory + 4, this.#memory + 8]
    const inputAt = this.#memory + 16
    const outputAt = inputAt + 2 * block
    speex.HEAP16.set(input, inputAt >> 1)
    speex.HEAP32[inputLength >> 2] = input.length
    speex.HEAP32[outputLength >> 2] = this.#outputBlock
    speex._speex_resampler_process_int(this.#state, 0, inputAt, inputLength, outputAt, outputLength)
    const produced = speex.HEAP32[outputLength >> 2] ?? 0
    return speex.HEAP16.slice(outputAt >> 1, (outputAt >> 1) + produced)
  }
}
