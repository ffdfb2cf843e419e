import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../phone/ports.ts'
import { isCorrupt, makePrivateFile, setAside } from './set-aside.ts'

/**
 * One process a data folder. The lock is SQLite's write lock on a file of its own: the operating system drops it with
 * the process, however that ends, so there is no stale lock to recognise. Whoever finds it taken can still read the
 * holder's process id.
 */
export function lockFolder(folder: string, wallTime: number): { release(): void } {
  const path = join(folder, 'lock')
  try {
    return lock(folder, path)
  } catch (error) {
    if (!isCorrupt(error)) throw error
    setAside(path, wallTime)
    return lock(folder, path)
  }
}

function lock(folder: string, path: string): { release(): void } {
  makePrivateFile(path)
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    // Nothing in it is worth a disk's flush.
    database.exec('PRAGMA synchronous = OFF')
    database.exec('BEGIN IMMEDIATE')
    database.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER)')
    database.exec('DELETE FROM holder')
    database.prepare('INSERT INTO holder VALUES (?)').run(process.pid)
    database.exec('COMMIT')
    database.exec('BEGIN IMMEDIATE')
  } catch (error) {
    const holder = isBusy(error) ? readHolder(database) : undefined
    database.close()
    if (!isBusy(error)) throw error
    const who = holder === undefined ? 'another Dialtone' : `another Dialtone (process ${holder})`
    throw new StoreError('data-folder-locked', `The data folder ${folder} is in use by ${who}`, { cause: error })
  }
  return { release: () => database.close() }
}

function readHolder(database: DatabaseSync): number | undefined {
  try {
    const pid = database.prepare('SELECT pid FROM holder').get()?.['pid']
    return typeof pid === 'number' ? pid : undefined
  } catch {
    // Only the message gets poorer: the holder is just writing.
    return undefined
  }
}

const SQLITE_BUSY = 5

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
