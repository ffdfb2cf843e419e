import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { StoreError } from '../phone/ports.ts'

/** Where a profile's data live unless a folder is named, by the customs of each platform. */
export function defaultDataFolder(
  profile: string,
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): string {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._ -]{0,63}$/u.test(profile)) {
    throw new StoreError('bad-profile', `"${profile}" cannot be the name of a profile: use letters, digits, - and _`)
  }
  switch (platform) {
    case 'win32':
      return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Dialtone', profile)
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Dialtone', profile)
    default: {
      // XDG Base Directory Specification: a relative path there is invalid and to be ignored.
      const xdg = env['XDG_DATA_HOME']
      return join(xdg?.startsWith('/') === true ? xdg : join(home, '.local', 'share'), 'dialtone', profile)
    }
  }
}

/** Makes the folder, for its owner alone. One that exists keeps its rights: it may be the user's own choice. */
export function makeDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new StoreError('internal', `The data folder ${folder} cannot be made`, { cause: error })
  }
}

/** A folder that lives as long as the phone. */
export function makeThrowAwayFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
