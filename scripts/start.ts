import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { main } from '../electron/headless-main.ts'
import { hasScreen } from '../electron/ipc/serve/app-window.ts'
import { isNewer } from '../electron/ipc/serve/page-build.ts'
import { findElectron, NoElectron } from './electron-program.ts'

/**
 * `npm start [-- OPTIONS]`: the phone in a window of its own. That is Electron where its binary is or can be fetched,
 * and otherwise an app window of the system's browser. Options are those of `dialtone serve`, the common ones of both.
 */

const checkout = fileURLToPath(new URL('../', import.meta.url))
const args = process.argv.slice(2)
/** Electron that ends sooner, and not with a code of ours, has not started at all: a library is missing, or the like. */
const startingMs = 5000
const ownCodes = [0, 1, 2]

const say = (line: string) => void process.stderr.write(`${line}\n`)

if (hasScreen(process)) await startWindow()
// There is only the browser of another machine, which comes and goes.
else await main(['serve', '--open', ...args])

async function startWindow(): Promise<void> {
  try {
    const program = await findElectron(join(checkout, 'node_modules', 'electron'), say)
    await buildWindow()
    process.exitCode = await runElectron(program)
  } catch (error) {
    if (!(error instanceof NoElectron)) throw error
    say(`No Electron here (${error.message}): the phone opens in a browser.`)
    await main(['serve', '--open', '--end-with-window', ...args])
  }
}

async function buildWindow(): Promise<void> {
  const sources = ['electron', 'native', 'renderer', 'assets', 'electron.vite.config.ts', 'package-lock.json']
  const inCheckout = sources.map((path) => join(checkout, path))
  const built = join(checkout, 'out', 'main', 'main.js')
  if (await isNewer(built, inCheckout)) return
  say('The window is being built, which is done once and takes some seconds.')
  const builder = join(checkout, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const { status } = spawnSync(process.execPath, [builder, 'build', '--logLevel', 'error'], {
    cwd: checkout,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0 || !existsSync(built)) throw new NoElectron('its window could not be built')
}

/** Resolves with the exit code. Rejects with NoElectron when it did not get as far as our own code. */
function runElectron(program: string): Promise<number> {
  // Chromium's sandbox does not run as root.
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const child = spawn(program, [...sandbox, checkout, ...args], { stdio: 'inherit' })
  const startedAt = performance.now()
  let asked = false
  // Ctrl-C reaches it by itself, from the terminal.
  process.on('SIGINT', () => (asked = true))
  for (const signal of ['SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      asked = true
      child.kill(signal)
    })
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new NoElectron(error.message)))
    child.on('exit', (code, signal) => {
      const early = performance.now() - startedAt < startingMs
      if (early && !asked && !ownCodes.includes(code ?? -1)) reject(new NoElectron(`it ended with ${code ?? signal}`))
      else resolve(code ?? 1)
    })
  })
}
