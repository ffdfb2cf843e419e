import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import { wide } from '../support/chromium.ts'
import { portrait } from '../support/pictures.ts'
import { call, entry, ringing } from '../support/sample-calls.ts'
import type { ScriptedPhone } from '../support/scripted-phone.ts'
import { windows } from '../support/window.ts'

const open = windows()
const book = (phone: ScriptedPhone) => {
  phone.contacts = [
    { id: 1, name: '周雅婷 Chou Ya-ting', addresses: [{ target: '1002@office.lan' }], watch: true, speedDial: 1 },
    { id: 2, name: 'Marta Kowalska', addresses: [{ target: '1003@office.lan' }], watch: false },
  ]
}

test('contacts are added, changed, merged and deleted with an undo; watched ones are asked for', () =>
  open(
    async ({ page, phone, find }) => {
      await phone.until(() => phone.requests.filter(({ method }) => method === 'presence.watch').length === 2)
      await find('tab-contacts').click()
      await find('add-contact').click()
      await find('save-contact').click()
      await page.getByText('A contact needs a name or an address.').waitFor()
      await page.getByLabel('Name').fill('Marta mobile')
      await page.getByLabel('Number or SIP address').fill('0912 345 678')
      const added = phone.asked('contacts.save')
      await find('save-contact').click()
      assert.deepEqual(await added, {
        contact: {
          name: 'Marta mobile',
          addresses: [{ target: '0912 345 678' }],
          speedDial: null,
          watch: false,
          note: null,
        },
      })
      await find('contact').getByText('0912 345 678').waitFor()
      // Merged into the one that was there before; not where that one cannot be saved.
      await find('contact-row').filter({ hasText: 'Kowalska' }).click()
      phone.replies.set('contacts.save', () => {
        throw new PhoneError('bad-state', 'no room')
      })
      await page.getByLabel('Merge with').selectOption({ label: 'Marta mobile' })
      await find('problem').waitFor()
      assert.ok(!phone.requests.some(({ method }) => method === 'contacts.remove'))
      phone.replies.delete('contacts.save')
      await page.getByLabel('Merge with').selectOption({ label: 'Marta mobile' })
      await find('contact').getByText('0912 345 678').waitFor()
      await phone.until(() => phone.contacts.length === 2)
      await find('delete-contact').click()
      await page.getByRole('button', { name: 'Undo' }).click()
      await find('contact-row').filter({ hasText: 'Kowalska' }).waitFor()
      assert.ok(phone.contacts.some(({ name }) => name === 'Marta Kowalska'))
    },
    { prepare: book, size: wide },
  ))

test('lamps say who is free; vCards come in and go out; the dial field and a key find them', () =>
  open(
    async ({ page, phone, find }) => {
      await find('tab-contacts').click()
      const entry = { target: '1002@office.lan', uri: 'sip:1002@office.lan', subscription: 'active' } as const
      phone.update({ presence: [{ ...entry, kind: 'dialog', state: 'busy' }] })
      await find('contact-row').filter({ hasText: 'in a call' }).waitFor()
      const [download] = await Promise.all([page.waitForEvent('download'), find('export-contacts').click()])
      assert.equal(download.suggestedFilename(), 'contacts.vcf')
      const imported = phone.asked('contacts.import')
      await page.locator('input[type=file]').setInputFiles({
        name: 'x.vcf',
        mimeType: 'text/vcard',
        buffer: Buffer.from('BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Lin\r\nTEL:1011\r\nEND:VCARD\r\n'),
      })
      assert.match(((await imported) as { text: string }).text, /FN:Lin/)
      await find('contact-row').filter({ hasText: 'Lin' }).waitFor()
      await find('tab-phone').click()
      await page.locator('[data-dial-field]').fill('雅婷')
      await page.getByRole('option', { name: /1002@office\.lan/ }).waitFor()
      await page.locator('[data-dial-field]').fill('')
      const dialled = phone.asked('call.dial')
      await page.keyboard.press('Alt+1')
      assert.deepEqual(await dialled, { target: '1002@office.lan' })
    },
    { prepare: book },
  ))

