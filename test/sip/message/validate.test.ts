import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { removeHeader, setHeader } from '../../../electron/sip/message/headers.ts'
import type { Header, SipRequest, SipResponse } from '../../../electron/sip/message/message.ts'
import { requestFault, responseFault } from '../../../electron/sip/message/validate.ts'

const good: readonly Header[] = [
  { name: 'Via', value: 'SIP/2.0/UDP 192.0.2.1:5062;rport;branch=z9hG4bK1' },
  { name: 'Max-Forwards', value: '70' },
  { name: 'From', value: '<sip:alice@192.0.2.1>;tag=1' },
  { name: 'To', value: '<sip:bob@192.0.2.7>' },
  { name: 'Call-ID', value: '1@192.0.2.1' },
  { name: 'CSeq', value: '1 OPTIONS' },
]

const body = new Uint8Array(0)
const request = (headers: readonly Header[] = good, uri = 'sip:bob@192.0.2.7', method = 'OPTIONS'): SipRequest => ({
  kind: 'request',
  method,
  uri,
  headers,
  body,
})
const response = (headers: readonly Header[]): SipResponse => ({
  kind: 'response',
  status: 200,
  reason: 'OK',
  headers,
  body,
})
const status = (message: SipRequest) => requestFault(message)?.status

suite('what forbids to process a request (RFC 3261 8.2, 16.3)', () => {
  test('nothing, when all is there', () => {
    assert.equal(requestFault(request()), null)
    assert.equal(requestFault(request(removeHeader(good, 'Max-Forwards'))), null)
    assert.equal(requestFault(request(good, 'tel:+1234')), null)
    assert.equal(requestFault(request([...good, { name: 'Contact', value: '*' }])), null)
  })

  test('a mandatory header that is missing, or comes twice, is named', () => {
    for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq']) {
      assert.deepEqual(requestFault(request(removeHeader(good, name))), { status: 400, reason: `Missing ${name}` })
    }
    for (const name of ['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards']) {
      const twice = request([...good, good.find((header) => header.name === name)!])
      assert.deepEqual(requestFault(twice), { status: 400, reason: `More than one ${name}` })
    }
  })

  test('values that cannot be read', () => {
    for (const [name, value] of [
      ['Via', 'SIP/2.0 192.0.2.1'],
      ['Via', 'SIP/3.0/UDP 192.0.2.1'],
      ['From', 'alice'],
      ['To', '<sip:bob@192.0.2.7'],
      ['Call-ID', ''],
      ['CSeq', '2147483648 OPTIONS'],
      ['CSeq', '-1 OPTIONS'],
      ['CSeq', '1'],
      ['CSeq', '1 INVITE'],
      ['Max-Forwards', '256'],
      ['Max-Forwards', '-1'],
      ['Max-Forwards', 'many'],
      ['Contact', 'sip:a@b?Route=c'],
    ] as const) {
      assert.equal(status(request(setHeader(good, name, value))), 400, `${name}: ${value}`)
    }
    assert.equal(requestFault(request(setHeader(good, 'CSeq', '2147483647 OPTIONS'))), null)
    assert.equal(requestFault(request(setHeader(good, 'Max-Forwards', '0'))), null)
  })

  test('Request-URIs', () => {
    assert.equal(status(request(good, 'bob')), 400)
    assert.equal(status(request(good, 'sip:')), 400)
    assert.equal(status(request(good, 'sip:b@c?Subject=x')), 400)
    assert.equal(status(request(good, 'mailto:b@c')), 416)
  })

  test('an unknown method whose CSeq disagrees is 501, a known one 400', () => {
    assert.equal(status(request(good, 'sip:b', 'FETCH')), 501)
    assert.equal(status(request(good, 'sip:b', 'INVITE')), 400)
    assert.equal(status(request(good, 'sip:b', 'options')), 501)
  })
})

test('a response that is broken or not ours has a fault (RFC 3261 8.1.3.3)', () => {
  assert.equal(responseFault(response(good)), null)
  assert.ok(responseFault(response(removeHeader(good, 'CSeq'))))
  assert.ok(responseFault(response([good[0]!, ...good])))
})
