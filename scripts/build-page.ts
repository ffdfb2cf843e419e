import { mkdirSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resolveConfig } from 'electron-vite'
import { build } from 'vite'

/**
 * Builds the page alone, as `electron-vite build` builds it: the same bundle for Electron and for `dialtone serve`. It
 * is built beside the old one and then takes its place, so that nobody reads half a page.
 */

const checkout = fileURLToPath(new URL('../', import.meta.url))
process.chdir(checkout)
const begun = new Date()
const { config } = await resolveConfig({ root: checkout, logLevel: 'warn' }, 'build', 'production')
if (config?.renderer === undefined) throw new Error('electron.vite.config.ts has no renderer')
const { renderer } = config
const folder = join(checkout, 'out', 'renderer')
const [fresh, old] = [`${folder}.${process.pid}.new`, `${folder}.${process.pid}.old`]
try {
  await build({ ...renderer, configFile: false, build: { ...renderer.build, outDir: fresh, emptyOutDir: true } })
  // What changes while it is being built is newer than the page.
  utimesSync(join(fresh, 'index.html'), begun, begun)
  mkdirSync(dirname(folder), { recursive: true })
  takeItsPlace()
} finally {
  rmSync(fresh, { recursive: true, force: true })
  rmSync(old, { recursive: true, force: true })
}

/** Another build may do the same at the same moment: then either page will do. */
function takeItsPlace(): void {
  for (let tries = 0; tries < 20; tries++) {
    try {
      renameSync(folder, old)
    } catch {
      // There was none, or the other build has taken it away.
    }
    try {
      renameSync(fresh, folder)
      return
    } catch (error) {
      if (tries === 19) throw error
      rmSync(old, { recursive: true, force: true })
    }
  }
}
