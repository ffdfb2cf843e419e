import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestsIn } from '../../electron/trace/digests.ts'
import { sip } from '../support/written-trace.ts'

const proof =
  'Authorization: Digest username="101", realm="myvoipapp.com", nonce="18bf67854ae23d6d2cd772af69535f91", ' +
  'uri="sip:192.168.1.132", response="581842f465276cd5fa908061d7bf2f69", algorithm=MD5'

test('a password is checked against a captured registration, and told by its own HA1 alone', () => {
  const text = sip('REGISTER sip:192.168.1.132 SIP/2.0', { more: [proof] })
  const [right] = digestsIn(text, '101')
  assert.equal(right?.expected, right?.response)
  assert.notEqual(digestsIn(text, '102')[0]?.expected, right?.response)
  assert.deepEqual(Object.keys(digestsIn(text)[0] ?? {}), ['algorithm', 'a1', 'a2', 'ha2', 'formula', 'response'])
  assert.deepEqual(digestsIn('nonsense', 'x'), [])
  assert.deepEqual(digestsIn(sip('OPTIONS sip:x SIP/2.0', { more: ['Authorization: Basic eDp5'] })), [])
})
