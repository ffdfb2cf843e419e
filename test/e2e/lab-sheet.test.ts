import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { missing } from '../support/needs.ts'
import { Baresip } from '../support/peers/baresip.ts'
import { Kamailio } from '../support/peers/kamailio/kamailio.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { toneSound, writeSound } from '../support/wav.ts'
import { browserHost } from '../support/window/browser-host.ts'
import { PhoneScreen } from '../support/window/phone-screen.ts'

/** A student with the lab sheet of an X-Lite lesson: field by field, with nothing but what is on the screen. */
test(
  'a lab sheet, field by field: point to point, then through kamailio',
  { skip: browserHost.missing || missing('baresip') || missing('kamailio'), timeout: 240_000 },
  async (t) => {
    const scope = scopeOf(t)
    const folder = await temporaryFolder(scope)
    const play = join(folder, 'tone.wav')
    await writeSound(play, toneSound(1000, 60))
    const kamailio = await Kamailio.start(scope, {
      switches: ['WITH_AUTH_REG', 'WITH_AUTH_INV'],
      users: { '1001': '1001', '1002': '1002' },
    })
    const neighbour = await Baresip.start(scope, { play, user: '1009' })
    const registrar = { domain: kamailio.domain, proxy: kamailio.proxy, password: '1002' }
    const callee = await Baresip.start(scope, { play, user: '1002', registrar })
    const window = await browserHost.open(scope, { data: join(folder, 'data'), args: ['--audio', 'tone'] })
    const { page } = window
    const screen = new PhoneScreen(page)

    await t.test('point to point, without any registration, in both directions', async () => {
      await screen.dial(neighbour.target)
      await neighbour.event('CALL_ESTABLISHED')
      await screen.answered()
      await screen.press('hang-up')
      await neighbour.event('CALL_CLOSED')
      await screen.press('tab-phone')
      await screen.part('own-address').waitFor()
      await neighbour.dial(await screen.ownAddress())
      await screen.press('answer')
      await screen.answered()
      await screen.press('hang-up')
      await screen.part('own-address').waitFor()
    })

    /** The sheet: System Settings > SIP Proxy > Default. */
    const sheet = [
      ['Display Name', '1001'],
      ['Username', '1001'],
      ['Authorization User', '1001'],
      ['Password', 'wrong'],
      ['Domain/Realm', kamailio.domain],
      ['SIP Proxy', kamailio.proxy],
      ['Reregister Proxy', '180'],
    ] as const
    const field = (label: string) => page.getByLabel(label, { exact: true })

    await t.test('a wrong password is told at its step, and nothing typed is lost', async () => {
      await screen.press('settings')
      await screen.press('add-account')
      for (const [label, value] of sheet) await field(label).fill(value)
      for (const [path, choice] of [
        ['useOutboundProxy', 'Never'],
        ['sendInternalIp', 'Always'],
        ['register', 'Always'],
      ])
        await page
          .locator(`[data-field="${path}"]`)
          .getByText(choice ?? '', { exact: true })
          .click()
      await screen.press('save-account')
      await screen.part('test-verdict').waitFor()
      assert.match(await screen.part('step-register').innerText(), /401/)
      await page.locator('[data-test="registration"][data-state="failed"]').waitFor()
      for (const [label, value] of sheet)
        if (label !== 'Password') assert.equal(await field(label).inputValue(), value, label)
    })

    await t.test('with the right one it registers, and a number is enough to call', async () => {
      await screen.press('replace-password')
      await field('Password').fill('1001')
      await screen.press('save-account')
      await screen.part('test-passed').waitFor()
      await page.locator('[data-test="registration"][data-state="registered"]').waitFor()
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      await screen.part('account-state').getByText('1001@sip.test').waitFor()
      await screen.dial('1002')
      await callee.event('CALL_ESTABLISHED')
      await screen.answered()
      await screen.press('hang-up')
      await callee.event('CALL_CLOSED')
    })

    await t.test('who is not there is told with code and meaning', async () => {
      await screen.part('account-state').waitFor()
      await screen.dial('1003')
      await screen
        .part('ended')
        .getByText(/4\d\d: /)
        .waitFor()
    })
    assert.deepEqual(window.faults, [])
  },
)
