import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Electron's binary comes apart from its package, when it is first needed; not everybody can fetch it. */

export class NoElectron extends Error {}

type Environment = Readonly<Record<string, string | undefined>>

/** To find out whether there is a connection at all, and for the whole of about 120 MB. */
const connectMs = 3000
const fetchMs = 300_000

/** The program, fetched if need be: `folder` is that of the package. Rejects with NoElectron, never waits for ever. */
export async function findElectron(
  folder: string,
  say: (line: string) => void,
  env: Environment = process.env,
): Promise<string> {
  const there = installed(folder, env)
  if (there !== undefined) return there
  const installer = join(folder, 'install.js')
  if (!existsSync(installer)) throw new NoElectron('its package is not installed')
  if (env['ELECTRON_SKIP_BINARY_DOWNLOAD']) throw new NoElectron('ELECTRON_SKIP_BINARY_DOWNLOAD is set')
  await connect(env)
  say('Electron is fetched, which is done once and takes a minute or so.')
  await run(installer, env)
  const fetched = installed(folder, env)
  if (fetched === undefined) throw new NoElectron('it could not be fetched')
  return fetched
}

/** Where electron's own index.js looks. */
function installed(folder: string, env: Environment): string | undefined {
  const dist = env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist')
  try {
    const program = join(dist, readFileSync(join(folder, 'path.txt'), 'utf8'))
    if (existsSync(program)) return program
  } catch {
    // Nothing was ever fetched.
  }
  const own = join(dist, process.platform === 'win32' ? 'electron.exe' : 'electron')
  return env['ELECTRON_OVERRIDE_DIST_PATH'] !== undefined && existsSync(own) ? own : undefined
}

/** Behind a proxy the installer has to find out for itself. */
async function connect(env: Environment): Promise<void> {
  if (env['HTTPS_PROXY'] ?? env['https_proxy']) return
  const mirror = env['ELECTRON_MIRROR'] ?? env['npm_config_electron_mirror'] ?? 'https://github.com/electron/'
  try {
    await fetch(mirror, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(connectMs) })
  } catch {
    throw new NoElectron(`its binary is not installed, and ${host(mirror)} cannot be reached to fetch it`)
  }
}

function host(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

/** What the installer complains about is of no use to whoever just wants to call. */
function run(installer: string, env: Environment): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [installer], {
      stdio: 'ignore',
      timeout: fetchMs,
      killSignal: 'SIGKILL',
      env: { ...process.env, ...env, NODE_USE_ENV_PROXY: '1' },
    })
    child.on('error', () => resolve())
    child.on('exit', () => resolve())
  })
}
