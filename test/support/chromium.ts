import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { findBrowser, thisMachine } from '../../electron/ipc/serve/app-window.ts'

/** Chromium without whatever shows itself on a screen: the same pages at half the work. A Debian package of that name. */
const headlessShell = '/usr/bin/chromium-headless-shell'

/** The program that shows pages nobody looks at; undefined where there is none. */
export function headlessChromium(): string | undefined {
  return existsSync(headlessShell) ? headlessShell : findBrowser(thisMachine)
}

/** Most pages of tests live for a second: what the engine does to make them faster later costs a fifth of that. */
const hasty = '--js-flags=--no-opt --no-maglev'

/**
 * The system's own Chromium, without a screen, asking nobody outside; each page gets a fresh profile. `measured`: it is
 * to be the browser that users have, and its pages as fast as theirs.
 */
export function launchChromium(measured = false): Promise<Browser> {
  return chromium.launch({
    executablePath: (measured ? findBrowser(thisMachine) : headlessChromium()) ?? '',
    args: [
      ...(thisMachine.root ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(measured ? [] : [hasty]),
    ],
  })
}

export const compact = { width: 360, height: 640 } as const
export const wide = { width: 960, height: 640 } as const
