import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { codecByName } from '../../native/codec/codec.ts'
import { findOpus, loadOpus, needsOpus } from '../../native/opus-file.ts'
import { scopeOf } from '../support/scope.ts'
import { config } from '../support/session-pair.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

test('a package that is missing or damaged is told before anybody is promised Opus', async (t) => {
  const folder = await temporaryFolder(scopeOf(t))
  const place = (name: string) => join(folder, name.split('/').at(-1) ?? '')
  assert.match((await findOpus(place)) ?? '', /missing/)
  await writeFile(join(folder, 'simd.wasm'), Buffer.from('0061736d0100000001', 'hex'))
  assert.match((await findOpus(place)) ?? '', /damaged/)
  assert.equal(await findOpus(), undefined)
})

test('no library before somebody speaks Opus, one after that', async () => {
  assert.equal(needsOpus(config('PCMU', 'a')), false)
  assert.equal(needsOpus(config('Opus', 'a')), true)
  assert.equal(needsOpus({ ...config('PCMU', 'a'), receivePayloadTypes: { 96: 'Opus' } }), true)
  assert.throws(() => codecByName('Opus').decoder())
  await loadOpus()
  assert.equal(needsOpus(config('Opus', 'a')), false)
})
