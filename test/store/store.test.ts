import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { defaultDataFolder } from '../../electron/store/data-folder.ts'
import { peekStore } from '../../electron/store/peek.ts'
import { openStore } from '../../electron/store/store.ts'
import { seeded } from '../support/seeded.ts'
import { mustHold, type Reached, writeRound } from './rounds.ts'

function temporary(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-test-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function child(context: TestContext, folder: string, writers = ''): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'store-child.ts')
  const started = spawn(process.execPath, [script, folder, writers], { stdio: ['pipe', 'pipe', 'inherit'] })
  context.after(() => started.kill('SIGKILL'))
  let text = ''
  const ready = Promise.withResolvers<void>()
  started.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
    if (text.startsWith('ready\n')) ready.resolve()
  })
  started.on('exit', () => ready.reject(new Error('the child ended before it was ready')))
  await ready.promise
  return started
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

test('what was confirmed survives kill -9, whatever was being written', async (context) => {
  const [deaths, writers] = [5, 4]
  const random = seeded(9)
  for (let death = 0; death < deaths; death++) {
    const folder = temporary(context)
    const writer = await child(context, folder, String(writers))
    await new Promise((resolve) => setTimeout(resolve, random() * 60))
    await killed(writer)
    for (let n = 0; n < writers; n++) {
      const dataFolder = join(folder, String(n))
      const store = openStore({ dataFolder })
      mustHold(store, JSON.parse(readFileSync(`${dataFolder}.confirmed`, 'utf8')) as Reached)
      store.close()
      assert.deepEqual(setAsideIn(dataFolder), [])
    }
  }
})

const setAsideIn = (folder: string) => readdirSync(folder).filter((name) => name.includes('corrupt'))

/** What of a profile is written while the phone runs. SQLite makes the `-shm` file anew when nobody has the others. */
const written = ['settings.json', 'dialtone.db', 'dialtone.db-wal'] as const
type Files = Record<(typeof written)[number], Buffer>

/**
 * A process that dies leaves what its system calls have done so far, each whole or in part. So the files are laid down
 * as they were between two confirmed writes, in the middle of what changed: that is any moment, where a process that
 * is really killed (above) mostly dies between the writes.
 */
test('what was confirmed is there at 200 moments in the middle of a write', (context) => {
  const folder = temporary(context)
  const random = seeded(4)
  const dataFolder = join(folder, 'living')
  const store = openStore({ dataFolder })
  context.after(() => store.close())
  const read = (): Files =>
    Object.fromEntries(
      written.map((name) => [name, existsSync(join(dataFolder, name)) ? readFileSync(join(dataFolder, name)) : null]),
    ) as Files
  const died = { settings: 0, log: 0, checkpoint: 0, all: 0 }
  const diedWith = (files: Readonly<Record<string, Buffer | null>>, reached: Reached) => {
    const dead = join(folder, String(died.all++))
    mkdirSync(dead)
    for (const [name, content] of Object.entries(files)) if (content !== null) writeFileSync(join(dead, name), content)
    const left = openStore({ dataFolder: dead })
    mustHold(left, reached)
    left.close()
    assert.deepEqual(setAsideIn(dead), [])
    rmSync(dead, { recursive: true })
  }
  const inPart = (bytes: Buffer, from = 0) => bytes.subarray(0, from + Math.floor(random() * (bytes.length - from + 1)))

  // Not far from where SQLite puts the log's 1000 pages back into the database.
  let round = 1
  for (; read()['dialtone.db-wal'].length < 3_700_000; round++) writeRound(store, round, () => {})
  let [before, reached]: [Files, Reached] = [read(), { round: round - 1, step: 5 }]
  const confirm = (now: Reached) => {
    const after = read()
    const [wal, grown] = [before['dialtone.db-wal'], after['dialtone.db-wal']]
    if (now.step === 1) {
      died.settings += 1
      diedWith({ ...before, 'settings.json.new': inPart(after['settings.json']) }, reached)
    } else if (!after['dialtone.db'].equals(before['dialtone.db'])) {
      // Pages go back into the database, in whatever order, while the log still has all of them.
      for (let n = 0; n < 10; n++) {
        died.checkpoint += 1
        diedWith({ ...after, 'dialtone.db': mixed(before['dialtone.db'], after['dialtone.db'], random) }, now)
      }
    } else if (grown.length > wal.length && grown.subarray(0, wal.length).equals(wal)) {
      died.log += 1
      diedWith({ ...before, 'dialtone.db-wal': inPart(grown, wal.length) }, reached)
    } else {
      // The log begins anew over its old frames: what is new in it comes first.
      died.log += 1
      const cut = Math.floor(random() * wal.length)
      diedWith({ ...before, 'dialtone.db-wal': Buffer.concat([grown.subarray(0, cut), wal.subarray(cut)]) }, reached)
    }
    ;[before, reached] = [after, now]
  }
  for (; died.all < 200; round++) writeRound(store, round, confirm)
  assert.ok(died.settings > 20 && died.log > 100 && died.checkpoint >= 10, JSON.stringify(died))
})

/** Of each page either the old or the new one. */
function mixed(before: Buffer, after: Buffer, random: () => number): Buffer {
  const pageSize = 4096
  const result = Buffer.from(after)
  for (let at = 0; at < before.length; at += pageSize) if (random() < 0.5) before.copy(result, at, at, at + pageSize)
  return result
}

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
