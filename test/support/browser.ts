import type { Browser, Page } from 'playwright-core'
import { compact, headlessChromium, launchChromium } from './chromium.ts'
import { faultsOf } from './page-faults.ts'
import type { Scope } from './scope.ts'

/** For the `skip` of a test: false when there is a browser to test with, otherwise how to get one. */
export const browserMissing: string | false =
  headlessChromium() === undefined && 'needs chromium (apt-get install chromium)'

interface OpenedPage {
  readonly page: Page
  /** What went wrong in the page: errors, refused resources, broken rules of its policy. */
  readonly faults: string[]
}

/** The system's own Chromium without a screen, and pages that do not outlive the test. */
export class TestBrowser {
  readonly browser: Browser

  static async start(scope: Scope, measured = false): Promise<TestBrowser> {
    const browser = await launchChromium(measured)
    scope.after(() => browser.close())
    return new TestBrowser(browser)
  }

  private constructor(browser: Browser) {
    this.browser = browser
  }

  /** A page as a browser with no cookies opens it; `size` is that of the compact window. */
  async open(url: string, size: { readonly width: number; readonly height: number } = compact): Promise<OpenedPage> {
    const context = await this.browser.newContext({ viewport: size })
    const page = await context.newPage()
    const faults = faultsOf(page)
    await page.goto(url)
    return { page, faults }
  }
}