test('messages: unread ones are counted, what became of sent ones is told, a failed one is sent again', () =>
  open(
    async ({ page, phone, find }) => {
      const from = 'sip:1002@office.lan'
      phone.messages.hear(from, '早安！<b>\nok?')
      await find('tab-messages').getByText('1', { exact: true }).waitFor()
      await find('tab-messages').click()
      await find('conversation').filter({ hasText: '周雅婷' }).click()
      await find('thread').getByText('<b>').waitFor()
      await find('badge').waitFor({ state: 'detached' })
      phone.messages.answer = () => {
        throw new PhoneError('timeout', 'Nobody answered')
      }
      await page.keyboard.type('Send me your trace')
      const sent = phone.asked('message.send')
      await page.keyboard.press('Enter')
      assert.deepEqual(await sent, { target: from, text: 'Send me your trace' })
      await find('send-again').waitFor()
      phone.messages.answer = () => ({ code: 200, reason: 'OK' })
      const again = phone.asked('message.send')
      await find('send-again').click()
      assert.deepEqual(await again, { target: from, text: 'Send me your trace', id: 2 })
      await find('delivery').getByText('200 accepted').waitFor()
      await page.keyboard.press('Escape')
      // Somebody new.
      const to = page.getByLabel('Write to name, number or address')
      await to.fill('marta')
      await page.keyboard.press('Enter')
      await find('thread').getByText('1003@office.lan').waitFor()
      await to.fill('bob@example.org')
      await page.keyboard.press('Enter')
      await find('thread').getByText('bob@example.org').waitFor()
      // What the phone does not even take comes back into the field.
      phone.replies.set('message.send', () => {
        throw new PhoneError('bad-state', 'Too many')
      })
      await page.keyboard.type('Hello Bob')
      await page.keyboard.press('Enter')
      await find('problem').waitFor()
      assert.equal(await find('thread').locator('textarea').inputValue(), 'Hello Bob')
    },
    { prepare: book, size: wide },
  ))

test('messages: they are still there after a reload; the ones before come on demand; taken away with an undo', () =>
  open(
    async ({ page, phone, find }) => {
      const from = 'sip:1002@office.lan'
      const yesterday = new Date(Date.now() - 86_400_000).toISOString()
      phone.log = [
        { ...entry({ uri: from }, 1, { direction: 'incoming' }), at: new Date(Date.now() - 60_000).toISOString() },
      ]
      for (let n = 1; n <= 60; n++) phone.messages.hear(from, `message ${n} of them`, n < 55 ? yesterday : undefined)
      phone.messages.hear('sip:1003@office.lan', 'me too')
      await page.reload()
      await find('tab-messages').click()
      await find('tab-messages').getByText('61', { exact: true }).waitFor()
      await find('conversation').filter({ hasText: 'message 60 of them' }).click()
      await find('thread').getByText('Yesterday').waitFor()
      await find('tab-messages').getByText('1', { exact: true }).waitFor()
      assert.equal(await find('thread').getByText('message 1 of them').count(), 0)
      await find('older-messages').click()
      await find('thread').getByText('message 1 of them').waitFor()
      await find('older-messages').waitFor({ state: 'detached' })

      await find('thread-call').getByText('They called').waitFor()
      await find('thread-call').getByRole('button', { name: 'Details' }).click()
      await page.locator('[data-test="tab-calls"][aria-current]').waitFor()
      await find('tab-messages').click()

      await find('delete-conversation').click()
      await find('undo-conversation').getByRole('button').click()
      await find('conversation').filter({ hasText: 'message 60 of them' }).click()
      await find('delete-conversation').click()
      assert.equal(await find('conversation').count(), 1)
      // What comes meanwhile is not taken away with it.
      phone.messages.hear(from, 'one more')
      await find('conversation').filter({ hasText: 'one more' }).waitFor()
      const removed = phone.asked('message.remove')
      await page.reload()
      assert.deepEqual(await removed, { with: '1002@office.lan', upTo: 60 })
      await find('tab-messages').click()
      await find('conversation').filter({ hasText: 'one more' }).click()
      await find('thread').getByText('one more').waitFor()
      assert.equal(
        await find('thread')
          .getByText(/of them/)
          .count(),
        0,
      )
    },
    { prepare: book, size: wide },
  ))

