import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ann, bare, call, marta, ringing } from '../support/sample-calls.ts'
import { stopClock, windows } from '../support/window.ts'

const open = windows()

test('an incoming call is shown and answered by its pill', () =>
  open(async ({ phone, find }) => {
    phone.showCalls(ringing(ann))
    await find('incoming').waitFor()
    assert.match((await find('incoming').textContent()) ?? '', /周雅婷 Chou Ya-ting.*not checked by a server/)
    assert.match((await find('assertive').textContent()) ?? '', /Incoming call from .*周雅婷/)
    const asked = phone.asked('call.answer')
    await find('answer').click()
    assert.deepEqual(await asked, { callId: ringing(ann).callId })
    phone.showCalls(call(ann))
    await find('in-call').waitFor()
    assert.equal(await find('assertive').textContent(), '')
  }))

test('Ctrl+Enter answers, Esc declines as busy', () =>
  open(async ({ page, phone, find }) => {
    phone.showCalls(ringing(ann))
    await find('incoming').waitFor()
    const answered = phone.asked('call.answer')
    await page.keyboard.press('Control+Enter')
    await answered
    const rejected = phone.asked('call.reject')
    await page.keyboard.press('Escape')
    assert.deepEqual(await rejected, { callId: ringing(ann).callId, code: 486 })
  }))

test('Silence stops the sound and nothing else', () =>
  open(async ({ phone, find }) => {
    phone.showCalls(ringing(ann))
    const asked = phone.asked('call.silence')
    await find('silence').click()
    assert.deepEqual(await asked, { callId: ringing(ann).callId })
    await find('silence').and(find('silence').page().locator('[aria-disabled]')).waitFor()
    await find('answer').waitFor()
  }))

test('Forward asks where to and refuses what is no address', () =>
  open(async ({ page, phone, find }) => {
    phone.showCalls(ringing(ann))
    await find('forward').click()
    await page.keyboard.type('1002')
    await page.keyboard.press('Enter')
    await page.getByText('Give a whole address').waitFor()
    assert.ok(!phone.requests.some(({ method }) => method === 'call.redirect'))
    await page.keyboard.type('@192.168.1.20')
    const asked = phone.asked('call.redirect')
    await find('send-forward').click()
    assert.deepEqual(await asked, { callId: ringing(ann).callId, target: '1002@192.168.1.20' })
  }))

test('Esc closes the forwarding first, and declines only then', () =>
  open(async ({ page, phone, find }) => {
    phone.showCalls(ringing(ann))
    await find('forward').click()
    await page.keyboard.press('Escape')
    await find('answer').waitFor()
    assert.ok(!phone.requests.some(({ method }) => method === 'call.reject'))
  }))

test('a ringing call takes neither the field nor the focus of somebody who types', () =>
  open(async ({ page, phone, find }) => {
    await page.keyboard.type('bob@ex')
    phone.showCalls(ringing(ann))
    await find('incoming-banner').waitFor()
    await page.keyboard.type('ample.org')
    assert.equal(await page.inputValue('[data-dial-field]'), 'bob@example.org')
    const asked = phone.asked('call.answer')
    await find('banner-answer').click()
    await asked
  }))

test('in the call log it rings in a band above', () =>
  open(async ({ page, phone, find }) => {
    await find('tab-calls').click()
    await page.locator('[data-search-field]').fill('x')
    phone.showCalls(ringing(ann))
    const asked = phone.asked('call.reject')
    await find('banner-decline').click()
    await asked
    assert.equal(await page.inputValue('[data-search-field]'), 'x')
  }))

test('a second call: the first stays in sight; hold it or end it', () =>
  open(async ({ phone, find }) => {
    const running = call(marta)
    phone.showCalls(running, ringing(bare))
    await find('incoming').waitFor()
    assert.match((await find('line-strip').textContent()) ?? '', /Marta Kowalska.*talking/)
    const hungUp = phone.asked('call.hangup')
    const answered = phone.asked('call.answer')
    await find('end-and-answer').click()
    assert.deepEqual(await hungUp, { callId: running.callId })
    assert.deepEqual(await answered, { callId: ringing(bare).callId })
  }))

test('a caller who gives up is told as missed, and counted', () =>
  open(async ({ page, phone, find }) => {
    const caller = ringing(ann)
    phone.showCalls(caller)
    await find('incoming').waitFor()
    await stopClock(page)
    phone.endCall(caller, { code: 487, reason: 'Request Terminated', cause: 'cancelled' })
    await find('ended').waitFor()
    assert.match((await find('ended').textContent()) ?? '', /Missed/)
    await page.clock.runFor(2100)
    await find('idle').waitFor()
    await page.getByRole('button', { name: /Calls.*1 missed/ }).waitFor()
  }))
