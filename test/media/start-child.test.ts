import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startNodeChild } from '../../electron/media/start-child.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

test('a child gets our environment, but not the password of an account', async (t) => {
  const scope = scopeOf(t)
  const entry = join(await temporaryFolder(scope), 'child.mjs')
  await writeFile(entry, 'process.send({ password: process.env.DIALTONE_PASSWORD ?? null, path: process.env.PATH })')
  process.env['DIALTONE_PASSWORD'] = 'secret'
  scope.after(() => {
    delete process.env['DIALTONE_PASSWORD']
  })
  const told = Promise.withResolvers<unknown>()
  const over = Promise.withResolvers<void>()
  const child = startNodeChild(entry, { onMessage: told.resolve, onExit: () => over.resolve() })
  scope.after(() => child.kill())
  assert.deepEqual(await told.promise, { password: null, path: process.env['PATH'] })
  child.kill()
  await over.promise
})
