import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findElectron, NoElectron } from './electron-program.ts'
import { makeStandInDist } from './package/stand-in-dist.ts'

/**
 * `npm run package [-- OPTIONS OF electron-builder]`: builds, checks licences, and makes the packages of this system
 * into dist/. Where Electron's binary cannot be had, the packages are made around a stand-in, into dist/stand-in: they
 * show what is packed, and start nothing. `--stand-in` asks for that. `--built FOLDER` takes what is built there, and
 * `--output FOLDER` is another place than dist/.
 */

const checkout = fileURLToPath(new URL('../', import.meta.url))
const { values, positionals, tokens } = parseArgs({
  options: { 'stand-in': { type: 'boolean' }, built: { type: 'string' }, output: { type: 'string' } },
  strict: false,
  allowPositionals: true,
  tokens: true,
})
const { built, output: place = 'dist' } = values as { built?: string; output?: string }
/** What is none of ours is electron-builder's. */
const args = [
  ...tokens.flatMap((token) =>
    token.kind === 'option' && !['stand-in', 'built', 'output'].includes(token.name)
      ? [token.value === undefined ? token.rawName : `${token.rawName}=${token.value}`]
      : [],
  ),
  ...positionals,
]

function run(program: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status } = spawnSync(process.execPath, [join(checkout, program), ...words], {
    cwd: checkout,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}`)
}

function builder(output: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const own = ['--config', 'electron-builder.config.ts', `-c.directories.output=${output}`]
  run('node_modules/electron-builder/cli.js', [...own, ...words, ...args], {
    ...env,
    ...(built === undefined ? {} : { DIALTONE_BUILT: built }),
  })
}

function found(...programs: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return programs.flatMap((program) => folders.map((folder) => join(folder, program))).find((path) => existsSync(path))
}

async function hasElectron(): Promise<boolean> {
  if (values['stand-in'] === true) return false
  try {
    await findElectron(join(checkout, 'node_modules', 'electron'), console.log)
    return true
  } catch (error) {
    if (!(error instanceof NoElectron)) throw error
    console.log(`No Electron here (${error.message}): packages are made around a stand-in, to be looked at.`)
    return false
  }
}

/** Each package, and the archive that is inside all of them. */
function sizes(folder: string): { path: string; bytes: number }[] {
  return globSync(
    ['*.*', 'stand-in/*.*', '{.,stand-in}/*unpacked/resources/app.asar', '*/*.app/Contents/Resources/app.asar'],
    {
      cwd: folder,
    },
  )
    .filter((path) => !/\.(?:yml|yaml|blockmap)$/.test(path))
    .map((path) => ({ path, bytes: statSync(join(folder, path)).size }))
}

/** Nothing is fetched: 7-Zip is the system's, fpm is ours. */
function packageAroundStandIn(): void {
  if (process.platform !== 'linux') throw new Error('packages around a stand-in are made on Linux only')
  const dist = mkdtempSync(join(tmpdir(), 'dialtone-electron-'))
  const output = join(place, 'stand-in')
  rmSync(resolve(checkout, output), { recursive: true, force: true })
  try {
    makeStandInDist(dist, checkout)
    const env = {
      DIALTONE_STAND_IN_DIST: dist,
      ELECTRON_BUILDER_OFFLINE: 'true',
      ELECTRON_BUILDER_7ZIP_PATH: found('7za', '7zz', '7z') ?? '',
      CUSTOM_FPM_PATH: fileURLToPath(new URL('package/fpm.ts', import.meta.url)),
    }
    builder(output, ['--linux', 'dir'], env)
    const packed = ['--prepackaged', join(output, 'linux-unpacked')]
    for (const [target, program] of [
      ['tar.gz', found('7za', '7zz', '7z')],
      ['deb', found('dpkg-deb')],
    ] as const)
      if (program === undefined) console.log(`No ${target}: the program that makes it is not installed.`)
      else builder(output, ['--linux', target, ...packed], env)
  } finally {
    rmSync(dist, { recursive: true, force: true })
  }
}

if (built === undefined) run('node_modules/electron-vite/bin/electron-vite.js', ['build', '--logLevel', 'warn'])
run('scripts/licences.ts', [])
if (await hasElectron()) builder(place, [])
else packageAroundStandIn()
for (const { path, bytes } of sizes(resolve(checkout, place))) console.log(`${path}: ${(bytes / 1e6).toFixed(1)} MB`)
