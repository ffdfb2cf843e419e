import { closeSync, existsSync, openSync, renameSync } from 'node:fs'

/**
 * Moves a file that cannot be read out of the way, never deleting it. `wallTime` in milliseconds names it.
 * Returns its new path.
 */
export function setAside(path: string, wallTime: number): string {
  const stamp = new Date(wallTime).toISOString().replaceAll(/[:.]/g, '-')
  let aside = `${path}.corrupt-${stamp}`
  for (let more = 2; existsSync(aside); more++) aside = `${path}.corrupt-${stamp}-${more}`
  renameSync(path, aside)
  return aside
}

/** Makes an empty file for its owner alone, if there is none. SQLite gives its side files the same rights. */
export function makePrivateFile(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
}

const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26

/** Whether SQLite says that the file itself is damaged. */
export function isCorrupt(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false
  // The low byte is the primary result code, the rest an extension of it.
  const primary = error.errcode & 0xff
  return primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB
}
