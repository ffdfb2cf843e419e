import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { findBrowser, thisMachine } from '../../../electron/ipc/serve/app-window.ts'
import { headlessChromium } from '../chromium.ts'
import { Cdp } from './cdp.ts'

/** A browser that shows what it is told to show, and does nothing on its own. */
const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-breakpad',
  '--disable-extensions',
  '--disable-search-engine-choice-screen',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-features=Translate,MediaRouter,OptimizationHints',
  '--password-store=basic',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  // Modules of a page that lies in files: Electron allows them, too.
  '--allow-file-access-from-files',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]

export interface Browser {
  readonly process: ChildProcess
  readonly cdp: Cdp
}

/** Starts the system's Chromium without a window; `debugPort` is for Playwright. */
export function launchChromium(userData: string, debugPort: number | undefined, switches: readonly string[]): Browser {
  const headless = process.env['STANDIN_HEADLESS'] === '1' || !process.env['DISPLAY']
  const program = headless ? headlessChromium() : findBrowser(thisMachine)
  if (program === undefined) throw new Error('the stand-in for Electron needs chromium (apt-get install chromium)')
  const child = spawn(
    program,
    [
      '--remote-debugging-pipe',
      `--user-data-dir=${userData}`,
      '--no-startup-window',
      ...flags,
      ...(headless ? ['--headless'] : []),
      ...(debugPort === undefined ? [] : [`--remote-debugging-port=${debugPort}`]),
      ...switches,
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] },
  )
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n')) if (line.startsWith('DevTools listening on')) process.stderr.write(`${line}\n`)
  })
  return { process: child, cdp: new Cdp(child.stdio[3] as Writable, child.stdio[4] as Readable) }
}
