import { join } from 'node:path'
import { after, before } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { mergeSettings } from '../../electron/phone/settings.ts'
import { builtOutput } from './build.ts'
import { compact, launchChromium } from './chromium.ts'
import { ScriptedPhone } from './scripted-phone.ts'

export interface OpenWindow {
  readonly page: Page
  readonly phone: ScriptedPhone
  /** By `data-test`. */
  find(name: string): Locator
  /** What the page threw or complained of. */
  readonly faults: string[]
}

export interface WindowOptions {
  readonly prepare?: ((phone: ScriptedPhone) => void) | undefined
  readonly size?: { readonly width: number; readonly height: number }
  readonly theme?: 'light' | 'dark' | 'auto'
  readonly language?: 'en' | 'zh-TW' | 'zh-CN' | 'auto'
  readonly locale?: string
}

/** From here on no time passes in the page but what `page.clock.runFor` lets pass: what goes by itself waits for the test. */
export async function stopClock(page: Page): Promise<void> {
  await page.clock.install()
  await page.clock.pauseAt(Date.now() + 1000)
}

/** For one test file: the window is built once for all files, and Chromium started once; each test has a fresh page and phone. */
export function windows(): (work: (window: OpenWindow) => Promise<void>, options?: WindowOptions) => Promise<void> {
  let browser: Browser
  let renderer: string
  before(async () => {
    renderer = join(await builtOutput(), 'renderer')
    browser = await launchChromium()
  })
  after(async () => {
    await browser?.close()
  })
  return async (work, { prepare, size = compact, theme = 'light', language = 'en', locale = 'en-GB' } = {}) => {
    const phone = new ScriptedPhone(renderer)
    phone.settings = mergeSettings(phone.settings, { ui: { language, theme } })
    prepare?.(phone)
    await phone.start()
    const context = await browser.newContext({
      viewport: size,
      locale,
      colorScheme: theme === 'auto' ? 'light' : theme,
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    // Long enough for a machine that is busy with something else.
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      // A connection that is refused on purpose is told by the browser itself.
      if (message.type() === 'error' && !/WebSocket connection|net::ERR_CONNECTION/.test(message.text()))
        faults.push(message.text())
    })
    try {
      await page.goto(phone.url)
      await page.waitForSelector('[data-dial-field]')
      await work({ page, phone, faults, find: (name) => page.locator(`[data-test="${name}"]`) })
      if (faults.length > 0) throw new Error(`The page complained: ${faults.join('\n')}`)
    } finally {
      await context.close()
      await phone.close()
    }
  }
}
