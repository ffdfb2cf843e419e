import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { defaultDataFolder } from '../../electron/store/data-folder.ts'
import { peekStore } from '../../electron/store/peek.ts'
import { openStore } from '../../electron/store/store.ts'

function temporary(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-test-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function child(
  context: TestContext,
  folder: string,
  work = '',
): Promise<ChildProcess & { output: () => string }> {
  const script = join(import.meta.dirname, 'store-child.ts')
  const started = spawn(process.execPath, [script, folder, work], { stdio: ['pipe', 'pipe', 'inherit'] })
  context.after(() => started.kill('SIGKILL'))
  let text = ''
  const ready = Promise.withResolvers<void>()
  started.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
    if (text.startsWith('ready\n')) ready.resolve()
  })
  started.on('exit', () => ready.reject(new Error('the child ended before it was ready')))
  await ready.promise
  return Object.assign(started, { output: () => text })
}

async function killed(victim: ChildProcess): Promise<void> {
  const exit = once(victim, 'exit')
  victim.kill('SIGKILL')
  await exit
}

test('a new folder is its owner’s alone, and opens with nothing', (context) => {
  const folder = join(temporary(context), 'a', 'b')
  const store = openStore({ dataFolder: folder })
  assert.equal(store.storedSettings, undefined)
  assert.deepEqual(store.problems, [])
  assert.deepEqual(store.callLog.list({}), [])
  store.saveSettings({ a: 1 })
  if (process.platform !== 'win32') {
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    for (const file of readdirSync(folder)) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file)
  }
  store.close()
  const again = openStore({ dataFolder: folder })
  assert.deepEqual(again.storedSettings, { a: 1 })
  again.close()
  again.close()
})

test('what another process has can be looked into, and nothing is changed by that', (context) => {
  const folder = temporary(context)
  assert.deepEqual(peekStore(folder).storedAccounts, undefined)
  assert.deepEqual(readdirSync(folder), [])
  const store = openStore({ dataFolder: folder })
  context.after(() => store.close())
  store.saveSettings({ a: 1 })
  store.secrets.write('a1', 'secret')
  writeFileSync(join(folder, 'accounts.json'), '{"accounts":')
  const before = readdirSync(folder)
  const peeked = peekStore(folder)
  assert.deepEqual([peeked.storedSettings, peeked.storedAccounts], [{ a: 1 }, undefined])
  assert.deepEqual([peeked.secrets.read('a1'), peeked.secrets.has('a2')], ['secret', false])
  assert.deepEqual(readdirSync(folder), before)
})

test('a throw-away folder goes with the phone', () => {
  const store = openStore()
  assert.ok(existsSync(store.dataFolder))
  store.saveSettings({})
  store.close()
  assert.equal(existsSync(store.dataFolder), false)
})

test('a folder that cannot be made is told', (context) => {
  const file = join(temporary(context), 'file')
  writeFileSync(file, '')
  assert.throws(() => openStore({ dataFolder: join(file, 'sub') }), { name: 'StoreError', code: 'internal' })
})

test('one phone a folder, in one process too', (context) => {
  const dataFolder = temporary(context)
  const store = openStore({ dataFolder })
  assert.throws(() => openStore({ dataFolder }), { code: 'data-folder-locked', message: new RegExp(`${process.pid}`) })
  store.saveSettings({ still: 'works' })
  store.close()
  openStore({ dataFolder }).close()
})

test('a second process is told who has the folder; kill -9 gives it back at once', async (context) => {
  const dataFolder = temporary(context)
  const holder = await child(context, dataFolder)
  const locked = {
    code: 'data-folder-locked',
    message: new RegExp(`in use by another Dialtone \\(process ${holder.pid}\\)`),
  }
  assert.throws(() => openStore({ dataFolder }), locked)
  await killed(holder)
  const store = openStore({ dataFolder })
  store.close()
})

test('only one of many who come at once gets the folder', async (context) => {
  const dataFolder = temporary(context)
  const script = join(import.meta.dirname, 'store-child.ts')
  const racers = Array.from({ length: 4 }, () =>
    spawn(process.execPath, [script, dataFolder], { stdio: ['pipe', 'pipe', 'ignore'] }),
  )
  context.after(() => racers.forEach((racer) => racer.kill('SIGKILL')))
  const fates = racers.map(async (racer) => {
    const won = once(racer.stdout, 'data').then(() => 'won')
    return Promise.race([won, once(racer, 'exit').then(() => 'lost')])
  })
  assert.deepEqual((await Promise.all(fates)).toSorted(), ['lost', 'lost', 'lost', 'won'])
})

test('a damaged lock file locks nobody out', (context) => {
  const dataFolder = temporary(context)
  writeFileSync(join(dataFolder, 'lock'), 'this is no database, and long enough to be seen as such'.repeat(100))
  const store = openStore({ dataFolder })
  assert.throws(() => openStore({ dataFolder }), { code: 'data-folder-locked' })
  store.close()
})

