import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resolveConfig } from 'electron-vite'
import { build } from 'vite'

/** Builds main, preload and renderer as `electron-vite build` does, into the folder named on the command line. */

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: build-output.ts FOLDER')
const checkout = fileURLToPath(new URL('../../', import.meta.url))
process.chdir(checkout)
const { config } = await resolveConfig({ root: checkout, logLevel: 'warn' }, 'build', 'production')
for (const name of ['main', 'preload', 'renderer'] as const) {
  const part = config?.[name]
  if (part === undefined) throw new Error(`electron.vite.config.ts has no ${name}`)
  const outDir = join(folder, name)
  await build({ ...part, configFile: false, build: { ...part.build, outDir, emptyOutDir: true } })
}
