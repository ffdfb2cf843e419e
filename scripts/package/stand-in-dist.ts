import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A folder such as Electron's own, whose program only says that it is none. */
export function makeStandInDist(folder: string, checkout: string): void {
  mkdirSync(join(folder, 'resources'), { recursive: true })
  mkdirSync(join(folder, 'locales'), { recursive: true })
  const program = join(folder, 'electron')
  writeFileSync(program, '#!/bin/sh\necho "This package was made without Electron, only to look at it." >&2\nexit 1\n')
  chmodSync(program, 0o755)
  writeFileSync(join(folder, 'chrome-sandbox'), '')
  writeFileSync(join(folder, 'LICENSES.chromium.html'), '<!doctype html><title>of Chromium</title>\n')
  writeFileSync(join(folder, 'locales', 'en-US.pak'), '')
  copyFileSync(join(checkout, 'node_modules', 'electron', 'LICENSE'), join(folder, 'LICENSE'))
}
