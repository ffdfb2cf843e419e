import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import { wide } from '../support/chromium.ts'
import { windows } from '../support/window.ts'

const open = windows()

test('a newcomer types four fields, saves, and sees each step and the registration on one screen', () =>
  open(async ({ page, phone, find }) => {
    await find('account-menu').click()
    await page.getByRole('menuitem', { name: 'Add account' }).click()
    await page.getByLabel('Username').fill('1001')
    await page.getByLabel('Password', { exact: true }).fill('s3cret')
    await page.getByLabel('SIP Proxy', { exact: true }).fill('192.168.11.175')
    const saved = phone.asked('accounts.save')
    const tested = phone.asked('accounts.test')
    await find('save-account').click()
    const { account } = (await saved) as { account: Record<string, unknown> }
    assert.equal(account['username'], '1001')
    assert.equal(account['password'], 's3cret')
    assert.equal(account['reregisterSeconds'], 1800)
    assert.deepEqual(await tested, { account: { id: 'account-1' } })
    await find('test-passed').waitFor()
    assert.match((await find('step-register').textContent()) ?? '', /200: /)
    phone.showRegistration('account-1', { state: 'registered', expiresAt: '2026-11-27T12:00:00Z' })
    await find('registration').getByText('Registered').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await find('account-state').getByText('1001@192.168.11.175').waitFor()
    // From now on a number is enough.
    await page.keyboard.type('1002')
    await find('hint').getByText('sip:1002@192.168.11.175').waitFor()
    await find('hint').getByText('through the proxy').waitFor()
  }))

test('a test that fails names the step, the cause and the field, and keeps everything typed', () =>
  open(
    async ({ page, phone, find }) => {
      phone.testSteps = [
        { step: 'dns', ok: true, detail: 'the server is at 192.0.2.1' },
        { step: 'connect', ok: true, detail: 'the server answers' },
        { step: 'register', ok: false, code: 401, detail: '401 Unauthorized', remedy: '' },
      ]
      await page.keyboard.press('Control+,')
      await find('test-account').waitFor()
      await page.getByLabel('Username').fill('1009')
      await page.getByLabel('Password', { exact: true }).fill('wrong')
      await page.getByLabel('Domain/Realm').fill('office.lan')
      await page.getByLabel('Reregister Proxy').fill('180')
      await page.locator('[data-field=register]').getByText('Always', { exact: true }).click()
      const asked = phone.asked('accounts.test')
      await find('test-account').click()
      const { account } = (await asked) as { account: Record<string, unknown> }
      assert.deepEqual(
        [account['username'], account['password'], account['register'], account['reregisterSeconds']],
        ['1009', 'wrong', 'always', 180],
      )
      await find('test-verdict')
        .getByText(/password is wrong/)
        .waitFor()
      await find('mend').click()
      assert.equal(await page.evaluate('document.activeElement.closest("[data-field]").dataset.field'), 'password')
      assert.equal(await page.locator('[data-field=password]').getAttribute('data-fault'), 'server')
      // Closed and opened again: the draft is still there.
      await page.keyboard.press('Escape')
      await find('settings-sheet').waitFor({ state: 'detached' })
      await page.keyboard.press('Control+,')
      assert.equal(await page.getByLabel('Username').inputValue(), '1009')
      assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), 'wrong')
      assert.ok(!phone.requests.some(({ method }) => method === 'accounts.save'))
      await find('undo-changes').click()
      assert.equal(await page.getByLabel('Username').inputValue(), '')
    },
    { size: wide },
  ))

test('a value that cannot be is told at its field when that is left, and is not saved', () =>
  open(
    async ({ page, phone, find }) => {
      await page.keyboard.press('Control+,')
      const proxy = page.getByLabel('SIP Proxy', { exact: true })
      await proxy.fill('192.168.1.1:99999')
      assert.equal(await page.locator('[data-field=proxy][data-fault]').count(), 0)
      await proxy.press('Tab')
      await page
        .locator('[data-field=proxy][data-fault=host]')
        .getByText(/with :port/)
        .waitFor()
      await find('save-account').click()
      assert.equal(await page.evaluate('document.activeElement.closest("[data-field]").dataset.field'), 'proxy')
      assert.equal(await proxy.inputValue(), '192.168.1.1:99999')
      await proxy.fill('192.168.1.1')
      // What only the phone knows to be wrong is told the same way.
      phone.replies.set('accounts.save', () => {
        throw new PhoneError('invalid-params', 'voicemail must be shorter', { field: 'voicemail' })
      })
      await find('save-account').click()
      await page.locator('[data-field=voicemail][data-fault=phone]').waitFor()
      assert.equal(await proxy.inputValue(), '192.168.1.1')
    },
    { size: wide },
  ))

