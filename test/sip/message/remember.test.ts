import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNameAddr } from '../../../electron/sip/message/name-addr.ts'
import { remembering } from '../../../electron/sip/message/remember.ts'

test('a text is read once as long as few others come between, also when there is nothing in it', () => {
  let reads = 0
  const length = remembering((text) => (reads++, text === 'nothing' ? null : { length: text.length }))
  const first = length('four')
  assert.equal(length(['fo', 'ur'].join('')), first)
  assert.deepEqual([length('nothing'), length('nothing')], [null, null])
  assert.equal(reads, 2)
  for (let other = 0; other < 200; other++) length(`other ${other}`)
  assert.notEqual(length('four'), first, 'it does not grow without end')
  assert.deepEqual(length('four'), first)
  const before = reads
  length('x'.repeat(300))
  length('x'.repeat(300))
  assert.equal(reads, before + 2, 'long ones are not kept')
})

test('what was read of an address is the same for all who ask', () => {
  const text = '"Al" <sip:al@h;x=1>;tag=1'
  const read = parseNameAddr(text)
  assert.deepEqual(read, { displayName: 'Al', uri: 'sip:al@h;x=1', params: [{ name: 'tag', value: '1' }] })
  assert.equal(parseNameAddr(text), read)
})
