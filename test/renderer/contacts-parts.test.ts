import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Contact } from '../../electron/phone/contact.ts'
import type { PresenceEntry } from '../../electron/phone/shapes.ts'
import { contactsFor } from '../../renderer/contacts/order.ts'
import { presenceOf } from '../../renderer/contacts/presence.ts'
import { everybody } from '../../renderer/dialer/suggestions.ts'
import { threadItems } from '../../renderer/messages/thread-items.ts'
import { bytesOf } from '../../renderer/messages/size.ts'
import { merged } from '../../renderer/state/contacts.ts'
import { defaultAccount } from '../../electron/phone/default-account.ts'
import type { Account, Conversation, TextMessage } from '../../electron/ipc/contract.ts'
import { unreadOf, without } from '../../renderer/state/messages.ts'
import { partsOfVCards } from '../../renderer/state/vcard-parts.ts'
import { boxOf } from '../../renderer/dialer/voicemail-box.ts'
import { readableText } from '../../renderer/text/readable-text.ts'
import { bare, entry, marta } from '../support/sample-calls.ts'

const contact = (id: number, name: string, target: string, change: Partial<Contact> = {}): Contact => ({
  id,
  name,
  addresses: [{ target }],
  watch: false,
  ...change,
})
const ann = contact(1, '周雅婷 Chou Ya-ting', '1002', { watch: true, speedDial: 2 })
const bob = contact(2, 'Bob', 'sip:bob@example.org', { speedDial: 1 })

test('contacts: found by name, address or note in any width and case; sorted by name, speed dial by key', () => {
  const all = [bob, ann, contact(3, '', '1001@192.168.11.175:50600', { note: 'Lab' })]
  const ids = (text: string, filter: 'all' | 'watched' | 'speedDial' = 'all') =>
    contactsFor(all, text, filter, 'en').map(({ id }) => id)
  assert.deepEqual(ids('ＢＯＢ'), [2])
  assert.deepEqual(ids('雅婷'), [1])
  assert.deepEqual(ids('lab'), [3])
  assert.deepEqual(ids('', 'watched'), [1])
  assert.deepEqual(ids('', 'speedDial'), [2, 1])
  assert.equal(ids('').length, 3)
})

test('merging keeps the name of the one and takes what only the other has', () => {
  const other = contact(9, 'Y.-T. Chou', '1002', {
    addresses: [{ target: '1002' }, { target: '0912345678', label: 'mobile' }],
    note: 'Team',
  })
  assert.deepEqual(merged(ann, other), {
    id: 1,
    name: '周雅婷 Chou Ya-ting',
    addresses: [{ target: '1002' }, { target: '0912345678', label: 'mobile' }],
    speedDial: 2,
    watch: true,
    note: 'Team',
  })
})

const watched = (change: Partial<PresenceEntry>): PresenceEntry => ({
  target: '1002',
  kind: 'presence',
  uri: 'sip:1002@office.lan',
  state: 'unknown',
  subscription: 'active',
  ...change,
})

test('presence: a phone that rings or talks says more than what was published; a refusal is told with its code', () => {
  const dialog = (state: 'idle' | 'ringing' | 'busy') => watched({ kind: 'dialog', state })
  assert.equal(presenceOf('1002', []), undefined)
  assert.equal(presenceOf('1003', [dialog('busy')]), undefined)
  assert.deepEqual(presenceOf('1002', [dialog('ringing'), watched({ state: 'online' })]), {
    lamp: 'ring',
    words: 'ringing',
  })
  assert.equal(presenceOf('1002', [dialog('busy'), watched({ state: 'away' })])?.words, 'inCall')
  assert.equal(presenceOf('1002', [dialog('idle'), watched({ state: 'dnd' })])?.lamp, 'dnd')
  assert.equal(presenceOf('1002', [dialog('idle')])?.words, 'free')
  assert.equal(presenceOf('1002', [watched({ subscription: 'subscribing' })])?.lamp, 'work')
  assert.equal(presenceOf('1002', [watched({ subscription: 'pending' })])?.words, 'pending')
  assert.deepEqual(presenceOf('1002', [watched({ subscription: 'failed', code: 489 })]), {
    lamp: 'off',
    words: 'notTold',
    code: 489,
  })
})

test('the dial field knows the address book first, and nobody twice', () => {
  const martaToo = contact(5, 'Marta from the book', marta.uri)
  const people = everybody([ann, martaToo], [entry(marta, 0), entry(bare, 1)])
  assert.deepEqual(
    people.map(({ party }) => party.title),
    [ann.name, 'Marta from the book', '1001@192.168.11.175:50600'],
  )
})

