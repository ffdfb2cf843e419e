import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setAside } from './set-aside.ts'

/** Bytes of a file of settings; one that is larger is none. */
export const largestFile = 1_048_576

const settingsWords = { what: 'settings', otherwise: 'the default settings are in use' }

/** Reads a JSON file; one that is none, or is absurdly large, is set aside and `problem` says so in these words. */
export function readSettingsFile(
  path: string,
  wallTime: number,
  { what, otherwise } = settingsWords,
): { stored: unknown; problem?: string } {
  let text: string
  try {
    text = statSync(path).size > largestFile ? '' : readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { stored: undefined }
    throw error
  }
  try {
    const stored: unknown = JSON.parse(text)
    if (typeof stored === 'object' && stored !== null && !Array.isArray(stored)) return { stored }
  } catch {
    // Told below, with the place where the file can be looked at.
  }
  const aside = setAside(path, wallTime)
  return {
    stored: undefined,
    problem: `The ${what} file was damaged. It was kept as ${aside}; ${otherwise}.`,
  }
}

/**
 * Replaces the file whole: at every moment, a crash included, it holds either the old or the new text. The caller
 * holds the folder's lock, so the name of the intermediate file is its own.
 */
export function writeSettingsFile(path: string, settings: unknown): void {
  const unfinished = `${path}.new`
  const file = openSync(unfinished, 'w', 0o600)
  try {
    writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(unfinished, path)
  // The new name itself has to reach the disk too; Windows has no handle of a folder to flush.
  if (process.platform === 'win32') return
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
