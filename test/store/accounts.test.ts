import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { StoreError } from '../../electron/phone/ports.ts'
import { openStore } from '../../electron/store/store.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

test('accounts and passwords are there again, in files for their owner alone', async (t) => {
  const dataFolder = await temporaryFolder(scopeOf(t))
  const first = openStore({ dataFolder })
  assert.equal(first.storedAccounts, undefined)
  first.saveAccounts({ accounts: [{ id: 'a' }] })
  first.secrets.write('a', 'secret')
  first.secrets.write('b', 'other')
  first.secrets.write('b', undefined)
  first.close()
  for (const name of ['accounts.json', 'secrets.json']) {
    assert.equal((await stat(join(dataFolder, name))).mode & 0o777, 0o600)
  }
  assert.doesNotMatch(await readFile(join(dataFolder, 'accounts.json'), 'utf8'), /secret/)
  const second = openStore({ dataFolder })
  assert.deepEqual(second.storedAccounts, { accounts: [{ id: 'a' }] })
  assert.deepEqual([second.secrets.read('a'), second.secrets.has('a')], ['secret', true])
  assert.deepEqual([second.secrets.read('b'), second.secrets.has('b')], [undefined, false])
  second.close()
})

test('a password that only the keychain can read says so, and a damaged file is set aside', async (t) => {
  const dataFolder = await temporaryFolder(scopeOf(t))
  await writeFile(join(dataFolder, 'secrets.json'), '{"a":{"keychain":"c2VhbGVk"}}')
  await writeFile(join(dataFolder, 'accounts.json'), '{"accounts":[')
  const store = openStore({ dataFolder })
  assert.equal(store.secrets.has('a'), true)
  assert.throws(
    () => store.secrets.read('a'),
    (error: unknown) => error instanceof StoreError && error.code === 'secret-unavailable',
  )
  assert.match(store.problems.join(), /accounts file was damaged/)
  store.close()
})
