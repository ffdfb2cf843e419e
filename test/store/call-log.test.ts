import assert from 'node:assert/strict'
import { mkdtempSync, openSync, closeSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import type { NewLogEntry } from '../../electron/phone/shapes.ts'
import { addLongLog } from '../support/long-log.ts'
import { openStore } from '../../electron/store/store.ts'
import { someQuality } from '../support/fake-media.ts'

function opened(context: TestContext) {
  const dataFolder = mkdtempSync(join(tmpdir(), 'dialtone-test-'))
  context.after(() => rmSync(dataFolder, { recursive: true, force: true }))
  const store = openStore({ dataFolder })
  context.after(() => store.close())
  return { store, log: store.callLog, dataFolder }
}

function entry(uri: string, more: Partial<NewLogEntry> = {}): NewLogEntry {
  return {
    at: '2026-01-01T00:00:00.000Z',
    direction: 'incoming',
    remote: { uri },
    answered: true,
    missed: false,
    code: 200,
    reason: 'OK',
    cause: 'normal',
    durationMs: 1234,
    sipCallId: 'x@y',
    ...more,
  }
}

test('what goes in comes out', (context) => {
  const { log } = opened(context)
  const full = entry('sip:bob@192.0.2.2', {
    remote: { uri: 'sip:bob@192.0.2.2', displayName: '王 "Bob" O’Neil' },
    accountId: 'work',
    quality: someQuality,
    direction: 'outgoing',
  })
  const bare = entry('sip:carol@192.0.2.2', { answered: false, missed: true, code: 487, cause: 'cancelled' })
  assert.deepEqual(log.append(full), { id: 1, ...full })
  assert.deepEqual(log.append(bare), { id: 2, ...bare })
  assert.deepEqual(log.list({}), [
    { id: 2, ...bare },
    { id: 1, ...full },
  ])
})

test('pages, newest first', (context) => {
  const { log } = opened(context)
  for (let index = 1; index <= 250; index++) log.append(entry(`sip:${index}@192.0.2.2`))
  assert.equal(log.list({}).length, 100)
  const ids = (query: Parameters<typeof log.list>[0]) => log.list(query).map(({ id }) => id)
  assert.deepEqual(ids({ limit: 3 }), [250, 249, 248])
  assert.deepEqual(ids({ limit: 3, before: 248 }), [247, 246, 245])
  assert.deepEqual(ids({ before: 1 }), [])
})

test('search: parts, any case, two Chinese characters, no wildcards', (context) => {
  const { log } = opened(context)
  const names = ['王小明', 'Émile Zola', '100% sure', 'a_b', 'back\\slash', 'ＦＵＬＬ']
  for (const displayName of names) log.append(entry('sip:1@host', { remote: { uri: 'sip:1@host', displayName } }))
  const found = (search: string) => log.list({ search }).map(({ remote }) => remote.displayName)
  assert.deepEqual(found('小明'), ['王小明'])
  assert.deepEqual(found('émile'), ['Émile Zola'])
  assert.deepEqual(found('ZOLA'), ['Émile Zola'])
  assert.deepEqual(found('0%'), ['100% sure'])
  assert.deepEqual(found('%'), ['100% sure'])
  assert.deepEqual(found('_'), ['a_b'])
  assert.deepEqual(found('\\'), ['back\\slash'])
  assert.deepEqual(found('full'), ['ＦＵＬＬ'])
  assert.deepEqual(found("' OR 1=1 --"), [])
  assert.equal(found('').length, names.length)
  assert.equal(found('1@HOST').length, names.length)
})

test('only the missed ones', (context) => {
  const { log } = opened(context)
  log.append(entry('sip:a@h'))
  log.append(entry('sip:b@h', { missed: true }))
  log.append(entry('sip:c@h', { missed: true }))
  assert.deepEqual(
    log.list({ missed: true }).map(({ id }) => id),
    [3, 2],
  )
  assert.deepEqual(
    log.list({ missed: true, search: 'b@' }).map(({ id }) => id),
    [2],
  )
  assert.equal(log.list({ missed: false }).length, 3)
})

test('remove and clear; an id is never used again', (context) => {
  const { log } = opened(context)
  for (const name of ['a', 'b', 'c']) log.append(entry(`sip:${name}@h`, { quality: someQuality }))
  log.remove([1, 3, 99])
  assert.deepEqual(
    log.list({}).map(({ id }) => id),
    [2],
  )
  log.remove([])
  log.clear()
  assert.deepEqual(log.list({}), [])
  assert.equal(log.append(entry('sip:d@h')).id, 4)
})

test('a hundred thousand entries: nothing reads them all but a search', (context) => {
  const { store, dataFolder } = opened(context)
  store.close()
  addLongLog(dataFolder)
  const raw = new DatabaseSync(join(dataFolder, 'dialtone.db'))
  const plan = (sql: string) =>
    raw
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((row) => String(row['detail']))
      .join('; ')
  assert.match(plan('SELECT * FROM calls WHERE missed = 1 ORDER BY id DESC LIMIT 100'), /USING INDEX missedCalls/)
  const page = plan('SELECT * FROM calls WHERE id < 50000 ORDER BY id DESC LIMIT 100')
  assert.match(page, /SEARCH calls USING INTEGER PRIMARY KEY/)
  assert.doesNotMatch(page, /TEMP B-TREE/)
  raw.close()
  const again = openStore({ dataFolder })
  context.after(() => again.close())
  const began = performance.now()
  assert.equal(again.callLog.list({ search: 'caller 99' }).length, 100)
  assert.equal(again.callLog.list({ search: 'nobody at all' }).length, 0)
  assert.equal(again.callLog.list({ missed: true }).length, 100)
  context.diagnostic(`two searches and a list of 100,000: ${Math.round(performance.now() - began)} ms`)
})

test('a damaged database is kept, told, and begun anew', (context) => {
  const { store, dataFolder } = opened(context)
  store.close()
  writeFileSync(join(dataFolder, 'dialtone.db'), 'no database at all'.repeat(1000))
  const again = openStore({ dataFolder })
  context.after(() => again.close())
  assert.match(again.problems[0] ?? '', /call log was damaged.*dialtone\.db\.corrupt-/)
  assert.equal(again.callLog.append(entry('sip:a@h')).id, 1)
  assert.ok(readdirSync(dataFolder).some((name) => name.startsWith('dialtone.db.corrupt-')))
})

test('damage that shows only in use is dealt with when it shows', (context) => {
  const { store, log, dataFolder } = opened(context)
  for (let index = 0; index < 2000; index++) log.append(entry(`sip:${index}@192.0.2.2`))
  store.close()
  const file = openSync(join(dataFolder, 'dialtone.db'), 'r+')
  // Every page but the first, which holds the schema.
  for (let page = 2; page < 40; page++) writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, page * 4096)
  closeSync(file)
  const again = openStore({ dataFolder })
  context.after(() => again.close())
  assert.deepEqual(again.problems, [], 'nothing is seen at the start')
  assert.deepEqual(again.callLog.list({ search: 'x' }), [])
  assert.match(again.problems[0] ?? '', /call log was damaged/)
  const { id } = again.callLog.append(entry('sip:a@h'))
  assert.equal(again.callLog.list({})[0]?.id, id)
})

test('a newer schema is left alone', (context) => {
  const { store, dataFolder } = opened(context)
  store.close()
  const raw = new DatabaseSync(join(dataFolder, 'dialtone.db'))
  raw.exec('PRAGMA user_version = 999')
  raw.close()
  assert.throws(() => openStore({ dataFolder }), { code: 'internal', message: /newer Dialtone/ })
  assert.deepEqual(
    readdirSync(dataFolder).filter((name) => name.includes('corrupt')),
    [],
  )
})
