import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NewContact } from '../../electron/phone/contact.ts'
import { readVCards, writeVCards } from '../../electron/phone/vcard.ts'
import { mutate } from '../support/mutate.ts'
import { seeded } from '../support/seeded.ts'

const people: NewContact[] = [
  {
    name: '王小明, Jr; 三',
    addresses: [{ target: '+886 2 1234', label: 'work' }, { target: 'sip:ming@pbx.test:5070' }],
    watch: false,
    note: `two\nlines, ${'很長的一句話'.repeat(20)}`,
  },
  { name: 'Bob', addresses: [{ target: '1001', label: 'mobile' }], watch: false },
]

test('what is written is read again, in lines of at most 75 octets', () => {
  const text = writeVCards(people.map((person, n) => ({ id: n + 1, ...person })))
  for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line)
  assert.match(
    text,
    /^BEGIN:VCARD\r\nVERSION:4\.0\r\nFN:王小明\\, Jr\\; 三\r\nTEL;TYPE=work;VALUE=text:\+886 2 1234\r\n/,
  )
  assert.deepEqual(readVCards(text), people)
})

test('cards of other programs and older versions', () => {
  const cards = readVCards(
    [
      'BEGIN:VCARD',
      'VERSION:2.1',
      'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E9=99=B3;=E6=80=A1=E5=90=9B;;;',
      'TEL;CELL;VOICE:0912-345-678',
      'END:VCARD',
      'BEGIN:VCARD',
      'VERSION:3.0',
      'N:Miller;Ann;;;',
      'item1.TEL;type="x:y";type=HOME:tel:+1-555',
      ' -0100',
      'IMPP;X-SERVICE-TYPE=SIP:sip:ann@example.com',
      'IMPP:xmpp:ann@example.com',
      'PHOTO;ENCODING=b:AAAA',
      'END:VCARD',
      'BEGIN:VCARD',
      'END:VCARD',
      'nonsense',
    ].join('\n'),
  )
  assert.deepEqual(cards, [
    { name: '陳怡君', addresses: [{ target: '0912-345-678', label: 'mobile' }], watch: false },
    {
      name: 'Ann Miller',
      addresses: [{ target: '+1-555-0100', label: 'home' }, { target: 'sip:ann@example.com' }],
      watch: false,
    },
  ])
  assert.deepEqual(readVCards('no card at all'), [])
})

test('whatever is imported, it ends, and no text is longer than it may be', () => {
  const random = seeded(3)
  const seed = Buffer.from(writeVCards(people.map((person, n) => ({ id: n + 1, ...person }))))
  let read = 0
  for (let n = 0; n < 2000; n++)
    for (const { name, addresses } of readVCards(mutate(seed, [seed], random).toString())) {
      read += 1
      assert.ok(name.length <= 512 && addresses.length <= 20 && addresses.every(({ target }) => target.length <= 512))
    }
  assert.ok(read > 1000)
  assert.deepEqual(readVCards(`BEGIN:VCARD\nTEL;${'"'.repeat(200_001)}:1\nEND:VCARD`).length, 1)
})
