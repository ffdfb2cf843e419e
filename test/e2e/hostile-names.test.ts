import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { PlainCaller } from '../support/peers/plain-caller.ts'
import { RtpEndpoint } from '../support/peers/rtp-endpoint.ts'
import { hostile } from '../support/sample-calls.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { browserHost } from '../support/window/browser-host.ts'
import { electronHost } from '../support/window/electron-host.ts'
import { PhoneScreen } from '../support/window/phone-screen.ts'

/** Somebody calls under a name that wishes the window ill: all the way from the wire to every screen it is shown on. */

/** As a quoted-string (RFC 3261 section 25.1): controls as quoted-pairs, a line end as folding. */
function quoted(text: string): string {
  const escaped = text.replaceAll(/(?![\r\n])["\\\p{Cc}]/gu, (sign) => `\\${sign}`)
  return `"${escaped.replaceAll('\r\n', '\r\n ')}" `
}

describe('a hostile name', () => {
  for (const host of [electronHost, browserHost])
    test(`${host.name}: is harmless on every screen`, { skip: host.missing, timeout: 120_000 }, async (t) => {
      const scope = scopeOf(t)
      const data = join(await temporaryFolder(scope), 'data')
      const window = await host.open(scope, { data, args: ['--audio', 'null'] })
      const { page } = window
      // A pane that slides in is too wide for a moment.
      await page.emulateMedia({ reducedMotion: 'reduce' })
      const screen = new PhoneScreen(page)
      const [caller, rtp] = [await PlainCaller.open(scope), await RtpEndpoint.open(scope)]
      const port = Number((await screen.ownAddress()).split(':').at(-1))

      const check = async (part: string) => {
        await screen.part(part).first().waitFor()
        const text = (await page.textContent('main')) ?? ''
        assert.match(text, /<img src=x onerror=/, `${part} shows the name`)
        // FSI and PDI are the window's own, around names inside of sentences.
        assert.doesNotMatch(text, /(?![\u2068\u2069])[\p{Cc}\p{Cf}\u2028\u2029]/u, part)
        assert.ok(text.length < 5000, `${part} has ${text.length} characters`)
        assert.equal(await page.locator('#root img').count(), 0, part)
        assert.equal(await page.evaluate('window.hacked'), undefined, part)
        const overflow = Number(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'))
        assert.ok(overflow <= 0, `${part} is ${overflow} px too wide`)
      }

      const name = quoted(hostile.displayName ?? '')
      const calling = caller.invite({ address: '127.0.0.1', port }, rtp.port, name)
      calling.catch(() => {})
      await check('incoming')
      await screen.press('answer')
      await calling
      await check('in-call')
      await screen.press('keypad')
      await check('call-keypad')
      await screen.press('close-keypad')
      await screen.press('hang-up')
      await check('ended')
      await page.keyboard.press('Escape')
      await page.getByRole('combobox').fill('img')
      await check('idle')
      await page.keyboard.press('Escape')
      await screen.press('tab-calls')
      await check('log-row')
      await screen.part('log-row').first().click()
      await check('details')
      assert.deepEqual(window.faults, [])
      assert.equal(await window.quit(), 0)
    })
})
