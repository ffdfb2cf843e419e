import { closeSync, mkdirSync, openSync } from 'node:fs'
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
