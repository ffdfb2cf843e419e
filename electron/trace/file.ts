import { writeFile } from 'node:fs/promises'

/** Readable by its owner alone: digest responses and what people said are in it. Rejects when it cannot be written. */
export function saveTrace(path: string, bytes: Uint8Array): Promise<void> {
  return writeFile(path, bytes, { mode: 0o600 })
}
