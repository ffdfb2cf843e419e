import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Contact } from '../../electron/phone/contact.ts'
import { contactFinder } from '../../electron/phone/contact-match.ts'

const contact = (id: number, name: string, ...targets: string[]): Contact => ({
  id,
  name,
  addresses: targets.map((target) => ({ target })),
  watch: false,
})

const find = contactFinder([
  contact(1, 'Ann', '1002@office.lan', '+48 601-000-000'),
  contact(2, 'Front desk', '1003'),
  contact(3, '小明', 'tel:0912-345-678', 'sip:Ming%20W@[2001:db8::1]:5062'),
  contact(4, 'Second Ann', 'sip:1002@office.lan'),
  contact(5, 'Short', '000000'),
])
const name = (uri: string, accountId?: string) => find({ uri, accountId })?.name

test('one address is one person, the first of them, however it is written', () => {
  for (const uri of ['sip:1002@office.lan', 'SIPS:1002@OFFICE.LAN:5060;transport=tls', '1002@office.lan']) {
    assert.equal(name(uri), 'Ann', uri)
    assert.equal(name(uri, 'work'), 'Ann', uri)
  }
  assert.equal(name('sip:ming w@[2001:DB8::1]:5062'), '小明')
  assert.equal(name('sip:1002@elsewhere.lan'), undefined)
})

test('a number is somebody only where an account vouches for it', () => {
  assert.equal(name('sip:1003@office.lan', 'work'), 'Front desk')
  assert.equal(name('sip:1003@198.51.100.1'), undefined)
  assert.equal(name('sip:10033@office.lan', 'work'), undefined)
  assert.equal(name('sip:1003x@office.lan', 'work'), undefined)
})

test('a number with its country code is the one without, within the country', () => {
  for (const number of ['+48601000000', '0048601000000', '601000000', '0601000000', '48601000000', '%2B48601000000'])
    assert.equal(name(`sip:${number}@sbc.example.net`, 'work'), 'Ann', number)
  assert.equal(name('tel:+48-601-000-000', 'work'), 'Ann')
  assert.equal(name('sip:+886912345678@x', 'work'), '小明')
  assert.equal(name('sip:0912345678@x', 'work'), '小明')
  // Another country, another number, a tail of the number: somebody else.
  for (const number of ['+1601000000', '+49601000000', '1000000', '1601000000', '+4812345', '+000000'])
    assert.equal(name(`sip:${number}@x`, 'work'), undefined, number)
})
