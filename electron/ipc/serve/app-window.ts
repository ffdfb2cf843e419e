import { spawn } from 'node:child_process'
import { accessSync, constants, mkdirSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, delimiter, join } from 'node:path'

/** A window of the system's own browser that looks like a program's: Chromium, Chrome or Edge with `--app`. */

export interface Machine {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** Whether the system's administrator runs us. */
  readonly root: boolean
  readonly runs: (path: string) => boolean
  /** The path without links; the same when there is nothing there. */
  readonly real: (path: string) => string
}

export const thisMachine: Machine = {
  platform: process.platform,
  env: process.env,
  home: homedir(),
  root: process.getuid?.() === 0,
  runs(path) {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  },
  real(path) {
    try {
      return realpathSync(path)
    } catch {
      return path
    }
  },
}

/** False on a Linux (or BSD) without X11 and Wayland: nothing can be shown there. */
export function hasScreen({ platform, env }: Pick<Machine, 'platform' | 'env'>): boolean {
  if (platform === 'win32' || platform === 'darwin') return true
  return Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY'])
}

const linuxNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
]
const macApplications = ['Google Chrome', 'Microsoft Edge', 'Chromium']
const windowsPrograms = [
  ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Chromium', 'Application', 'chrome.exe'],
]

/** The program to run; DIALTONE_BROWSER names another one. Undefined when there is none. */
export function findBrowser({ platform, env, home, runs }: Machine): string | undefined {
  const chosen = env['DIALTONE_BROWSER']
  if (chosen !== undefined && chosen !== '') return runs(chosen) ? chosen : undefined
  return candidates(platform, env, home).find(runs)
}

function candidates(platform: NodeJS.Platform, env: Machine['env'], home: string): string[] {
  if (platform === 'darwin')
    return macApplications.flatMap((name) =>
      ['/Applications', join(home, 'Applications')].map((folder) => `${folder}/${name}.app/Contents/MacOS/${name}`),
    )
  if (platform === 'win32') {
    const roots = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((name) => env[name] ?? [])
    return windowsPrograms.flatMap((path) => roots.map((root) => join(root, ...path)))
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'))
  return linuxNames.flatMap((name) => folders.map((folder) => join(folder, name)))
}

/**
 * The only folder that a browser out of a snap package (Ubuntu's Chromium is one) can read and write: hidden folders of
 * the home and the system's /tmp are not there for it. Undefined: this browser goes where its user may.
 */
export function confinedTo(browser: string, { platform, home, runs, real }: Machine): string | undefined {
  if (platform !== 'linux') return undefined
  const path = real(browser)
  const snap = path.startsWith('/snap/') || basename(path) === 'snap'
  // A script that only starts the snap.
  const starter = basename(browser) === 'chromium-browser' && runs('/snap/bin/chromium')
  return snap || starter ? join(home, 'snap', 'chromium', 'common') : undefined
}

/** The arguments of a browser that shows `url` as an app, with a profile of its own. */
export function browserArguments(url: string, profile: string, { platform, root }: Machine): string[] {
  return [
    `--app=${url}`,
    `--user-data-dir=${profile}`,
    '--window-size=376,688',
    '--no-first-run',
    '--no-default-browser-check',
    '--hide-crash-restore-bubble',
    // A window of the phone, not a place to browse from: it asks nobody on the network anything.
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-features=Translate',
    // Chromium's sandbox does not run as root at all (and --test-type keeps it from saying so across the window); a
    // machine where root has a desktop seldom has a GPU.
    ...(root && platform === 'linux' ? ['--no-sandbox', '--test-type', '--disable-gpu', '--disable-quic'] : []),
  ]
}

export interface AppWindow {
  /** The browser's name, for people. */
  readonly browser: string
  /** Resolves when the browser has ended: with what it complained about when it could not even begin. */
  readonly ended: Promise<string | undefined>
  /** Closes it; resolves when it is gone. */
  close(): Promise<void>
}

/** Opening takes longer; whoever ends before, with an error, has not opened. */
const openingMs = 3000
const closeMs = 2000

/** `profile`: a folder of the browser's own. */
export function openAppWindow(browser: string, url: string, profile: string, around = thisMachine): AppWindow {
  mkdirSync(profile, { recursive: true, mode: 0o700 })
  const child = spawn(browser, browserArguments(url, profile, around), { stdio: ['ignore', 'ignore', 'pipe'] })
  const startedAt = performance.now()
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-1000)))
  const ended = new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('exit', (code) => {
      const early = performance.now() - startedAt < openingMs
      resolve(early && code !== 0 ? complaint.trim().split('\n').at(-1) || `it ended with ${code}` : undefined)
    })
  })
  return {
    browser: basename(browser, '.exe'),
    ended,
    async close() {
      child.kill('SIGTERM')
      const killer = setTimeout(() => child.kill('SIGKILL'), closeMs)
      await ended
      clearTimeout(killer)
    },
  }
}
