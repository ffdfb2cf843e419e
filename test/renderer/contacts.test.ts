import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import { wide } from '../support/chromium.ts'
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
      // Merged into the one that was there before.
      await find('contact-row').filter({ hasText: 'Kowalska' }).click()
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
      phone.notify('message.received', { from, to: 'sip:me@x', text: '早安！<b>\nok?', at: new Date().toISOString() })
      await find('tab-messages').getByText('1', { exact: true }).waitFor()
      await find('tab-messages').click()
      await find('conversation').filter({ hasText: '周雅婷' }).click()
      await find('thread').getByText('<b>').waitFor()
      assert.equal(await find('badge').count(), 0)
      phone.replies.set('message.send', () => {
        throw new PhoneError('timeout', 'Nobody answered')
      })
      await page.keyboard.type('Send me your trace')
      const sent = phone.asked('message.send')
      await page.keyboard.press('Enter')
      assert.deepEqual(await sent, { target: from, text: 'Send me your trace' })
      await find('send-again').waitFor()
      phone.replies.delete('message.send')
      await find('send-again').click()
      await find('delivery').getByText('200 accepted').waitFor()
      await page.keyboard.press('Escape')
      // Somebody new.
      await page.getByLabel('Write to number or address').fill('bob@example.org')
      await page.keyboard.press('Enter')
      await find('thread').getByText('bob@example.org').waitFor()
    },
    { prepare: book, size: wide },
  ))
