import { entry, ringing } from '../sample-calls.ts'
import { portrait } from '../pictures.ts'
import type { ScriptedPhone } from '../scripted-phone.ts'
import { withAccounts } from './office-accounts.ts'
import { become, type Scene, test } from './scene.ts'

function withContacts(phone: ScriptedPhone): void {
  const people: readonly (readonly [name: string, target: string, watch: boolean])[] = [
    ['周雅婷 Chou Ya-ting', '1002@office.lan', true],
    ['Marta Kowalska', '1003@office.lan', true],
    ['Marco Rossi', '1005@office.lan', true],
    ['陳柏翰 Chen Po-han', '1007@office.lan', true],
    ['', '1001@192.168.11.175:50600', false],
  ]
  phone.contacts = people.map(([name, target, watch], index) => ({
    id: index + 1,
    name,
    addresses: index === 1 ? [{ target }, { target: '+48 601 000 000', label: 'mobile' }] : [{ target }],
    watch,
    ...(index === 0 && { speedDial: 1 }),
    ...(index === 1 && { note: 'Knows the gateway.', photo: 'portrait' }),
  }))
  phone.photos.set(2, { type: 'image/png', bytes: portrait() })
  const seen = (target: string) => ({ target, uri: `sip:${target}`, kind: 'dialog', subscription: 'active' }) as const
  phone.snapshot = {
    ...phone.snapshot,
    presence: [
      { ...seen('1002@office.lan'), state: 'idle' },
      { ...seen('1003@office.lan'), state: 'busy' },
      { ...seen('1005@office.lan'), state: 'ringing', pickUp: 'replaces' },
      { ...seen('1007@office.lan'), state: 'unknown', subscription: 'failed', code: 489 },
    ],
  }
}

const at = (minutes: number) => new Date(new Date().setHours(7, minutes, 0, 0)).toISOString()

export const peopleScenes: readonly Scene[] = [
  {
    name: 'contacts',
    prepare: withContacts,
    act: async (page) => {
      await page.click(test('tab-contacts'))
      await page.click(`${test('contact-row')} >> nth=0`)
      if (page.viewportSize()?.width === 360) await page.keyboard.press('Escape')
    },
  },
  {
    name: 'contact',
    prepare: withContacts,
    act: async (page) => {
      await page.click(test('tab-contacts'))
      await page.click(`${test('contact-row')} >> nth=1`)
    },
  },
  {
    name: 'contact-edit',
    prepare: withContacts,
    act: async (page) => {
      await page.click(test('tab-contacts'))
      await page.click(`${test('contact-row')} >> nth=1`)
      await page.click(test('edit-contact'))
    },
  },
  {
    name: 'contact-rings',
    prepare: withContacts,
    act: async (page) => {
      await page.click(test('tab-contacts'))
      await page.locator(test('contact-row')).filter({ hasText: 'Marco' }).click()
      await page.locator(test('contact')).locator(test('pick-up')).waitFor()
    },
  },
  {
    name: 'lamps',
    prepare: (phone) => {
      withContacts(phone)
      withAccounts(phone)
      phone.accounts = phone.accounts.map((account) => ({ ...account, voicemail: '*97' }))
      const { id = '' } = phone.accounts[0] ?? {}
      phone.snapshot = { ...phone.snapshot, voicemail: [{ accountId: id, newCount: 2, oldCount: 5 }] }
    },
    act: async (page) => {
      // In a wide window they stand beside the keypad.
      const choice = page.locator('[role=radiogroup] label').nth(2)
      if ((await choice.count()) > 0) await choice.click()
      await page.locator(test('lamp-key')).nth(3).waitFor()
    },
  },
  {
    name: 'incoming-photo',
    prepare: withContacts,
    act: async (page, phone) => {
      await become(phone, ringing({ uri: 'sip:1003@office.lan', displayName: 'MK' }))
      await page.locator(`${test('incoming')} img`).waitFor()
    },
  },
  { name: 'contacts-empty', act: async (page) => page.click(test('tab-contacts')) },
  { name: 'messages-empty', act: async (page) => page.click(test('tab-messages')) },
  {
    name: 'messages',
    prepare: (phone) => {
      withContacts(phone)
      phone.log = [{ ...entry({ uri: 'sip:1002@office.lan' }, 1), at: at(35) }]
    },
    act: async (page, phone) => {
      phone.messages.hear('sip:1003@office.lan', 'Can you call me back?', at(20))
      phone.messages.hear('sip:1002@office.lan', '早安！下午兩點的測試電話可以嗎？', at(31))
      await page.waitForSelector(`${test('tab-messages')} ${test('badge')}`)
      await page.click(test('tab-messages'))
      await page.click(`${test('conversation')} >> nth=0`)
      await page.keyboard.type('Yes. Please keep A-law first in your codec list, I want to see it in the answer.')
      await page.keyboard.press('Enter')
      await page.waitForSelector(test('delivery'))
      phone.messages.answer = () => ({ code: 408, reason: 'Request Timeout' })
      await page.keyboard.type('Send me your trace as pcap, please.')
      await page.keyboard.press('Enter')
      await page.waitForSelector(test('send-again'))
    },
  },
  {
    name: 'messages-search',
    prepare: withContacts,
    act: async (page, phone) => {
      phone.messages.hear('sip:1003@office.lan', 'The test call is at two.', at(20))
      phone.messages.hear('sip:1002@office.lan', '早安！下午兩點的測試電話可以嗎？', at(31))
      phone.messages.hear('sip:1002@office.lan', '測試', at(32))
      await page.click(test('tab-messages'))
      await page.locator(test('conversation')).nth(1).waitFor()
      await page.locator('[data-search-field]').fill('測試')
      await page.locator(test('found-message')).nth(1).waitFor()
    },
  },
]
