import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { methods, type MethodName } from '../../electron/ipc/contract.ts'

/** What the rows of messages and presence take, and what they refuse. */

const takes = (method: MethodName, params: unknown) => v.safeParse(methods[method].params, params).success

test('message.send', () => {
  const row = 'message.send'
  assert.ok(takes(row, { target: '1001', text: '你好\n' }))
  assert.ok(takes(row, { target: '1001', text: 'x', accountId: 'a' }))
  for (const params of [
    {},
    { target: '1001' },
    { text: 'x' },
    { target: '', text: 'x' },
    { target: '1001', text: '' },
    { target: '1001', text: 7 },
    { target: '1001', text: 'x', accountId: null },
    { target: '1001', text: 'x', contentType: 'text/html' },
    { target: 'x'.repeat(2049), text: 'x' },
    { target: '1001', text: 'x'.repeat(524_289) },
    ['1001', 'x'],
    null,
  ]) {
    assert.ok(!takes(row, params), JSON.stringify(params)?.slice(0, 80))
  }
})

test('presence.watch and presence.unwatch', () => {
  assert.ok(takes('presence.watch', { target: '1001', kind: 'dialog' }))
  assert.ok(takes('presence.watch', { target: '1001', kind: 'presence', accountId: 'a' }))
  for (const params of [
    { target: '1001' },
    { target: '1001', kind: 'both' },
    { target: '1001', kind: ['dialog'] },
    { target: '', kind: 'dialog' },
    { target: '1001', kind: 'dialog', constructor: 1 },
  ]) {
    assert.ok(!takes('presence.watch', params), JSON.stringify(params))
  }
  assert.ok(takes('presence.unwatch', { target: '1001' }))
  assert.ok(!takes('presence.unwatch', { target: '1001', kind: 'dialog' }))
  assert.ok(!takes('presence.unwatch', {}))
})

test('presence.publish', () => {
  for (const status of ['online', 'away', 'busy', 'dnd', 'offline']) {
    assert.ok(takes('presence.publish', { accountId: 'a', status }))
  }
  for (const params of [
    { accountId: 'a' },
    { status: 'away' },
    { accountId: 'a', status: 'AWAY' },
    { accountId: 'a', status: 'toString' },
    { accountId: '', status: 'away' },
    { accountId: 'a', status: 'away', note: '<x/>' },
  ]) {
    assert.ok(!takes('presence.publish', params), JSON.stringify(params))
  }
})
