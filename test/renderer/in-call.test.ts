import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import { ann, call, chen, marta, poor, quality, unanswered } from '../support/sample-calls.ts'
import { stopClock, windows } from '../support/window.ts'

const open = windows()
const one = call(ann)

test('mute and hold follow the phone, by button and by key', () =>
  open(async ({ page, phone, find }) => {
    phone.showCalls(one)
    const muted = phone.asked('call.mute')
    await find('mute').click()
    assert.deepEqual(await muted, { callId: one.callId, on: true })
    phone.showCalls({ ...one, muted: true })
    await page.getByText('Muted').waitFor()
    const held = phone.asked('call.hold')
    await page.keyboard.press('Alt+h')
    await held
    phone.showCalls({ ...one, onHold: { local: true, remote: true } })
    await page.getByText(/on hold by both/).waitFor()
    const resumed = phone.asked('call.resume')
    await find('hold').click()
    await resumed
  }))

test('before the answer there is hold where the peer takes it, and nowhere else', () =>
  open(async ({ page, phone, find }) => {
    const dialled = unanswered(ann, { state: 'early' })
    phone.showCalls(dialled)
    await page.locator('[data-test=hold][aria-disabled=true]').waitFor()
    await page.keyboard.press('Alt+h')
    phone.showCalls({ ...dialled, canHold: true })
    await page.locator('[data-test=hold]:not([aria-disabled])').waitFor()
    assert.ok(!phone.requests.some(({ method }) => method === 'call.hold'))
    const held = phone.asked('call.hold')
    await find('hold').click()
    assert.deepEqual(await held, { callId: dialled.callId })
    phone.showCalls({ ...dialled, canHold: true, onHold: { local: true, remote: false } })
    const resumed = phone.asked('call.resume')
    await page.keyboard.press('Alt+h')
    await resumed
    await page.locator('[data-test=mute][aria-disabled=true]').waitFor()
  }))

test('the timer runs from the answer, and Esc never ends a call that talks', () =>
  open(async ({ page, phone, find }) => {
    phone.showCalls(one)
    await find('timer').waitFor()
    assert.match((await find('timer').textContent()) ?? '', /^0[2-9]:\d\d$/)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await find('in-call').waitFor()
    assert.ok(!phone.requests.some(({ method }) => method === 'call.hangup' || method === 'call.reject'))
  }))

test('an answer is on the screen before the next snapshot; the snapshot has the last word', () =>
  open(async ({ page, phone, find }) => {
    const dialled = unanswered(ann, { state: 'early' })
    phone.showCalls(dialled)
    await page.getByText(/Ringing for \d+ s/).waitFor()
    phone.notify('call.state', { callId: dialled.callId, state: 'confirmed', code: 200, reason: 'OK' })
    await find('timer')
      .getByText(/^00:[0-5]\d$/)
      .waitFor()
    phone.showCalls(one)
    await find('timer')
      .getByText(/^0[2-9]:/)
      .waitFor()
    phone.notify('call.state', { callId: 'unknown', state: 'confirmed' })
    phone.notify('call.state', { callId: one.callId, state: 'terminated' })
    await find('timer')
      .getByText(/^0[2-9]:/)
      .waitFor()
  }))

test('the quality chip opens the figures; they cover no control', () =>
  open(async ({ page, phone, find }) => {
    phone.showCalls(one)
    phone.notify('call.quality', { callId: one.callId, quality: quality() })
    assert.match((await find('quality-chip').textContent()) ?? '', /Good · MOS 4\.3 · PCMU/)
    await find('quality-chip').click()
    const table = (await find('quality-table').boundingBox())!
    const mute = (await find('mute').boundingBox())!
    assert.ok(table.y + table.height <= mute.y)
    assert.match((await find('quality-table').textContent()) ?? '', /87\.2.kbit\/s.*24.ms.*86.ms/)
    await find('how-counted').click()
    await page.getByText('R = 93.2').waitFor()
    await page.keyboard.press('Escape')
    assert.equal(await find('quality-table').count(), 0)
    phone.notify('call.quality', { callId: one.callId, quality: poor })
    await page.getByText(/Poor · MOS 3\.4 · loss 9\.1/).waitFor()
  }))

test('digits go from the screen and the keyboard, in order; received ones are shown', () =>
  open(async ({ page, phone, find }) => {
    phone.showCalls(one)
    await find('keypad').click()
    await page.getByRole('button', { name: '1', exact: true }).click()
    await page.keyboard.type('42*#a')
    await page.locator('output', { hasText: '142\u2217#A' }).waitFor()
    await phone.until(() => phone.requests.filter(({ method }) => method === 'call.dtmf').length === 6)
    const sent = phone.requests
      .filter(({ method }) => method === 'call.dtmf')
      .map(({ params }) => params as { digits: string })
    assert.equal(sent.map(({ digits }) => digits).join(''), '142*#A')
    await page.getByText('Tones go as RFC 4733 events').waitFor()
    phone.notify('call.dtmf', { callId: one.callId, digit: '5', mode: 'rfc4733' })
    phone.notify('call.dtmf', { callId: one.callId, digit: '#', mode: 'rfc4733' })
    await page.locator('output', { hasText: '5#' }).waitFor()
    await page.getByRole('button', { name: 'Change' }).click()
    await page.getByRole('menuitem', { name: 'SIP INFO' }).click()
    const asked = phone.asked('call.dtmf')
    await page.getByRole('button', { name: '9', exact: true }).click()
    assert.deepEqual(await asked, { callId: one.callId, digits: '9', mode: 'info' })
    await page.keyboard.press('Escape')
    await find('in-call').waitFor()
  }))

