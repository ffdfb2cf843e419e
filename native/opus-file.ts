import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { isOpusProvided, provideOpus } from './codec/opus.ts'
import type { SessionConfig } from './protocol.ts'

/**
 * libopus (400 KB of WebAssembly): found at the start, so that nobody is promised what is not there, and made ready when the
 * first call needs it; most never do.
 */

/** With 128-bit vectors, and for a processor without them the same code, scalar. */
const names = ['simd', 'opus']
let found: Buffer | undefined
let loading: Promise<void> | undefined

/**
 * Reads the library, which later needs its file no more. Resolves with why there is no Opus, for people; undefined when there
 * is. `resolve` finds a file of a package.
 */
export async function findOpus(
  resolve: (name: string) => string = createRequire(import.meta.url).resolve,
): Promise<string | undefined> {
  if (found) return undefined
  let fault = ''
  for (const name of names) {
    try {
      const bytes = await readFile(resolve(`@evan/opus/wasm/${name}.wasm`))
      if (WebAssembly.validate(bytes)) {
        found = bytes
        return undefined
      }
      fault = 'a file of the package @evan/opus is damaged'
    } catch {
      fault ||= 'the package @evan/opus is missing or cannot be read'
    }
  }
  return fault
}

/** Whether a session with this configuration has Opus to read or write, and the library is not ready yet. */
export function needsOpus({ codec, receivePayloadTypes }: SessionConfig): boolean {
  return !isOpusProvided() && (codec === 'Opus' || Object.values(receivePayloadTypes).includes('Opus'))
}

/** Rejects when there is no library. */
export async function loadOpus(): Promise<void> {
  loading ??= load()
  try {
    await loading
  } finally {
    loading = undefined
  }
}

async function load(): Promise<void> {
  const fault = await findOpus()
  if (!found) throw new Error(`There is no Opus: ${fault}`)
  provideOpus(await WebAssembly.compile(found))
}
