import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codecByName } from '../../native/codec/codec.ts'
import { loadOpus, needsOpus } from '../../native/opus-file.ts'
import { config } from '../support/session-pair.ts'

test('no library before somebody speaks Opus, one after that', async () => {
  assert.equal(needsOpus(config('PCMU', 'a')), false)
  assert.equal(needsOpus(config('Opus', 'a')), true)
  assert.equal(needsOpus({ ...config('PCMU', 'a'), receivePayloadTypes: { 96: 'Opus' } }), true)
  assert.throws(() => codecByName('Opus').decoder())
  await loadOpus()
  assert.equal(needsOpus(config('Opus', 'a')), false)
})