test('messages: a word of two Chinese characters is found in what was written long ago, and its place is opened', () =>
  open(
    async ({ page, phone, find }) => {
      const from = 'sip:1002@office.lan'
      for (let n = 1; n <= 260; n++) phone.messages.hear(from, n === 3 ? '下午兩點的測試電話' : `message ${n} of them`)
      phone.messages.hear('sip:1003@office.lan', '<b>測試</b> \u202e too')
      await find('tab-messages').click()
      const field = page.getByLabel('Search messages')
      await field.fill('測試')
      await find('found-message').nth(1).waitFor()
      assert.equal(await find('found-message').count(), 2)
      assert.equal(await find('found-message').nth(0).locator('b').count(), 0)
      assert.deepEqual(await find('found-message').locator('mark').allTextContents(), ['測試', '測試'])
      await find('found-message').nth(1).click()
      const place = find('thread').locator('[data-found]')
      await place.getByText('下午兩點的測試電話').waitFor()
      await page.waitForFunction(() => {
        const [one, log] = [document.querySelector('[data-found]'), document.querySelector('[role=log]')]
        const [inner, outer] = [one?.getBoundingClientRect(), log?.getBoundingClientRect()]
        return inner && outer && inner.top >= outer.top && inner.bottom <= outer.bottom
      })
      // What comes meanwhile is found as well, and takes nobody away from the place.
      phone.messages.hear(from, '再測試一次')
      await find('found-message').nth(2).waitFor()
      await find('thread').getByText('再測試一次').waitFor()
      await place.getByText('下午兩點的測試電話').waitFor()
      await field.fill('nobody wrote this')
      await find('none-found').waitFor()
      await field.fill('')
      await find('conversation').nth(1).waitFor()
    },
    { prepare: book, size: wide },
  ))

test('a call from a number in the address book shows the name there, in the call, the log and the dial field', () =>
  open(
    async ({ page, phone, find }) => {
      const account = phone.addAccount(
        { username: '1001', domain: 'office.lan', isDefault: true },
        { state: 'registered' },
      )
      const remote = { uri: 'sip:1003@10.1.1.1', displayName: 'Extension 1003' }
      const one = { ...ringing(remote), accountId: account.id }
      phone.showCalls(one)
      await find('incoming').getByText('Front desk', { exact: true }).waitFor()
      const talking = { ...call(remote), callId: one.callId, accountId: account.id }
      phone.showCalls(talking)
      await find('in-call').getByRole('heading', { name: 'Front desk' }).waitFor()
      phone.log = [{ ...entry(remote, 1), accountId: account.id }, entry(remote, 2)]
      phone.endCall(talking)
      await page.keyboard.press('Escape')
      await find('tab-calls').click()
      const names = await find('log-row').locator('bdi').allTextContents()
      // Nobody vouches for the number of a direct call.
      assert.deepEqual(names.slice(-2), ['Front desk', 'Extension 1003'])
      await find('tab-phone').click()
      await page.locator('[data-dial-field]').fill('1003')
      await find('hint').getByText('Front desk').waitFor()
    },
    {
      prepare: (phone) => {
        phone.contacts = [{ id: 1, name: 'Front desk', addresses: [{ target: '1003' }], watch: false }]
      },
    },
  ))

test('whose phone rings stands on top, and the call is picked up from there', () =>
  open(
    async ({ phone, find }) => {
      const target = '1002@office.lan'
      const lamp = { target, uri: `sip:${target}`, kind: 'dialog', subscription: 'active' } as const
      await find('tab-contacts').click()
      phone.update({ presence: [{ ...lamp, state: 'ringing' }] })
      await find('contact-row').filter({ hasText: 'ringing now' }).waitFor()
      // Nothing told of the call, and no code: there is no way.
      assert.equal(await find('pick-up').count(), 0)
      phone.update({ presence: [{ ...lamp, state: 'ringing', pickUp: 'replaces' }] })
      await find('needs-you').getByText('周雅婷').waitFor()
      const asked = phone.asked('call.pickUp')
      phone.replies.set('call.pickUp', () => ({ callId: 'taken' }))
      await find('pick-up').click()
      assert.deepEqual(await asked, { target })
      await find('in-call').waitFor()
    },
    { prepare: book },
  ))

