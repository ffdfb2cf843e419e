import { join } from 'node:path'
import { after, before } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { mergeSettings } from '../../electron/phone/settings.ts'
import { builtOutput } from './build.ts'
import { compact, launchChromium } from './chromium.ts'
import { faultsOf } from './page-faults.ts'
import { ScriptedPhone } from './scripted-phone.ts'

interface OpenWindow {
  readonly page: Page
  readonly phone: ScriptedPhone
  /** By `data-test`. */
  find(name: string): Locator
  /** What the page threw or complained of. */
  readonly faults: string[]
}

interface WindowOptions {
  readonly prepare?: ((phone: ScriptedPhone) => void) | undefined
  readonly size?: { readonly width: number; readonly height: number }
  readonly theme?: 'light' | 'dark' | 'auto'
  readonly language?: 'en' | 'zh-TW' | 'zh-CN' | 'auto'
  readonly locale?: string
}

/** Pages whose clock is the test's for good: no later test may have them. */
const spent = new WeakSet<Page>()

/** From here on the page's time passes as it does, and `page.clock.runFor` lets more of it pass. */
export async function takeClock(page: Page): Promise<void> {
  spent.add(page)
  await page.clock.install()
}

/** From here on no time passes in the page but what `page.clock.runFor` lets pass: what goes by itself waits for the test. */
export async function stopClock(page: Page): Promise<void> {
  await takeClock(page)
  await page.clock.pauseAt(Date.now() + 1000)
}

/** A connection that is refused on purpose is told by the browser itself. */
const refusedConnection = /WebSocket connection|net::ERR_CONNECTION/

/** Nothing that an earlier test left: no page, nothing remembered. */
async function emptied(page: Page): Promise<Page> {
  if (page.url() === 'about:blank') return page
  const { origin } = new URL(page.url())
  await page.goto('about:blank')
  // Nor a pointer that rests on what comes to lie under it.
  await page.mouse.move(0, 0)
  const session = await page.context().newCDPSession(page)
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'local_storage' })
  await session.detach()
  return page
}

/**
 * For one test file: the window is built once for all files, Chromium started once, and one page for each language of
 * the system loads the window anew for every test, which costs half of what a new page does. Each test has a new phone.
 * `more`: paths that the page may load, and their files elsewhere.
 */
export function windows(
  more: ReadonlyMap<string, string> = new Map(),
): (work: (window: OpenWindow) => Promise<void>, options?: WindowOptions) => Promise<void> {
  let browser: Browser
  let renderer: string
  let port = 0
  const pages = new Map<string, Page>()
  before(async () => {
    renderer = join(await builtOutput(), 'renderer')
    browser = await launchChromium()
  })
  after(async () => {
    await browser?.close()
  })

  async function pageFor(locale: string): Promise<Page> {
    const old = pages.get(locale)
    if (old !== undefined && !spent.has(old)) return emptied(old)
    await old?.context().close()
    const context = await browser.newContext({ locale, permissions: ['clipboard-read', 'clipboard-write'] })
    // Long enough for a machine that is busy with something else.
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    pages.set(locale, page)
    return page
  }

  return async (work, { prepare, size = compact, theme = 'light', language = 'en', locale = 'en-GB' } = {}) => {
    const phone = new ScriptedPhone(renderer, port, more)
    phone.settings = mergeSettings(phone.settings, { ui: { language, theme } })
    prepare?.(phone)
    await phone.start()
    // The same address each time: what the browser has compiled it keeps.
    port = Number(new URL(phone.url).port)
    const page = await pageFor(locale)
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme: theme === 'auto' ? 'light' : theme, reducedMotion: 'reduce' })
    page.removeAllListeners()
    const faults = faultsOf(page, refusedConnection)
    try {
      await page.goto(phone.url)
      await page.waitForSelector('[data-dial-field]')
      await work({ page, phone, faults, find: (name) => page.locator(`[data-test="${name}"]`) })
      if (faults.length > 0) throw new Error(`The page complained: ${faults.join('\n')}`)
    } catch (error) {
      spent.add(page)
      throw error
    } finally {
      await phone.close()
    }
  }
}
