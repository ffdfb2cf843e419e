import { closeSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const mostOfOneName = 1000

/** A new empty file in the folder, readable by its owner alone, and its path. Throws what the file system says. */
export function newRecording(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (let count = 1; ; count++) {
    const path = join(folder, count === 1 ? `${name}.wav` : `${name} ${count}.wav`)
    try {
      closeSync(openSync(path, 'wx', 0o600))
      return path
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || count >= mostOfOneName) throw error
    }
  }
}

const headerBytes = 44
/** More recordings than this are not looked through at a start. */
const mostLookedAt = 5000

/**
 * Recordings that a crash cut short: their headers are made to tell how much there is, as long as they are our own (a
 * header of 44 bytes, 16 bit); files without a byte of sound go. What was done, for people. Never throws.
 */
export function mendRecordings(folder: string): string[] {
  const problems: string[] = []
  for (const name of namesIn(folder)) {
    try {
      const problem = mend(join(folder, name))
      if (problem) problems.push(`The recording ${name} ${problem}`)
    } catch (error) {
      problems.push(`The recording ${name} could not be looked at: ${(error as Error).message}`)
    }
  }
  return problems
}

function namesIn(folder: string): string[] {
  try {
    const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
    return files
      .map(({ name }) => name)
      .filter((name) => name.endsWith('.wav'))
      .slice(0, mostLookedAt)
  } catch {
    // No folder, no recordings.
    return []
  }
}

function mend(path: string): string | undefined {
  const { size } = statSync(path)
  if (size === 0) {
    rmSync(path)
    return 'was empty: nothing had been recorded when the program ended, and it was removed'
  }
  const file = openSync(path, 'r+')
  try {
    const header = Buffer.alloc(headerBytes)
    if (readSync(file, header, 0, headerBytes, 0) < headerBytes || !isOurs(header)) return undefined
    const frame = header.readUInt16LE(32)
    const there = size - headerBytes - ((size - headerBytes) % frame)
    if (header.readUInt32LE(40) === there) return undefined
    header.writeUInt32LE(there + headerBytes - 8, 4)
    header.writeUInt32LE(there, 40)
    writeSync(file, header, 0, headerBytes, 0)
    return 'had been cut short and was mended: all that had been written of it can be heard'
  } finally {
    closeSync(file)
  }
}

/** RIFF, WAVE, a plain format chunk of 16 bit PCM, and its samples right behind. */
function isOurs(header: Buffer): boolean {
  const at = (offset: number) => header.toString('latin1', offset, offset + 4)
  const plain = header.readUInt16LE(20) === 1 && header.readUInt16LE(34) === 16 && header.readUInt16LE(32) > 0
  return at(0) === 'RIFF' && at(8) === 'WAVE' && at(12) === 'fmt ' && at(36) === 'data' && plain
}
