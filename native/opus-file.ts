import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { isOpusProvided, provideOpus } from './codec/opus.ts'
import type { SessionConfig } from './protocol.ts'

/** Reads libopus (400 KB of WebAssembly) when the first call needs it; most never do. */

let loading: Promise<void> | undefined

/** Whether a session with this configuration has Opus to read or write, and the library is not here yet. */
export function needsOpus({ codec, receivePayloadTypes }: SessionConfig): boolean {
  return !isOpusProvided() && (codec === 'Opus' || Object.values(receivePayloadTypes).includes('Opus'))
}

/** Rejects when the file is missing or broken; the next call tries again. */
export async function loadOpus(): Promise<void> {
  loading ??= load()
  try {
    await loading
  } finally {
    loading = undefined
  }
}

async function load(): Promise<void> {
  const { resolve } = createRequire(import.meta.url)
  const compiled = async (name: string) => WebAssembly.compile(await readFile(resolve(`@evan/opus/wasm/${name}.wasm`)))
  // A processor without 128-bit WebAssembly vectors: the same code, scalar.
  provideOpus(await compiled('simd').catch(() => compiled('opus')))
}
