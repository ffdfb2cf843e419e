import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { resolveConfig } from 'electron-vite'
import { build, mergeConfig } from 'vite'

/** Builds the window as it ships into a folder of its own; the returned function removes it. */
export async function buildRenderer(): Promise<{ readonly folder: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-renderer-'))
  const { config } = await resolveConfig({ root: resolve(import.meta.dirname, '../..') }, 'build', 'production')
  if (config?.renderer === undefined) throw new Error('electron.vite.config.ts has no renderer')
  await build(
    mergeConfig(config.renderer, {
      configFile: false,
      logLevel: 'error',
      build: { outDir: folder, emptyOutDir: true, chunkSizeWarningLimit: 2000 },
    }),
  )
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