test('a picture is chosen, made small, shown wherever they are, merged and taken away', () =>
  open(
    async ({ page, phone, find }) => {
      await find('tab-contacts').click()
      await find('contact-row').filter({ hasText: 'Kowalska' }).click()
      await find('edit-contact').click()
      await find('photo-file').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('<svg/>') })
      await page.getByText('This file is not a picture.').waitFor()
      const file = { name: 'a.png', mimeType: 'image/png', buffer: Buffer.from(portrait(600)) }
      await find('photo-file').setInputFiles(file)
      await find('photo-field').locator('img').waitFor()
      const saved = phone.asked('contacts.setPhoto')
      await find('save-contact').click()
      const { id, photo } = (await saved) as { id: number; photo: string }
      const bytes = Buffer.from(photo, 'base64')
      assert.deepEqual([id, bytes.readUInt16BE(0), bytes.byteLength < 32_000], [2, 0xffd8, true])
      await find('contact').locator('img').waitFor()
      await find('contact-row').filter({ hasText: 'Kowalska' }).locator('img').waitFor()

      // Into one who has none.
      await find('contact-row').filter({ hasText: 'Chou' }).click()
      const moved = phone.asked('contacts.setPhoto')
      await page.getByLabel('Merge with').selectOption({ label: 'Marta Kowalska' })
      assert.deepEqual(await moved, { id: 1, photo })
      await find('contact').locator('img').waitFor()
      await phone.until(() => phone.contacts.length === 1)

      const one = ringing({ uri: 'sip:1003@office.lan' })
      phone.showCalls(one)
      await find('tab-phone').click()
      const shown = find('incoming').locator('img')
      await shown.waitFor()
      assert.ok(await shown.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth === 256))
      phone.showCalls({ ...call({ uri: 'sip:1003@office.lan' }), callId: one.callId })
      await find('in-call').locator('img').waitFor()
      phone.showCalls()

      await find('tab-contacts').click()
      await find('contact-row').click()
      await find('edit-contact').click()
      await find('drop-photo').click()
      const dropped = phone.asked('contacts.setPhoto')
      await find('save-contact').click()
      assert.deepEqual(await dropped, { id: 1, photo: null })
      await find('contact').locator('img').waitFor({ state: 'detached' })
    },
    { prepare: book, size: wide },
  ))

test('a picture file that is none leaves the initials', () =>
  open(
    async ({ find }) => {
      await find('tab-contacts').click()
      const row = find('contact-row').filter({ hasText: 'Kowalska' })
      await row.getByText('MK', { exact: true }).waitFor()
      await row.locator('img').waitFor({ state: 'detached' })
    },
    {
      prepare: (phone) => {
        book(phone)
        phone.contacts = phone.contacts.map((one) => (one.id === 2 ? { ...one, photo: 'broken' } : one))
        phone.photos.set(2, { type: 'image/png', bytes: portrait().subarray(0, 30) })
      },
    },
  ))

test('the board beside the keypad: lamps, a call at a press, a call that rings elsewhere taken; voicemail at a press', () =>
  open(
    async ({ page, phone, find }) => {
      const [lamps, marta] = [page.getByText('Lamps', { exact: true }), '1003@office.lan']
      await lamps.click()
      await find('lamp-key').getByText('周雅婷 Chou Ya-ting').waitFor()
      assert.equal(await find('lamp-key').count(), 1)
      // Whoever is watched from now on has a key as well, and the choice outlives a reload.
      phone.contacts = phone.contacts.map((one) => ({ ...one, watch: true }))
      await page.reload()
      await find('lamp-key').nth(1).waitFor()
      const seen = { target: marta, uri: `sip:${marta}`, kind: 'dialog', subscription: 'active' } as const
      phone.update({ presence: [{ ...seen, state: 'busy' }] })
      await page.getByRole('button', { name: /Call\s*Marta Kowalska\s*in a call/ }).waitFor()
      const dialled = phone.asked('call.dial')
      await find('lamp-key').nth(0).click()
      assert.deepEqual(await dialled, { target: '1002@office.lan' })
      phone.showCalls()

      await page.getByText('Keypad', { exact: true }).click()
      const before = await lamps.boundingBox()
      phone.update({ presence: [{ ...seen, state: 'ringing', pickUp: 'replaces' }] })
      await page.getByRole('img', { name: 'Lamps: a call can be picked up' }).waitFor()
      assert.deepEqual(await lamps.boundingBox(), before, 'nothing moves')
      await lamps.click()
      phone.replies.set('call.pickUp', () => ({ callId: 'taken' }))
      const taken = phone.asked('call.pickUp')
      await page.getByRole('button', { name: /Pick up\s*Marta Kowalska/ }).click()
      assert.deepEqual(await taken, { target: marta })
      await find('in-call').waitFor()
      phone.showCalls()

      assert.equal(await find('voicemail').count(), 0)
      const { id } = phone.addAccount({ username: '1001', domain: 'office.lan', voicemail: '*97' })
      phone.update({ voicemail: [{ accountId: id, newCount: 3, oldCount: 0 }] })
      await page.reload()
      const heard = phone.asked('call.dial')
      await page.getByRole('button', { name: 'Voicemail 3 new voice messages' }).click()
      assert.deepEqual(await heard, { target: '*97', accountId: id })
    },
    { prepare: book },
  ))
