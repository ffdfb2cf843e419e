import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isAlive } from './running-process.ts'
import { until } from './until.ts'

const checkout = fileURLToPath(new URL('../../', import.meta.url))
const builder = fileURLToPath(new URL('build-output.ts', import.meta.url))
const sources = ['electron', 'native', 'renderer', 'assets', 'electron.vite.config.ts', 'package.json']
const shelf = join(checkout, 'out', 'tests')
/** Older ones are thrown away: a test that still runs on one has begun before so many changes. */
const kept = 4
const buildMs = 240_000

/**
 * The folder with `main/`, `preload/` and `renderer/` built of the sources as they are now. It is built once for each
 * state of the sources, however many test files ask at the same time, and never changes afterwards.
 */
export async function builtOutput(): Promise<string> {
  const folder = join(shelf, stateOfSources())
  mkdirSync(shelf, { recursive: true })
  await until(
    'the build of main, preload and renderer',
    () => existsSync(folder) || (takeTurn(`${folder}.lock`) && buildInto(folder)),
    2 * buildMs,
  )
  return folder
}

function buildInto(folder: string): boolean {
  const unfinished = `${folder}.new`
  try {
    if (existsSync(folder)) return true
    rmSync(unfinished, { recursive: true, force: true })
    const { status, stdout, stderr } = spawnSync(process.execPath, [builder, unfinished], {
      encoding: 'utf8',
      timeout: buildMs,
    })
    if (status !== 0) throw new Error(`the build failed:\n${stdout}${stderr}`)
    renameSync(unfinished, folder)
    throwOldAway()
    return true
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
    rmSync(`${folder}.lock`, { force: true })
  }
}

/** True for one process at a time; one that died in its turn has lost it. */
function takeTurn(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    const holder = Number(tryRead(lock))
    if (holder > 0 && !isAlive(holder)) rmSync(lock, { force: true })
    return false
  }
}

function tryRead(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function throwOldAway(): void {
  const builds = readdirSync(shelf)
    .filter((name) => !name.includes('.'))
    .map((name) => ({ path: join(shelf, name), at: statSync(join(shelf, name)).mtimeMs }))
  for (const { path } of builds.sort((a, b) => b.at - a.at).slice(kept)) rmSync(path, { recursive: true, force: true })
}

/** Names, times and sizes of all that goes into the build. */
function stateOfSources(): string {
  const hash = createHash('sha256')
  const add = (path: string) => {
    const { mtimeMs, size } = statSync(path)
    hash.update(`${relative(checkout, path)} ${mtimeMs} ${size}\n`)
  }
  for (const source of sources) {
    const path = join(checkout, source)
    if (!existsSync(path)) continue
    if (!statSync(path).isDirectory()) add(path)
    else
      for (const entry of readdirSync(path, { recursive: true, withFileTypes: true }))
        if (entry.isFile()) add(join(entry.parentPath, entry.name))
  }
  return hash.digest('hex').slice(0, 16)
}
