import { spawn } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PhoneError } from '../../phone/phone-error.ts'

/** The page of a checkout, which is built when it is needed. */
export interface PageSource {
  /** Where the built page is, or will be. */
  readonly folder: string
  /** Files and folders it is made of. */
  readonly sources: readonly string[]
  /** The script that makes it, for this Node. */
  readonly script: string
}

const patienceMs = 180_000
const complaintLength = 2000

/**
 * Builds the page unless it is there and newer than all it is made of. `tell` hears that it has begun. Rejects with a
 * PhoneError `internal` that says why it cannot be built.
 */
export async function buildPageIfNeeded(page: PageSource, tell: (line: string) => void): Promise<void> {
  if (await isNewer(join(page.folder, 'index.html'), page.sources)) return
  tell('The window is being built, which is done once and takes some seconds.')
  const complaint = await run(page.script)
  if (complaint === undefined) return
  throw new PhoneError('internal', `The window could not be built (npm ci may help): ${complaint}`)
}

/** Whether what was built is there, and newer than all it is made of: files and folders. */
export async function isNewer(built: string, sources: readonly string[]): Promise<boolean> {
  const changed = await Promise.all(sources.map(changedAt))
  return (await changedAt(built)) > Math.max(...changed)
}

/** The latest change of a file, or of anything in a folder; milliseconds since 1970, 0 for what is not there. */
async function changedAt(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return 0
  if (!found.isDirectory()) return found.mtimeMs
  const entries = await readdir(path)
  const times = await Promise.all(entries.map((entry) => changedAt(join(path, entry))))
  // The folder itself changes when something is taken out of it.
  return Math.max(found.mtimeMs, ...times)
}

/** What went wrong; undefined when nothing did. */
function run(script: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: patienceMs,
      killSignal: 'SIGKILL',
    })
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-complaintLength)
    })
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code) => resolve(code === 0 ? undefined : complaint.trim() || `it ended with ${code}`))
  })
}
