import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import { bare, officeLog, unanswered } from '../support/sample-calls.ts'
import { windows } from '../support/window.ts'

const open = windows()
const withLog = { prepare: (phone: { log: unknown }) => void (phone.log = officeLog()) }

test('an address is dialled as it was typed, and the call is on the screen at once', () =>
  open(async ({ page, phone, find }) => {
    await page.keyboard.type('1001@192.168.11.175:50600')
    assert.match((await find('hint').textContent()) ?? '', /^sip:1001@192\.168\.11\.175:50600· direct, UDP$/)
    const asked = phone.asked('call.dial')
    await page.keyboard.press('Enter')
    assert.deepEqual(await asked, { target: '1001@192.168.11.175:50600' })
    await find('in-call').waitFor()
    assert.match((await find('in-call').textContent()) ?? '', /Calling/)
    phone.showCalls(unanswered(bare, { callId: 'dialled', state: 'early' }))
    await page.getByText(/Ringing for \d+ s/).waitFor()
    const hungUp = phone.asked('call.hangup')
    await find('hang-up').click()
    assert.deepEqual(await hungUp, { callId: 'dialled' })
  }))

test('typing goes to the dial field wherever the focus is', () =>
  open(async ({ page }) => {
    await page.locator('[data-test="do-not-disturb"]').focus()
    await page.keyboard.type('bob@x.org')
    assert.equal(await page.inputValue('[data-dial-field]'), 'bob@x.org')
  }))

test('the keys on screen dial, and stay', () =>
  open(async ({ page, find }) => {
    for (const key of ['1', '0', '0', 'Star', 'Hash'])
      await page.getByRole('button', { name: key, exact: true }).click()
    assert.equal(await page.inputValue('[data-dial-field]'), '100*#')
    await find('erase').click()
    assert.equal(await page.inputValue('[data-dial-field]'), '100*')
  }))

test('an address that is not whole is no mistake until somebody calls it', () =>
  open(async ({ page, phone, find }) => {
    await page.keyboard.type('100')
    assert.equal(await find('hint').getAttribute('data-bad'), null)
    await find('call').click()
    assert.equal(await find('hint').getAttribute('data-bad'), 'true')
    await page.keyboard.press('Escape')
    await page.keyboard.type('1001@192.168.1.1:99999')
    assert.equal(await find('hint').textContent(), 'A port is 1 to 65535.')
    assert.ok(!phone.requests.some(({ method }) => method === 'call.dial'))
  }))

test('what the phone refuses is told in words, and what was typed stays', () =>
  open(async ({ page, phone, find }) => {
    phone.replies.set('call.dial', () => {
      throw new PhoneError('bad-state', 'There are too many calls already')
    })
    await page.keyboard.type('a@b.org')
    await page.keyboard.press('Enter')
    await find('problem').waitFor()
    assert.match((await find('problem').textContent()) ?? '', /could not be made.*not possible at this moment/)
    assert.equal(await page.inputValue('[data-dial-field]'), 'a@b.org')
    await page.getByRole('button', { name: 'Close' }).click()
    assert.equal(await find('problem').count(), 0)
  }))

test('type-ahead: the first is called by Enter, arrows choose, Tab completes', () =>
  open(async ({ page, phone }) => {
    await page.locator('[data-dial-field]').fill('100')
    const options = page.getByRole('option')
    await options.first().waitFor()
    assert.match((await options.first().textContent()) ?? '', /周雅婷/)
    assert.equal(await options.first().getAttribute('aria-selected'), 'true')
    await page.keyboard.press('ArrowDown')
    assert.match((await page.locator('[aria-selected=true]').textContent()) ?? '', /陳柏翰/)
    await page.keyboard.press('Tab')
    assert.equal(await page.inputValue('[data-dial-field]'), '1007@office.lan')
    const asked = phone.asked('call.dial')
    await page.keyboard.press('Enter')
    assert.deepEqual(await asked, { target: 'sip:1007@office.lan' })
  }, withLog))

test('a whole address is never taken for a longer one of somebody else', () =>
  open(async ({ page, phone }) => {
    await page.locator('[data-dial-field]').fill('1003@192.168.11.3')
    await page.getByRole('option').first().waitFor()
    const asked = phone.asked('call.dial')
    await page.keyboard.press('Enter')
    assert.deepEqual(await asked, { target: '1003@192.168.11.3' })
  }, withLog))

test('Call with an empty field puts back the last number; a second press calls', () =>
  open(async ({ page, phone, find }) => {
    await find('call').click()
    assert.equal(await page.inputValue('[data-dial-field]'), '1002@office.lan')
    const asked = phone.asked('call.dial')
    await find('call').click()
    assert.deepEqual(await asked, { target: '1002@office.lan' })
  }, withLog))

test('paste cleans what surrounds a number', () =>
  open(async ({ page, find }) => {
    await page.evaluate("navigator.clipboard.writeText('tel:+886 (2) 2345-6789\\nmore')")
    await find('paste').click()
    await find('erase').waitFor()
    assert.equal(await page.inputValue('[data-dial-field]'), '+886223456789')
  }))

test('the recent calls call again', () =>
  open(async ({ page, phone }) => {
    await page.getByText('Recent', { exact: true }).click()
    const asked = phone.asked('call.dial')
    await page.getByRole('button', { name: /Call again.*Marta Kowalska/ }).click()
    assert.deepEqual(await asked, { target: 'sip:1003@office.lan' })
  }, withLog))

test('do not disturb is a switch that the phone keeps', () =>
  open(async ({ phone, find }) => {
    const asked = phone.asked('settings.set')
    await find('do-not-disturb').click()
    assert.deepEqual(await asked, { patch: { calls: { doNotDisturb: true } } })
    await find('do-not-disturb').and(find('do-not-disturb').page().locator('[aria-pressed=true]')).waitFor()
  }))

test('from the open window to the echo test in one click', () =>
  open(async ({ page, phone, find }) => {
    await page.getByText('Recent', { exact: true }).click()
    const on = phone.asked('audio.test')
    await find('echo-test').click()
    assert.deepEqual(await on, { what: 'echo', on: true })
    await find('judgement').waitFor()
    phone.notify('audio.levels', { microphoneDbfs: -20, speakerDbfs: -20 })
    await page.getByText('Good level.').waitFor()
    const off = phone.asked('audio.test')
    await find('back').click()
    assert.deepEqual(await off, { what: 'echo', on: false })
  }))
