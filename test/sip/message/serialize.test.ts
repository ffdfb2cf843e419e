import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { header, removeHeader, setHeader } from '../../../electron/sip/message/headers.ts'
import type { SipMessage } from '../../../electron/sip/message/message.ts'
import { parseMessage } from '../../../electron/sip/message/parse.ts'
import { serializeMessage } from '../../../electron/sip/message/serialize.ts'
import { reasonPhrase } from '../../../electron/sip/message/status.ts'

const response: SipMessage = {
  kind: 'response',
  status: 200,
  reason: 'OK',
  headers: [
    { name: 'via', value: 'SIP/2.0/UDP 192.0.2.1' },
    { name: 'l', value: '99' },
    { name: 'X-Own', value: '電話' },
  ],
  body: Buffer.from('é\r\n'),
}

suite('writing a message', () => {
  test('canonical names, Content-Length in bytes, body as it is', () => {
    assert.equal(
      serializeMessage(response).toString(),
      'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1\r\nX-Own: 電話\r\nContent-Length: 4\r\n\r\né\r\n',
    )
  })

  test('no value adds a line: not in a header, its name, the reason, the method or the URI', () => {
    const evil = 'x\r\nEvil: 1\r\n\r\nbody'
    const messages: SipMessage[] = [
      { ...response, reason: evil },
      { ...response, headers: [{ name: 'Subject', value: evil }] },
      { ...response, headers: [{ name: evil, value: 'x' }] },
      { kind: 'request', method: evil, uri: 'sip:a', headers: [], body: response.body },
      { kind: 'request', method: 'BYE', uri: evil, headers: [], body: response.body },
    ]
    for (const message of messages) {
      const lines = serializeMessage(message).toString().split('\r\n')
      // Start line, headers, Content-Length, blank line, the body's two.
      assert.equal(lines.length, 1 + message.headers.filter(({ name }) => name !== 'l').length + 1 + 1 + 2)
      assert.ok(!lines.some((line) => line.startsWith('Evil')))
      const again = parseMessage(serializeMessage(message))
      assert.ok(!again.ok || header(again.message, 'Evil') === undefined)
    }
  })

  test('every status has a reason phrase', () => {
    assert.equal(reasonPhrase(486), 'Busy Here')
    assert.equal(reasonPhrase(499), 'Request Failure')
  })
})

test('header lists change by copy', () => {
  const list = [
    { name: 'Via', value: '1' },
    { name: 'Subject', value: 'a' },
    { name: 'Via', value: '2' },
  ]
  assert.deepEqual(setHeader(list, 'via', '3'), [{ name: 'Via', value: '3' }, list[1]])
  assert.deepEqual(setHeader(list, 't', 'x').at(-1), { name: 'To', value: 'x' })
  assert.deepEqual(removeHeader(list, 'VIA'), [list[1]])
  assert.equal(list.length, 3)
})
