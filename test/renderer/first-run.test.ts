import assert from 'node:assert/strict'
import { test } from 'node:test'
import { officeLog } from '../support/sample-calls.ts'
import { windows } from '../support/window.ts'

const open = windows()

test('the assistant goes from the sound to a lab sheet, which is kept as settings and an account', () =>
  open(async ({ page, phone, find }) => {
    const meters = phone.asked('audio.test')
    await find('begin-first-run').click()
    assert.deepEqual(await meters, { what: 'meters', on: true })
    // Ten times a second, as a phone tells of them: the page may not listen yet when the first is sent.
    const telling = setInterval(() => phone.notify('audio.levels', { microphoneDbfs: -10, speakerDbfs: -60 }), 100)
    await find('judgement')
      .getByText('good', { exact: false })
      .waitFor()
      .finally(() => clearInterval(telling))
    await find('hear-yourself').click()
    await phone.until(() => phone.requests.some(({ params }) => (params as { what?: string })?.what === 'echo'))
    await find('next').click()
    await find('way-lab').click()
    await page
      .getByRole('textbox')
      .fill('Username: 1001\nPassword: 1001\nSIP Proxy: 192.168.11.175\nListen SIP Port: 50600')
    assert.equal(await find('lab-rows').locator('[data-kind=good]').count(), 4)
    const saved = phone.asked('accounts.save')
    await find('apply-lab').click()
    assert.deepEqual(await saved, { account: { username: '1001', password: '1001', proxy: '192.168.11.175' } })
    assert.equal(phone.settings.network.sipPort, 50_600)
    await find('account-form').getByText('1001@192.168.11.175').waitFor()
  }))

test('waved away it stays away; the log and the profile go into files, and a profile comes back', () =>
  open(
    async ({ page, phone, find }) => {
      assert.equal(await find('first-run-note').count(), 0)
      await find('tab-calls').click()
      const [csv] = await Promise.all([page.waitForEvent('download'), find('export-log').click()])
      assert.equal(csv.suggestedFilename(), 'calls.csv')
      await find('tab-phone').click()
      await find('settings').click()
      await find('settings-look').click()
      const [profile] = await Promise.all([page.waitForEvent('download'), find('export-profile').click()])
      assert.equal(profile.suggestedFilename(), 'dialtone-profile.json')
      await find('profile-file').setInputFiles({
        name: 'p.json',
        mimeType: 'application/json',
        buffer: Buffer.from(
          '{"format":"dialtone-profile","settings":{"calls":{"callWaiting":false}},"accounts":[{"username":"7","domain":"a.org"}]}',
        ),
      })
      await find('profile-imported')
        .getByText(/^1 accounts/)
        .waitFor()
      assert.equal(phone.settings.calls.callWaiting, false)
      assert.equal(phone.accounts[0]?.username, '7')
    },
    { prepare: (phone) => void (phone.log = officeLog()) },
  ))
