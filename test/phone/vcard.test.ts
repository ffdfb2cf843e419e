import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NewContact } from '../../electron/phone/contact.ts'
import { largestPhoto, photoFromBase64, photoOf } from '../../electron/phone/photo.ts'
import { readVCards, writeVCards } from '../../electron/phone/vcard.ts'
import { mutate } from '../support/mutate.ts'
import { jpeg, png } from '../support/pictures.ts'
import { seeded } from '../support/seeded.ts'

/** As the book would write them. */
const written = (contacts: readonly NewContact[]) =>
  writeVCards(
    contacts.map(({ picture, ...one }, n) => ({ id: n + 1, ...one, ...(picture !== undefined && { photo: 'x' }) })),
    (id) => contacts[id - 1]?.picture,
  )

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
  const text = written(people)
  for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line)
  assert.match(
    text,
    /^BEGIN:VCARD\r\nVERSION:4\.0\r\nFN:王小明\\, Jr\\; 三\r\nTEL;TYPE=work;VALUE=text:\+886 2 1234\r\n/,
  )
  assert.deepEqual(readVCards(text), { cards: people, photosLeftOut: 0 })
})

test('cards of other programs and older versions', () => {
  const { cards, photosLeftOut } = readVCards(
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
  assert.equal(photosLeftOut, 1)
  assert.deepEqual(readVCards('no card at all').cards, [])
})

test('whatever is imported, it ends, and no text is longer than it may be', () => {
  const random = seeded(3)
  const seed = Buffer.from(written(people))
  let read = 0
  for (let n = 0; n < 2000; n++)
    for (const { name, addresses } of readVCards(mutate(seed, [seed], random).toString()).cards) {
      read += 1
      assert.ok(name.length <= 512 && addresses.length <= 20 && addresses.every(({ target }) => target.length <= 512))
    }
  assert.ok(read > 1000)
  assert.deepEqual(readVCards(`BEGIN:VCARD\nTEL;${'"'.repeat(200_001)}:1\nEND:VCARD`).cards.length, 1)
})

test('pictures go out and come in, in the forms of all versions; what is no picture is left out and counted', () => {
  const picture = { type: 'image/jpeg', bytes: jpeg(96, 96, 5000) } as const
  const ann: NewContact = { name: 'Ann', addresses: [], watch: false, picture }
  const text = written([ann])
  for (const line of text.split('\r\n')) assert.ok(line.length <= 75, line)
  assert.deepEqual(readVCards(text), { cards: [{ ...ann, picture: photoOf(picture.bytes) }], photosLeftOut: 0 })

  const base64 = Buffer.from(png(64, 64)).toString('base64')
  const card = (photo: string) => readVCards(`BEGIN:VCARD\nFN:Ann\n${photo}\nEND:VCARD\n`)
  const good = [
    `PHOTO;ENCODING=b;TYPE=PNG:${base64}`,
    `PHOTO;PNG;ENCODING=BASE64:\n ${base64.slice(0, 40)}\n ${base64.slice(40)}\n`,
    `PHOTO:data:image/png;base64\\,${base64}`,
    // What it is called does not matter, only what it is.
    `PHOTO:data:image/svg+xml;base64,${base64}`,
  ]
  for (const photo of good) {
    const { cards, photosLeftOut } = card(photo)
    assert.equal(photosLeftOut, 0, photo)
    assert.equal(cards[0]?.picture?.type, 'image/png')
    assert.deepEqual(Buffer.from(cards[0]?.picture?.bytes ?? []), Buffer.from(png(64, 64)))
  }
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>').toString('base64')
  const bad = [
    'PHOTO;VALUE=uri:http://192.0.2.1/ann.jpg',
    `PHOTO:data:image/svg+xml;base64,${svg}`,
    `PHOTO;ENCODING=b:${Buffer.from(png(40_000, 40_000)).toString('base64')}`,
    `PHOTO;ENCODING=b:${Buffer.from(jpeg(96, 96, largestPhoto)).toString('base64')}`,
    'PHOTO;ENCODING=b:',
    'PHOTO:',
  ]
  for (const photo of bad) {
    const { cards, photosLeftOut } = card(photo)
    assert.deepEqual([cards.map(({ name }) => name), cards[0]?.picture, photosLeftOut], [['Ann'], undefined, 1], photo)
  }
})

test('whatever a picture is made of, looking at it ends', () => {
  const random = seeded(5)
  const seeds = [Buffer.from(jpeg(96, 96, 200)), Buffer.from(png(64, 64))]
  let taken = 0
  for (let n = 0; n < 2000; n++) {
    const bytes = mutate(seeds[n % 2] ?? Buffer.alloc(0), seeds, random)
    if (photoOf(bytes) !== undefined) taken += 1
    for (let cut = 0; cut < 30; cut++) photoOf(bytes.subarray(0, cut))
  }
  assert.ok(taken > 100 && taken < 1900, String(taken))
  assert.equal(photoFromBase64('A'.repeat(10_000_000)), undefined)
})