test('speaking while muted offers Unmute; no packets are explained', () =>
  open(async ({ page, phone, find }) => {
    phone.showCalls({ ...one, muted: true })
    await find('in-call').waitFor()
    for (let tick = 0; tick < 8; tick++)
      phone.notify('audio.levels', { callId: one.callId, microphoneDbfs: -12, speakerDbfs: -80 })
    const asked = phone.asked('call.mute')
    await page.getByRole('button', { name: 'Unmute' }).click()
    assert.deepEqual(await asked, { callId: one.callId, on: false })
    phone.showCalls(one)
    for (let second = 0; second < 7; second++)
      phone.notify('call.quality', { callId: one.callId, quality: quality({ packets: 100 }) })
    await find('deaf-note').waitFor()
    phone.notify('call.quality', { callId: one.callId, quality: quality({ packets: 150 }) })
    await find('deaf-note').waitFor({ state: 'detached' })
  }))

test('several calls are line keys; a held one is taken up by a click', () =>
  open(async ({ page, phone, find }) => {
    const held = call(ann, { onHold: { local: true, remote: false } })
    phone.showCalls(held, call(marta))
    await find('lines').waitFor()
    assert.match((await find('hang-up').textContent()) ?? '', /Hang up .*Marta Kowalska/)
    const asked = phone.asked('call.resume')
    await find('line-key').filter({ hasText: '周雅婷' }).click()
    assert.deepEqual(await asked, { callId: held.callId })
    const swapped = phone.asked('call.resume')
    await page.keyboard.press('Alt+s')
    assert.deepEqual(await swapped, { callId: held.callId })
  }))

test('New call brings the dial field; the running call stays a click away', () =>
  open(async ({ page, phone, find }) => {
    phone.showCalls(one)
    await find('new-call').click()
    await page.keyboard.type('bob@x.org')
    assert.equal(await page.inputValue('[data-dial-field]'), 'bob@x.org')
    await find('line-strip').click()
    await find('in-call').waitFor()
  }))

test('how a call ended is said in words for three seconds', () =>
  open(async ({ page, phone, find }) => {
    const busy = unanswered(chen, { state: 'early' })
    phone.showCalls(busy)
    await find('in-call').waitFor()
    await stopClock(page)
    phone.endCall(busy, { code: 486, reason: 'Busy Here', cause: 'busy' })
    await find('ended').waitFor()
    assert.match((await find('ended').textContent()) ?? '', /486: They are busy\./)
    assert.equal(await find('polite').textContent(), 'They are busy.')
    await page.clock.runFor(2900)
    assert.equal(await find('ended').count(), 1)
    await page.clock.runFor(200)
    await find('idle').waitFor()
  }))

test('the summary stays while it is read, and calls again', () =>
  open(async ({ page, phone, find }) => {
    const busy = unanswered(chen, { state: 'early' })
    phone.showCalls(busy)
    await find('in-call').waitFor()
    await stopClock(page)
    phone.endCall(busy, { code: 480, reason: 'Temporarily Unavailable', cause: 'unavailable' })
    for (const x of [20, 40]) await find('ended').hover({ position: { x, y: 20 } })
    await page.clock.runFor(3500)
    const asked = phone.asked('call.dial')
    await find('call-again').click()
    assert.deepEqual(await asked, { target: chen.uri })
  }))

test('a hold that the peer refuses is told with the code and its meaning', () =>
  open(async ({ phone, find }) => {
    phone.replies.set('call.hold', () => {
      throw new PhoneError('rejected', 'no', { sipCode: 488, reason: 'Not Acceptable Here' })
    })
    phone.showCalls(one)
    await find('hold').click()
    await find('problem').waitFor()
    assert.match(
      (await find('problem').textContent()) ?? '',
      /could not be held.*488: The other side cannot take such a call\..*Turn on a common codec/,
    )
  }))

test('two calls are joined, each of them can be chosen, and taken out again', () =>
  open(async ({ page, phone, find }) => {
    const first = call(ann, { onHold: { local: true, remote: false } })
    const second = call(marta, { srtp: true })
    phone.showCalls(first)
    assert.equal(await find('join').getAttribute('aria-disabled'), 'true')
    phone.showCalls(first, second)
    await find('lines').waitFor()
    assert.equal(await find('lock').count(), 1)
    const joined = phone.asked('call.conference')
    await find('join').click()
    assert.deepEqual(await joined, { callIds: [first.callId, second.callId] })
    const talks = { conference: true, onHold: { local: false, remote: false } }
    phone.showCalls({ ...first, ...talks }, { ...second, ...talks })
    await find('line-key').filter({ hasText: 'in the conference' }).nth(1).waitFor()
    await find('line-key').filter({ hasText: 'Marta' }).click()
    await page.getByText(/Controls act on .*Marta/).waitFor()
    const split = phone.asked('call.split')
    await find('join').click()
    assert.deepEqual(await split, { callId: second.callId })
    phone.showCalls({ ...first, ...talks, conference: false }, { ...second, onHold: { local: true, remote: false } })
    await page.getByText(/Controls act on .*周雅婷/).waitFor()
    // What the phone cannot do is said where it was asked for.
    phone.replies.set('call.conference', () => {
      throw new PhoneError('rejected', 'no', { sipCode: 488 })
    })
    await find('join').click()
    await find('problem').getByText('The calls could not be joined.').waitFor()
  }))

test('a call whose sound is encrypted shows a lock, one in clear none', () =>
  open(async ({ page, phone, find }) => {
    phone.showCalls(call(ann, { srtp: true }))
    await page.getByRole('img', { name: 'Encrypted sound (SRTP)' }).waitFor()
    phone.showCalls(call(ann, { srtp: false }))
    await find('lock').waitFor({ state: 'detached' })
  }))
