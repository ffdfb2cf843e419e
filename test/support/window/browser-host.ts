import { browserMissing, TestBrowser } from '../browser.ts'
import { ServedPhone } from '../served-phone.ts'
import { quietly, type WindowHost } from './phone-window.ts'

/** The phone as `dialtone serve` shows it in a browser. */
export const browserHost: WindowHost = {
  name: 'dialtone serve in a browser',
  missing: browserMissing,
  async open(scope, { data, args = [], env = {} }) {
    const phone = await ServedPhone.start(scope, [...quietly, ...args], { data, env })
    const browser = await TestBrowser.start(scope)
    const { page, faults } = await browser.open(phone.url)
    await page.locator('[data-test="idle"]').waitFor()
    return {
      page,
      faults,
      async quit() {
        await browser.browser.close()
        return (await phone.program.end()).code
      },
    }
  },
}