test('settings survive kill -9 at any moment', async (context) => {
  const dataFolder = temporary(context)
  let last = 0
  for (let moment = 0; moment < 20; moment++) {
    const writer = await child(context, dataFolder, 'settings')
    // Later and later, as a slow disk takes its time for the first one
    await new Promise((resolve) => setTimeout(resolve, ((moment * 7) % 23) * (1 + moment)))
    await killed(writer)
    const store = openStore({ dataFolder })
    assert.deepEqual(store.problems, [])
    const stored = store.storedSettings as { round: number; filler: string } | undefined
    if (stored !== undefined) {
      assert.equal(stored.filler, String(stored.round % 10).repeat(20_000))
      last = Math.max(last, stored.round)
    }
    store.close()
  }
  assert.ok(last > 1, 'something was written at all')
  assert.deepEqual(
    readdirSync(dataFolder).filter((name) => name.includes('corrupt')),
    [],
  )
})

test('the call log survives kill -9: every entry that was confirmed is there', async (context) => {
  const dataFolder = temporary(context)
  let confirmed = 0
  for (let moment = 0; moment < 5; moment++) {
    const writer = await child(context, dataFolder, 'log')
    await new Promise((resolve) => setTimeout(resolve, 10 + moment * 9))
    await killed(writer)
    confirmed += writer
      .output()
      .split('\n')
      .filter((line) => /^\d+$/.test(line)).length
    const store = openStore({ dataFolder })
    assert.deepEqual(store.problems, [])
    const kept = store.callLog.list({ limit: 1_000_000 }).length
    assert.ok(kept >= confirmed, `${kept} of ${confirmed}`)
    confirmed = kept
    store.close()
  }
  assert.ok(confirmed > 5)
})

test('contacts and messages survive kill -9: what was confirmed is there, with what became of it', async (context) => {
  const dataFolder = temporary(context)
  let [contacts, messages] = [0, 0]
  for (let moment = 0; moment < 5; moment++) {
    const writer = await child(context, dataFolder, 'people')
    // However slow the disk is, something has been confirmed.
    while (!writer.output().includes('\n2\n')) await once(writer.stdout ?? assert.fail('no output'), 'data')
    await new Promise((resolve) => setTimeout(resolve, moment * 9))
    await killed(writer)
    const confirmed = writer
      .output()
      .split('\n')
      .filter((line) => /^\d+$/.test(line))
    const store = openStore({ dataFolder })
    assert.deepEqual(store.problems, [])
    const people = store.contacts.list('')
    const talks = store.messages.conversations()
    assert.ok(people.length >= contacts + confirmed.length, `${people.length} of ${contacts} + ${confirmed.length}`)
    const kept = talks.flatMap((one) => store.messages.list({ with: one.with, limit: 1000 }))
    assert.ok(kept.length >= messages + confirmed.length, `${kept.length} of ${messages} + ${confirmed.length}`)
    for (const round of confirmed) {
      const last = store.messages.list({ with: `${round}@192.0.2.2`, limit: 1 })[0]
      assert.deepEqual([last?.text, last?.delivery], [round, { state: 'accepted', code: 200 }])
    }
    ;[contacts, messages] = [people.length, kept.length]
    store.close()
  }
  assert.ok(contacts > 5 && messages > 5)
})

test('damaged settings are kept, told, and not used', (context) => {
  for (const damage of ['', '{"network": {', '[]', '"x"', '\u0000\u0000\u0000', 'x'.repeat(2_000_000)]) {
    const dataFolder = temporary(context)
    writeFileSync(join(dataFolder, 'settings.json'), damage)
    const store = openStore({ dataFolder, wallTime: () => Date.UTC(2026, 0, 2, 3, 4, 5) })
    const aside = join(dataFolder, 'settings.json.corrupt-2026-01-02T03-04-05-000Z')
    assert.equal(store.storedSettings, undefined)
    assert.equal(store.problems.length, 1)
    assert.ok(store.problems[0]?.includes(aside))
    assert.equal(readFileSync(aside, 'utf8'), damage)
    store.close()
  }
})

test('two damaged files of one moment do not overwrite each other', (context) => {
  const dataFolder = temporary(context)
  for (const damage of ['one', 'two']) {
    writeFileSync(join(dataFolder, 'settings.json'), damage)
    openStore({ dataFolder, wallTime: () => 0 }).close()
  }
  const kept = readdirSync(dataFolder).filter((name) => name.includes('corrupt'))
  assert.deepEqual(kept.map((name) => readFileSync(join(dataFolder, name), 'utf8')).toSorted(), ['one', 'two'])
})

test('where profiles live', () => {
  const home = '/home/ann'
  assert.equal(defaultDataFolder('default', 'linux', {}, home), '/home/ann/.local/share/dialtone/default')
  assert.equal(defaultDataFolder('two', 'linux', { XDG_DATA_HOME: '/data' }, home), '/data/dialtone/two')
  assert.equal(
    defaultDataFolder('two', 'linux', { XDG_DATA_HOME: 'data' }, home),
    '/home/ann/.local/share/dialtone/two',
  )
  assert.equal(defaultDataFolder('two', 'darwin', {}, home), '/home/ann/Library/Application Support/Dialtone/two')
  assert.match(defaultDataFolder('two', 'win32', { APPDATA: 'C:\\Roaming' }, home), /^C:\\Roaming.Dialtone.two$/)
  assert.ok(defaultDataFolder('工作 2', 'linux', {}, home).endsWith('/工作 2'))
  for (const profile of ['', '.', '..', 'a/b', 'a\\b', '../x', ' x', 'x'.repeat(65), 'a\nb']) {
    assert.throws(() => defaultDataFolder(profile, 'linux', {}, home), { code: 'bad-profile' }, profile)
  }
})