test('a conversation that is being taken away is not shown, until they write again', () => {
  const conversation = (peer: string, id: number, unread: number): Conversation => {
    const uri = `sip:${peer}`
    const at = '2026-11-27T10:00:00Z'
    return {
      with: peer,
      uri,
      unread,
      last: { id, with: peer, uri, direction: 'incoming', text: 'x', at, unread: true },
    }
  }
  const all = [conversation('1002@office.lan', 3, 2), conversation('1003@office.lan', 2, 1)]
  const shown = (upTo: number) => without(all, { with: '1002@office.lan', upTo }).map((one) => one.with)
  assert.equal(without(all, undefined), all)
  assert.deepEqual(shown(3), ['1003@office.lan'])
  assert.deepEqual(shown(2), ['1002@office.lan', '1003@office.lan'])
  assert.equal(unreadOf(all), 3)
})

test('calls stand among the messages with the same one, none from before the first that is shown', () => {
  const at = (minute: number) => `2026-11-20T10:${String(minute).padStart(2, '0')}:00.000Z`
  const message = (id: number, minute: number) => ({ id, at: at(minute), text: `${id}` }) as TextMessage
  const called = (id: number, minute: number, uri = 'sip:1002@office.lan') => ({
    ...entry({ uri }, 0, { id }),
    at: at(minute),
  })
  const log = [
    called(4, 40),
    called(3, 20, 'sip:other@office.lan'),
    called(2, 20, 'sip:1002@OFFICE.lan;x=y'),
    called(1, 1),
  ]
  const shown = (messages: readonly TextMessage[], complete: boolean) =>
    threadItems(messages, complete, '1002@office.lan', log).map((item) =>
      item.kind === 'call' ? `call ${item.call.id}` : item.message.id,
    )
  const messages = [message(1, 10), message(2, 30), message(3, 25)]
  assert.deepEqual(shown(messages, false), [1, 'call 2', 2, 3, 'call 4'])
  assert.deepEqual(shown(messages, true), ['call 1', 1, 'call 2', 2, 3, 'call 4'])
  assert.deepEqual(shown([], true), ['call 1', 'call 2', 'call 4'])
})

test('a text of somebody else keeps its lines and loses what hides or turns', () => {
  assert.equal(readableText('a\r\nb\u202e\u0000c\n\n\n\n\n\nd'), 'a\nbc\n\n\nd')
  assert.equal(readableText('早安！😀').length, '早安！😀'.length)
  assert.ok(readableText('x'.repeat(100_000)).length <= 20_000)
  assert.equal(bytesOf('早安'), 6)
})

test('a large file of vCards goes to the phone in whole cards; a picture no message holds is left out', () => {
  const card = (n: number, photo = '') => `BEGIN:VCARD\r\nFN:P ${n}\r\n${photo}TEL:${n}\r\nEND:VCARD\r\n`
  const lines = (length: number) => Array.from({ length: length / 50 }, () => `${'A'.repeat(50)}\r\n `).join('')
  const photo = (length: number) => `item1.PHOTO;ENCODING=b:${lines(length)}AAAA\r\n`
  const small = Array.from({ length: 9 }, (_, n) => card(n, photo(100_000)))
  const { parts, photosLeftOut } = partsOfVCards([...small, card(9, photo(400_000)), card(10)].join(''))
  assert.equal(photosLeftOut, 1)
  assert.equal(parts.join(''), [...small, card(9), card(10)].join(''))
  for (const part of parts) assert.ok(part.length <= 320_000 && part.trimEnd().endsWith('END:VCARD'))
  assert.equal(parts.length, 3)
  assert.deepEqual(partsOfVCards('no card'), { parts: ['no card'], photosLeftOut: 0 })
  assert.deepEqual(partsOfVCards(`${card(1)}\r\n`).parts.length, 1)
})

test('voicemail: where something is new, else the default account’s; none where no account has a number', () => {
  const account = (id: string, voicemail: string, more = {}) =>
    ({ ...defaultAccount, id, hasPassword: false, enabled: true, voicemail, ...more }) as Account
  const [one, two] = [account('1', '*97'), account('2', '*98', { isDefault: true })]
  const count = (accountId: string, newCount: number) => ({ accountId, newCount, oldCount: 1 })
  assert.equal(boxOf([account('1', '')], [count('1', 3)]), undefined)
  assert.equal(boxOf([account('1', '*97', { enabled: false })], []), undefined)
  assert.equal(boxOf([one, two], [])?.account.id, '2')
  assert.deepEqual(boxOf([one, two], [count('1', 3), count('2', 0)]), { account: one, newCount: 3 })
  assert.equal(boxOf([one], [])?.newCount, 0)
})