test('a stored password stays unseen and is kept unless it is replaced', () =>
  open(
    async ({ page, phone, find }) => {
      await page.keyboard.press('Control+,')
      await find('account-node').click()
      await page.getByLabel('Display Name').fill('Desk')
      const saved = phone.asked('accounts.save')
      await find('save-account').click()
      assert.ok(!('password' in ((await saved) as { account: object }).account))
      await find('replace-password').click()
      await page.getByLabel('Password', { exact: true }).fill('new one')
      const again = phone.asked('accounts.save')
      await find('save-account').click()
      assert.equal(((await again) as { account: { password: string } }).account.password, 'new one')
      await find('remove-account').click()
      await find('remove-account').click()
      await phone.until(() => phone.accounts.length === 0)
    },
    { prepare: (phone) => void phone.addAccount({ username: '1001', domain: 'a.org', hasPassword: true }), size: wide },
  ))

test('the search finds a setting on any page and goes there; a change is saved when the field is left', () =>
  open(async ({ page, phone, find }) => {
    await page.keyboard.press('Control+,')
    await page.keyboard.type('listen sip')
    await page.keyboard.press('Enter')
    const port = page.getByLabel('Listen SIP Port')
    await port.waitFor()
    assert.equal(await page.evaluate('document.activeElement.closest("[data-field]").dataset.field'), 'network.sipPort')
    await port.fill('70000')
    await port.press('Tab')
    await page.getByText('A whole number from 0 to 65535.').waitFor()
    const asked = phone.asked('settings.set')
    await port.fill('50600')
    await port.press('Tab')
    assert.deepEqual(await asked, { patch: { network: { sipPort: 50_600 } } })
    const rtp = phone.asked('settings.set')
    await page.getByLabel('Listen RTP Port').fill('8000')
    await page.keyboard.press('Enter')
    assert.deepEqual(await rtp, { patch: { network: { rtpPorts: [8000, 8001] } } })
    // A call that rings meanwhile is a banner; answered, it is the screen.
    await find('page-network').waitFor()
  }))

test('what the phone does by itself is shown and turned off where it is shown', () =>
  open(
    async ({ page, phone, find }) => {
      await find('what-is-on').getByText('Forwards to 1009').waitFor()
      await page.getByRole('button', { name: 'Turn off forwarding' }).click()
      await phone.until(() => phone.accounts[0]?.forward.always === '')
      await page.getByRole('button', { name: 'Turn off auto answer' }).click()
      await find('what-is-on').waitFor({ state: 'detached' })
      assert.equal(phone.settings.calls.autoAnswer.mode, 'off')
    },
    {
      prepare(phone) {
        phone.addAccount({ username: '1', domain: 'a.org', forward: { always: '1009', noAnswerSeconds: 20 } })
        const autoAnswer = { mode: 'all', delaySeconds: 0 } as const
        phone.settings = { ...phone.settings, calls: { ...phone.settings.calls, autoAnswer } }
      },
    },
  ))

test('a test is followed while it runs, each step with its time', () =>
  open(
    async ({ page, phone, find }) => {
      const account = phone.addAccount({ username: '1001', domain: 'office.lan' }, { state: 'unregistered' })
      let finish = (_steps: unknown) => {}
      phone.replies.set('accounts.test', () => new Promise((resolve) => (finish = resolve)))
      await page.keyboard.press('Control+,')
      await find('account-node').first().click()
      const asked = phone.asked('accounts.test')
      await find('test-account').click()
      await asked
      assert.equal(await find('step-dns').getAttribute('data-state'), 'running')
      const dns = { step: 'dns', ok: true, detail: 'the server is at 192.0.2.1', durationMs: 12 } as const
      const register = { step: 'register', ok: true, code: 200, detail: '200 OK', durationMs: 31 } as const
      const connect = { step: 'connect', ok: true, detail: 'the server answers' } as const
      // Of another account's test nothing is shown here.
      phone.notify('accounts.testStep', { id: 'another', step: register })
      phone.notify('accounts.testStep', { id: account.id, step: dns })
      await find('step-dns')
        .getByText(/192\.0\.2\.1.*12.ms/)
        .waitFor()
      assert.equal(await find('step-connect').getAttribute('data-state'), 'running')
      assert.equal(await find('step-register').getAttribute('data-state'), 'waiting')
      finish({ steps: [dns, connect, register] })
      await find('test-passed').waitFor()
      await find('step-register').getByText(/31.ms/).waitFor()
    },
    { size: wide },
  ))
