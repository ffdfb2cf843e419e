import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Keychain } from '../../electron/phone/ports.ts'
import { openStore } from '../../electron/store/store.ts'
import { type Scope, scopeOf } from '../support/scope.ts'
import { testLog } from '../support/silent-log.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

/** Seals by turning round, when it is let. */
class FakeKeychain {
  refuses = false
  stale = false
  asked = 0
  readonly #gates: (() => void)[] = []
  held = false

  readonly ask = (): Promise<Keychain> => {
    this.asked += 1
    return Promise.resolve({
      protects: true,
      seal: async (secret) => {
        if (this.held) await new Promise<void>((resolve) => this.#gates.push(resolve))
        if (this.refuses) throw new Error('denied')
        return Buffer.from(turned(secret))
      },
      open: async (sealed) => {
        if (this.refuses) throw new Error('denied')
        return { secret: turned(Buffer.from(sealed).toString()), stale: this.stale }
      },
    })
  }

  release(): void {
    this.held = false
    for (const open of this.#gates.splice(0)) open()
  }
}

const turned = (text: string) => [...text].reverse().join('')
const sealed = (text: string) => ({ sealed: Buffer.from(turned(text)).toString('base64') })
/** Everything that can go on without the outside has gone on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

async function openIn(dataFolder: string, ask?: () => Promise<Keychain>) {
  const log = testLog()
  const store = openStore({ dataFolder })
  if (ask !== undefined) await store.protectSecrets(ask, log)
  const file = join(dataFolder, 'secrets.json')
  const stored = async () => JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as unknown
  return { store, log, stored, secrets: store.secrets }
}

const folderOf = (scope: Scope) => temporaryFolder(scope)

test('with a keychain nothing lies there in plain, and the next start reads it', async (t) => {
  const folder = await folderOf(scopeOf(t))
  const keychain = new FakeKeychain()
  const first = await openIn(folder, keychain.ask)
  assert.equal(keychain.asked, 0, 'nobody is asked for nothing')
  first.secrets.write('a', 'correct-horse')
  assert.equal(first.secrets.read('a'), 'correct-horse')
  await settled()
  assert.deepEqual(await first.stored(), { a: sealed('correct-horse') })
  first.store.close()
  const second = await openIn(folder, keychain.ask)
  assert.equal(second.secrets.read('a'), 'correct-horse')
  assert.deepEqual(second.store.problems, [])
  second.secrets.write('a', undefined)
  assert.deepEqual([second.secrets.has('a'), second.secrets.read('a')], [false, undefined])
  await settled()
  assert.deepEqual(await second.stored(), {})
  second.store.close()
})

test('what lay there in plain is sealed, what went stale is sealed anew', async (t) => {
  const folder = await folderOf(scopeOf(t))
  await writeFile(join(folder, 'secrets.json'), JSON.stringify({ a: { plain: 'one' }, b: sealed('two') }))
  const keychain = new FakeKeychain()
  keychain.stale = true
  const { store, stored, secrets } = await openIn(folder, keychain.ask)
  assert.deepEqual(await stored(), { a: sealed('one'), b: sealed('two') })
  assert.deepEqual([secrets.read('a'), secrets.read('b')], ['one', 'two'])
  store.close()
})

test('the last one written counts, however slow the keychain is', async (t) => {
  const { store, stored, secrets } = await openIn(await folderOf(scopeOf(t)), new SlowKeychain().ask)
  secrets.write('a', 'first')
  secrets.write('a', 'second')
  secrets.write('b', 'gone')
  secrets.write('b', undefined)
  for (let turn = 0; turn < 20; turn++) await settled()
  assert.deepEqual(await stored(), { a: sealed('second') })
  store.close()
})

/** The earlier it was asked, the later it answers. */
class SlowKeychain {
  #turns = 12
  readonly ask = (): Promise<Keychain> =>
    Promise.resolve({
      protects: true,
      seal: async (secret) => {
        this.#turns -= 4
        for (let left = this.#turns; left > 0; left--) await settled()
        return Buffer.from(turned(secret))
      },
      open: () => Promise.reject(new Error('nothing is opened here')),
    })
}

test('the phone ends before the keychain answers: nothing typed is lost', async (t) => {
  const folder = await folderOf(scopeOf(t))
  const keychain = new FakeKeychain()
  keychain.held = true
  const first = await openIn(folder, keychain.ask)
  first.secrets.write('a', 'hurried')
  await settled()
  assert.deepEqual(await first.stored(), {}, 'not before it is sealed')
  first.store.close()
  assert.deepEqual(await first.stored(), { a: { plain: 'hurried' } })
  keychain.release()
  await settled()
  assert.deepEqual(await first.stored(), { a: { plain: 'hurried' } }, 'the folder is not ours any more')
  const second = await openIn(folder, keychain.ask)
  assert.deepEqual(await second.stored(), { a: sealed('hurried') })
  second.store.close()
})

test('without a keychain the file is used, and the user is told once', async (t) => {
  const folder = await folderOf(scopeOf(t))
  const none = () => Promise.resolve<Keychain>({ protects: false, why: 'nothing of the kind runs here' })
  const { store, stored, secrets, log } = await openIn(folder, none)
  assert.deepEqual(store.problems, [], 'there is nothing to protect yet')
  secrets.write('a', 'one')
  secrets.write('b', 'two')
  await settled()
  assert.deepEqual(await stored(), { a: { plain: 'one' }, b: { plain: 'two' } })
  assert.equal(store.problems.length, 1)
  assert.match(store.problems[0] ?? '', /not protected by a keychain, for nothing of the kind runs here/)
  assert.doesNotMatch(JSON.stringify(log).concat('\n'), /\bone\b|\btwo\b/)
  store.close()
  const again = await openIn(folder, none)
  assert.equal(again.store.problems.length, 1)
  again.store.close()
})

test('a keychain that refuses or does not answer is told of, and the password is not lost', async (t) => {
  const folder = await folderOf(scopeOf(t))
  const keychain = new FakeKeychain()
  keychain.refuses = true
  const first = await openIn(folder, keychain.ask)
  first.secrets.write('a', 'one')
  await settled()
  assert.deepEqual(await first.stored(), { a: { plain: 'one' } })
  assert.match(first.store.problems.join(), /the keychain refused one \(denied\)/)
  first.store.close()
  const second = await openIn(folder, () => Promise.reject(new Error('no bus')))
  assert.equal(second.secrets.read('a'), 'one')
  assert.match(second.store.problems.join(), /does not answer \(no bus\)/)
  second.store.close()
})

test('what the keychain does not open says so, and can be typed anew', async (t) => {
  const folder = await folderOf(scopeOf(t))
  await writeFile(join(folder, 'secrets.json'), JSON.stringify({ a: sealed('one') }))
  const keychain = new FakeKeychain()
  keychain.refuses = true
  const { store, stored, secrets } = await openIn(folder, keychain.ask)
  assert.equal(secrets.has('a'), true)
  assert.throws(() => secrets.read('a'), { code: 'secret-unavailable', message: /unlock the keychain/ })
  keychain.refuses = false
  secrets.write('a', 'two')
  await settled()
  assert.deepEqual(await stored(), { a: sealed('two') })
  store.close()
})
