import { type Browser, chromium } from 'playwright-core'

/** The system's own Chromium, without a screen, asking nobody outside; each page gets a fresh profile. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export const compact = { width: 360, height: 640 } as const
export const wide = { width: 960, height: 640 } as const
