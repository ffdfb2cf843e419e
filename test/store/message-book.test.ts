import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { NewTextMessage } from '../../electron/phone/text-message.ts'
import { Database } from '../../electron/store/database.ts'
import { type MessageLimits, SqliteMessageBook } from '../../electron/store/message-book.ts'
import { openStore } from '../../electron/store/store.ts'

function folder(context: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'dialtone-test-'))
  context.after(() => rmSync(made, { recursive: true, force: true }))
  return made
}

function bookOf(context: TestContext, limits?: MessageLimits): SqliteMessageBook {
  const database = new Database(join(folder(context), 'dialtone.db'), () => 0, assert.fail)
  context.after(() => database.close())
  return new SqliteMessageBook(database, limits)
}

function message(uri: string, more: Partial<NewTextMessage> = {}): NewTextMessage {
  return { uri, direction: 'incoming', text: 'Hello', at: '2026-01-01T00:00:00.000Z', unread: true, ...more }
}

const sent = (delivery: NonNullable<NewTextMessage['delivery']> = { state: 'sending' }): Partial<NewTextMessage> => ({
  direction: 'outgoing',
  unread: false,
  delivery,
})

test('what goes in comes out, also after a restart', (context) => {
  const dataFolder = folder(context)
  const store = openStore({ dataFolder })
  const full = message('sip:bob@192.0.2.2', {
    displayName: '王 "Bob"',
    accountId: 'work',
    text: "早安\n'; DROP TABLE x",
  })
  const out = message('sip:bob@192.0.2.2', sent({ state: 'failed', error: 'timeout' }))
  assert.deepEqual(store.messages.add(full), { id: 1, with: 'bob@192.0.2.2', ...full })
  store.messages.add(out)
  store.close()
  const again = openStore({ dataFolder })
  context.after(() => again.close())
  assert.deepEqual(again.messages.list({ with: 'bob@192.0.2.2' }), [
    { id: 2, with: 'bob@192.0.2.2', ...out },
    { id: 1, with: 'bob@192.0.2.2', ...full },
  ])
  assert.deepEqual(again.messages.get(1)?.text, full.text)
  assert.equal(again.messages.get(3), undefined)
})

test('conversations: whoever wrote last first, with their name, what is unread and the last text', (context) => {
  const book = bookOf(context)
  book.add(message('sip:1002@office.lan', { displayName: 'Ann' }))
  book.add(message('sip:1003@office.lan', { text: 'x'.repeat(5000) }))
  book.add(message('SIP:1002@OFFICE.LAN;transport=tcp'))
  book.add(message('sip:1002@office.lan', sent()))
  const told = () =>
    book.conversations().map(({ with: peer, displayName, unread, last }) => [peer, displayName, unread, last.id])
  assert.deepEqual(told(), [
    ['1002@office.lan', 'Ann', 2, 4],
    ['1003@office.lan', undefined, 1, 2],
  ])
  assert.equal(book.conversations()[1]?.last.text.length, 200)
  assert.equal(book.list({ with: '1003@office.lan' })[0]?.text.length, 5000)
  assert.deepEqual([book.markRead('1002@office.lan'), book.markRead('1002@office.lan')], [true, false])
  assert.deepEqual(told()[0], ['1002@office.lan', 'Ann', 0, 4])
  book.remove('1002@office.lan')
  assert.deepEqual(told(), [['1003@office.lan', undefined, 1, 2]])
})

test('pages of one conversation, newest first', (context) => {
  const book = bookOf(context)
  for (let index = 1; index <= 120; index++) book.add(message(`sip:${index % 2}@192.0.2.2`))
  const ids = (more: object) => book.list({ with: '0@192.0.2.2', ...more }).map(({ id }) => id)
  assert.equal(ids({}).length, 50)
  assert.deepEqual(ids({ limit: 3 }), [120, 118, 116])
  assert.deepEqual(ids({ limit: 3, before: 116 }), [114, 112, 110])
})

test('search: in all conversations, any case and width, two Chinese characters, no wildcards, cut around what is found', (context) => {
  const book = bookOf(context)
  const texts = [
    '早安！下午兩點的測試電話可以嗎？',
    'Ｃａｌｌ me',
    '100 % of it',
    'CALL them',
    `${'x'.repeat(5000)} 測試 end`,
  ]
  for (const [index, text] of texts.entries()) book.add(message(`sip:${index}@192.0.2.2`, { text }))
  const found = (text: string, more = {}) => book.search({ text, ...more }).map(({ id }) => id)
  assert.deepEqual(found('測試'), [5, 1])
  assert.deepEqual(found('call'), [4, 2])
  assert.deepEqual(found('call', { before: 4 }), [2])
  assert.deepEqual(found('call', { limit: 1 }), [4])
  assert.deepEqual(found('%'), [3])
  assert.deepEqual(found('_'), [])
  const long = book.search({ text: '測試' })[0]?.text ?? ''
  assert.ok(long.length <= 201 && long.includes('測試 end'), long)
})

test('what becomes of a sent one; never of one that came in', (context) => {
  const book = bookOf(context)
  book.add(message('sip:bob@192.0.2.2'))
  book.add(message('sip:bob@192.0.2.2', sent()))
  book.add(message('sip:bob@192.0.2.2', sent()))
  for (const id of [1, 2, 99]) book.settle(id, { state: 'failed', code: 480 })
  book.settleLeft({ state: 'failed', error: 'timeout' })
  assert.deepEqual(
    [1, 2, 3].map((id) => book.get(id)?.delivery),
    [undefined, { state: 'failed', code: 480 }, { state: 'failed', error: 'timeout' }],
  )
  book.settle(2, { state: 'accepted', code: 200 })
  assert.deepEqual(book.get(2)?.delivery, { state: 'accepted', code: 200 })
})

test('the oldest go when there are too many, or too much text', (context) => {
  const few = bookOf(context, { messages: 10, bytes: 1000, conversations: 2 })
  for (let index = 0; index < 35; index++) few.add(message(`sip:${index % 5}@192.0.2.2`))
  const left = () => Array.from({ length: 36 }, (_, id) => few.get(id)).filter((one) => one !== undefined).length
  assert.ok(left() >= 10 && left() < 20, `${left()}`)
  assert.equal(few.conversations().length, 2)
  const short = bookOf(context, { messages: 10, bytes: 1000, conversations: 2 })
  for (let index = 0; index < 30; index++) short.add(message('sip:bob@192.0.2.2', { text: '早'.repeat(200) }))
  const kept = short.list({ with: 'bob@192.0.2.2' })
  assert.equal(kept[0]?.id, 30)
  assert.ok(kept.length <= 11, `${kept.length}`)
})
