/** The package ships no types: only what resample.ts calls. Addresses are byte offsets into the module's heap. */
declare module '@echogarden/speex-resampler-wasm/simd' {
  export interface SpeexModule {
    readonly HEAP16: Int16Array
    readonly HEAP32: Int32Array
    _malloc(bytes: number): number
    _free(address: number): void
    _speex_resampler_init(channels: number, from: number, to: number, quality: number, error: number): number
    _speex_resampler_process_int(
      state: number,
      channel: number,
      input: number,
      inputLength: number,
      output: number,
      outputLength: number,
    ): number
    _speex_resampler_get_output_latency(state: number): number
    _speex_resampler_destroy(state: number): void
  }
  export default function load(): Promise<SpeexModule>
}

declare module '@echogarden/speex-resampler-wasm' {
  export { default } from '@echogarden/speex-resampler-wasm/simd'
}
