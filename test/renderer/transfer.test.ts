import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import { ann, call, chen, marta, officeLog, unanswered } from '../support/sample-calls.ts'
import { windows } from '../support/window.ts'
import { untrusted } from '../support/scenes/questions.ts'

const open = windows()
const held = { onHold: { local: true, remote: false } }

test('attended: choose somebody, speak first, connect; both lines close when the other phone says so', () =>
  open(
    async ({ page, phone, find }) => {
      phone.showCalls(call(ann))
      await find('in-call').waitFor()
      await page.keyboard.press('Alt+t')
      await page.keyboard.type('marta')
      const hold = phone.asked('call.hold')
      const dialled = phone.asked('call.dial')
      phone.replies.set('call.dial', () => ({ callId: call(marta).callId }))
      await page.keyboard.press('Enter')
      assert.deepEqual(await hold, { callId: call(ann).callId })
      assert.deepEqual(await dialled, { target: marta.uri })
      phone.showCalls(call(ann, held), unanswered(marta, { state: 'early' }))
      await page.getByText(/Marta Kowalska.* is ringing\. .*周雅婷/).waitFor()
      assert.equal(await find('connect').getAttribute('aria-disabled'), 'true')
      phone.showCalls(call(ann, held), call(marta))
      const asked = phone.asked('call.transferTo')
      await find('connect').click()
      assert.deepEqual(await asked, { callId: call(ann).callId, otherCallId: call(marta).callId })
      phone.showCalls(call(marta))
      phone.endCall(call(marta))
      await page.getByText(/Connected to .*Marta Kowalska/).waitFor()
    },
    { prepare: (phone) => void (phone.log = officeLog()) },
  ))

test('blind: sent at once; a refusal is told with code and meaning, and the call is still there', () =>
  open(async ({ page, phone, find }) => {
    phone.showCalls(call(ann))
    await find('transfer-call').click()
    await find('send-now').click()
    await page.getByText('Type a number or an address, or choose somebody.').waitFor()
    await page.keyboard.type('1007@office.lan')
    phone.replies.set('call.transfer', () => {
      throw new PhoneError('rejected', 'no', { sipCode: 603, reason: 'Decline' })
    })
    const asked = phone.asked('call.transfer')
    await find('send-now').click()
    assert.deepEqual(await asked, { callId: call(ann).callId, target: '1007@office.lan' })
    await find('transfer-failed').waitFor()
    assert.match((await find('transfer-failed').textContent()) ?? '', /nobody was lost\.603: /)
    await page.keyboard.press('Escape')
    await find('in-call').waitFor()
    assert.ok(!phone.requests.some(({ method }) => method === 'call.hangup'))
  }))

test('somebody already on a line is connected at once; Esc ends no call that talks', () =>
  open(async ({ page, phone, find }) => {
    phone.showCalls(call(ann), call(chen, held))
    await find('transfer-call').click()
    const asked = phone.asked('call.transferTo')
    await find('connect-them').click()
    assert.deepEqual(await asked, { callId: call(ann).callId, otherCallId: call(chen).callId })
    await find('lines').waitFor()
    await find('transfer-call').click()
    await page.keyboard.type('x@y.org')
    phone.replies.set('call.dial', () => ({ callId: call(marta).callId }))
    await find('speak-first').click()
    phone.showCalls(call(ann, held), call(marta))
    await find('connect').waitFor()
    await page.keyboard.press('Escape')
    await find('lines').waitFor()
    assert.ok(!phone.requests.some(({ method }) => method === 'call.hangup'))
  }))

test('what the other side asks for is decided where it is told', () =>
  open(async ({ page, phone, find }) => {
    phone.showCalls(call(ann))
    const target = 'sip:1005@office.lan'
    phone.update({ transferRequests: [{ callId: call(ann).callId, target }] })
    await find('transfer-request')
      .getByText(/周雅婷.* wants you to call .*1005@office\.lan/)
      .waitFor()
    // Nothing that asks pushes this out of a small window.
    const hangUp = await find('hang-up').boundingBox()
    assert.ok(hangUp !== null && hangUp.y + hangUp.height <= (page.viewportSize()?.height ?? 0), 'all of Hang up')
    const asked = phone.asked('call.answerTransfer')
    await find('accept-transfer').click()
    assert.deepEqual(await asked, { callId: call(ann).callId, accept: true })
    phone.update({ transferRequests: [] })
    await find('transfer-request').waitFor({ state: 'detached' })
    const recorded = phone.asked('call.record')
    await find('record').click()
    assert.deepEqual(await recorded, { callId: call(ann).callId, on: true })
    phone.showCalls(call(ann, { recording: true }))
    await page.getByRole('button', { name: 'Recording', pressed: true }).waitFor()
  }))

test('a certificate is shown with its fingerprint, and kept when the user trusts it', () =>
  open(async ({ phone, find }) => {
    phone.update({ certificates: [untrusted, { ...untrusted, host: 'other.lan', fingerprint: 'AA', changed: true }] })
    await find('fingerprint').getByText(untrusted.fingerprint).waitFor()
    const asked = phone.asked('certificates.answer')
    await find('trust-always').click()
    assert.deepEqual(await asked, { fingerprint: untrusted.fingerprint, accept: 'always' })
    phone.update({ certificates: [{ ...untrusted, host: 'other.lan', fingerprint: 'AA', changed: true }] })
    await find('certificate')
      .getByText(/other\.lan.* shows another certificate/)
      .waitFor()
    const refused = phone.asked('certificates.answer')
    await find('trust-never').click()
    assert.deepEqual(await refused, { fingerprint: 'AA', accept: 'never' })
  }))
