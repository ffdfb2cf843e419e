import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Contacts } from '../../electron/phone/contacts.ts'
import { openStore } from '../../electron/store/store.ts'
import { MemoryStore } from '../support/memory-store.ts'
import { jpeg, png } from '../support/pictures.ts'

function opened(context: TestContext) {
  const dataFolder = mkdtempSync(join(tmpdir(), 'dialtone-test-'))
  context.after(() => rmSync(dataFolder, { recursive: true, force: true }))
  let store = openStore({ dataFolder })
  context.after(() => store.close())
  const counts = { changed: 0 }
  const onChanged = () => void counts.changed++
  return {
    contacts: new Contacts(store.contacts, onChanged),
    counts,
    reopened() {
      store.close()
      store = openStore({ dataFolder })
      return new Contacts(store.contacts, onChanged)
    },
  }
}

test('added, changed, found again after a restart, removed', (context) => {
  const { contacts, counts, reopened } = opened(context)
  const bob = contacts.save({ name: 'Bob', addresses: [{ target: '1001', label: 'work' }], speedDial: 1, note: 'x' })
  const ming = contacts.save({ name: '王小明', addresses: [{ target: 'sip:ming@pbx.test' }], watch: true })
  assert.deepEqual(contacts.list(), [bob, ming])
  assert.deepEqual(contacts.save({ id: bob.id, name: 'Robert', note: null }), {
    id: bob.id,
    name: 'Robert',
    addresses: [{ target: '1001', label: 'work' }],
    speedDial: 1,
    watch: false,
  })
  assert.equal(counts.changed, 3)
  const again = reopened()
  assert.deepEqual(
    again.list().map(({ name }) => name),
    ['Robert', '王小明'],
  )
  for (const [search, found] of [
    ['小明', ming.id],
    ['ROB', bob.id],
    ['１００１', bob.id],
    ['pbx', ming.id],
  ] as const)
    assert.deepEqual(
      again.list(search).map(({ id }) => id),
      [found],
      search,
    )
  assert.deepEqual(again.list('%'), [])
  again.remove(bob.id)
  assert.deepEqual(again.list(), [ming])
})

test('a speed dial key calls one', (context) => {
  const { contacts } = opened(context)
  const bob = contacts.save({ name: 'Bob', speedDial: 3 })
  contacts.save({ name: 'Carol', speedDial: 3 })
  assert.equal(contacts.list('Bob')[0]?.speedDial, undefined)
  assert.equal(contacts.save({ id: bob.id, speedDial: 3 }).speedDial, 3)
  assert.equal(contacts.save({ id: bob.id, speedDial: 3 }).speedDial, 3, 'again its own')
  assert.equal(contacts.list('Carol')[0]?.speedDial, undefined)
})

test('what cannot be saved says why', (context) => {
  const { contacts, counts } = opened(context)
  assert.throws(() => contacts.save({}), { code: 'invalid-params' })
  assert.throws(() => contacts.save({ id: 7, name: 'x' }), { code: 'not-found' })
  assert.throws(() => contacts.import('nothing'), { code: 'invalid-params' })
  assert.equal(counts.changed, 0)
})

test('five thousand come in at once, and go out again', (context) => {
  const { contacts } = opened(context)
  const cards = Array.from({ length: 5000 }, (_, n) => `BEGIN:VCARD\nFN:Person ${n}\nTEL:${1000 + n}\nEND:VCARD\n`)
  assert.deepEqual(contacts.import(cards.join('')), { added: 5000 })
  assert.equal(contacts.list('person 4321').length, 1)
  assert.equal(contacts.export().text.match(/BEGIN:VCARD/g)?.length, 5000)
})

test('whoever is in the book goes by their name there, also after it has changed', (context) => {
  const { contacts } = opened(context)
  const call = { remote: { uri: 'sip:1001@pbx.test', displayName: 'Ext 1001' }, accountId: 'work', muted: true }
  assert.equal(contacts.named(call), call)
  const bob = contacts.save({ name: 'Bob', addresses: [{ target: '1001' }] })
  assert.deepEqual(contacts.named(call), { ...call, remote: { ...call.remote, displayName: 'Bob' } })
  // A direct call may claim any number.
  assert.equal(contacts.named({ ...call, accountId: undefined }).remote.displayName, 'Ext 1001')
  contacts.remove(bob.id)
  assert.equal(contacts.named(call), call)
})

test('a picture is kept apart, goes with the contact, and never grows beyond its room', (context) => {
  const { contacts, counts, reopened } = opened(context)
  const ann = contacts.save({ name: 'Ann' })
  const base64 = Buffer.from(png(64, 64)).toString('base64')
  assert.throws(() => contacts.photo(ann.id), { code: 'not-found' })
  const { photo } = contacts.setPhoto(ann.id, base64)
  assert.match(photo ?? '', /^[0-9a-f]{16}$/)
  assert.equal(contacts.save({ id: ann.id, name: 'Anna' }).photo, photo, 'a change of the name leaves it')
  assert.equal(counts.changed, 3)
  const other = contacts.setPhoto(ann.id, Buffer.from(jpeg(64, 64)).toString('base64')).photo
  assert.notEqual(other, photo)
  for (const nonsense of ['', 'nonsense', Buffer.from('<svg/>').toString('base64')])
    assert.throws(() => contacts.setPhoto(ann.id, nonsense), { code: 'invalid-params' })
  assert.throws(() => contacts.setPhoto(ann.id + 1, base64), { code: 'not-found' })
  const again = reopened()
  assert.equal(again.list()[0]?.photo, other)
  assert.match(again.photo(ann.id).url, /^data:image\/jpeg;base64,/)
  const { text } = again.export()
  again.remove(ann.id)
  assert.throws(() => again.photo(ann.id), { code: 'not-found' })
  assert.deepEqual(again.import(text), { added: 1 })
  const back = again.list()[0]
  assert.equal(back?.photo, other)
  assert.equal(again.setPhoto(back?.id ?? 0, null).photo, undefined)
  assert.deepEqual(Object.keys(again.list()[0] ?? {}).includes('photo'), false)
})

test('pictures beyond the room for all are left out of an import', () => {
  const store = new MemoryStore()
  const contacts = new Contacts({ ...store.contacts, photoBytes: 33_554_432 - 2500 }, () => {})
  const picture = Buffer.from(jpeg(96, 96, 1000)).toString('base64')
  const card = `BEGIN:VCARD\nFN:Ann\nPHOTO;ENCODING=b:${picture}\nEND:VCARD\n`
  assert.deepEqual(contacts.import(card.repeat(5)), { added: 5, photosLeftOut: 3 })
  const large = Buffer.from(jpeg(96, 96, 2500)).toString('base64')
  assert.throws(() => contacts.setPhoto(contacts.list()[0]?.id ?? 0, large), { code: 'bad-state' })
})
