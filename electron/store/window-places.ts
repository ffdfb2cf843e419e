import { join } from 'node:path'
import { readSettingsFile, writeSettingsFile } from './settings-file.ts'

const name = 'window.json'

/** Where the windows of this profile were; a damaged file is set aside and counts as none. */
export function readWindowPlaces(dataFolder: string, wallTime: number = Date.now()): unknown {
  return readSettingsFile(join(dataFolder, name), wallTime).stored
}

/** Whoever calls this holds the folder's lock. */
export function writeWindowPlaces(dataFolder: string, places: unknown): void {
  writeSettingsFile(join(dataFolder, name), places)
}
