import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * node-gyp writes the folder where it built into what it builds (ELF RUNPATH): elsewhere the library would not be
 * found, and strangers could read where we work. `$ORIGIN` is the folder of the file itself (ld.so(8)).
 */
export function leavePathsOut(folder: string): Promise<void> {
  for (const file of globSync('**/naudiodon/build/Release/*.node', { cwd: folder })) {
    const path = join(folder, file)
    const bytes = readFileSync(path)
    if (withOrigin(bytes)) writeFileSync(path, bytes)
  }
  return Promise.resolve()
}

const end = '/naudiodon/build/Release\0'
const origin = '$ORIGIN'

/** Changes the bytes in place, for the shorter text fits where the longer one was; false where there is none. */
export function withOrigin(bytes: Buffer): boolean {
  if (bytes.toString('latin1', 0, 4) !== '\x7fELF') return false
  const at = bytes.indexOf(end, 0, 'latin1')
  if (at < 0) return false
  // A string of .dynstr begins behind the zero of the one before.
  const start = bytes.lastIndexOf(0, at) + 1
  bytes.fill(0, start, at + end.length)
  bytes.write(origin, start, 'latin1')
  return true
}
