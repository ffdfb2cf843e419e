import { readFile, writeFile } from 'node:fs/promises'
import { type Capture, readCapture } from '../dissect/capture.ts'

/** Readable by its owner alone: digest responses and what people said are in it. Rejects when it cannot be written. */
export function saveTrace(path: string, bytes: Uint8Array): Promise<void> {
  return writeFile(path, bytes, { mode: 0o600 })
}

/** Rejects with the error of the file system when it cannot be read, with a CaptureError when it is no capture. */
export async function openCapture(path: string): Promise<Capture> {
  return readCapture(await readFile(path))
}
