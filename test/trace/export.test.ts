import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { exportTrace } from '../../electron/trace/export.ts'
import { redact } from '../../electron/trace/redact.ts'
import { missing } from '../support/needs.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { tracedMessage as message } from '../support/sample-trace.ts'

const request = (method: string, more = '', body = '') =>
  `${method} sip:bob@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:bob@h>\r\n` +
  `Call-ID: c1\r\nCSeq: 1 ${method}\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

const secretHeader =
  'Authorization: Digest username="a", realm="r", nonce="n", uri="sip:h", cnonce="abc", response="0123456789abcdef"\r\n'

const sdp =
  'v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 9000 RTP/SAVP 0\r\n' +
  'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^31\r\n'

const messages = [
  message(request('REGISTER', secretHeader)),
  message(request('INVITE', '', sdp), { direction: 'in' }),
  message(request('OPTIONS'), { transport: 'tcp', local: '[2001:db8::1]:5060', remote: '[2001:db8::2]:40000' }),
  message(request('MESSAGE', '', '你好 Bob'), {
    transport: 'tcp',
    local: '[2001:db8::1]:5060',
    remote: '[2001:db8::2]:40000',
  }),
]

suite('a trace as a file', () => {
  test('text, one message after another', () => {
    const text = Buffer.from(exportTrace(messages, 'text', false)).toString()
    assert.match(text, /^UDP 2026-01-02T03:04:05\.678Z 10\.0\.0\.1:5060 -> 10\.0\.0\.2:5070\nREGISTER sip:bob@h/)
    assert.match(text, /UDP \S+ 10\.0\.0\.2:5070 -> 10\.0\.0\.1:5060\nINVITE/)
    assert.doesNotMatch(text, /\r/)
  })

  test('redacted, nothing that is a secret is left, and the bodies are as long as before', () => {
    const file = Buffer.from(exportTrace(messages, 'text', true)).toString()
    for (const secret of ['0123456789abcdef', 'abc"', 'd0RmdmcmVCspeEc3', '你好', 'Bob'])
      assert.ok(!file.includes(secret), secret)
    assert.match(file, /username="a", realm="r", nonce="n"/)
    assert.match(file, /AES_CM_128_HMAC_SHA1_80 inline:\*+\|2\^31/)
    for (const { text } of messages.slice(1)) assert.equal(Buffer.byteLength(redact(text)), Buffer.byteLength(text))
    assert.equal(redact('nonsense'), 'nonsense')
    const folded =
      'REGISTER sip:a SIP/2.0\r\nAuthorization: Digest username="a",\r\n response="0123abc",\r\n\tcnonce=9\r\nX: response="kept"\r\n\r\n'
    assert.doesNotMatch(redact(folded), /0123abc|cnonce=9/)
    assert.match(redact(folded), /username="a",\r\n response="\*\*\*",\r\n\tcnonce="\*\*\*"\r\nX: response="kept"/)
  })

  test('a damaged message is exported as it is', () => {
    const broken = message('\0\xff not SIP', { local: 'nonsense', remote: '[::ffff:1.2.3.4%eth0]:99999' })
    for (const format of ['pcap', 'pcapng', 'text'] as const) assert.ok(exportTrace([broken], format, true).length > 0)
  })

  for (const format of ['pcap', 'pcapng'] as const)
    test(`${format}: tshark reads the same messages in the same order`, { skip: missing('tshark') }, async (t) => {
      const file = join(await temporaryFolder(scopeOf(t)), `trace.${format}`)
      writeFileSync(file, exportTrace(messages, format, false))
      const fields = ['ip.src', 'ipv6.src', 'udp.srcport', 'tcp.srcport', 'sip.Method', 'frame.time_epoch']
      const checks = ['ip.check_checksum', 'udp.check_checksum', 'tcp.check_checksum'].flatMap((name) => [
        '-o',
        `${name}:TRUE`,
      ])
      const options = ['-r', file, ...checks, '-T', 'fields', '-E', 'separator=;', ...fields.flatMap((f) => ['-e', f])]
      const told = execFileSync('tshark', options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      const rows = told.trimEnd().split('\n')
      assert.deepEqual(
        rows.map((row) => row.split(';').slice(0, 5)),
        [
          ['10.0.0.1', '', '5060', '', 'REGISTER'],
          ['10.0.0.2', '', '5070', '', 'INVITE'],
          ['', '2001:db8::1', '', '5060', 'OPTIONS'],
          ['', '2001:db8::1', '', '5060', 'MESSAGE'],
        ],
      )
      assert.ok(rows.every((row) => row.includes(String(Date.parse('2026-01-02T03:04:05.678Z') / 1000))))
      const bad = execFileSync(
        'tshark',
        [
          '-r',
          file,
          ...checks,
          '-Y',
          'ip.checksum.status == 0 or udp.checksum.status == 0 or tcp.checksum.status == 0',
        ],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
      )
      assert.equal(bad, '')
    })
})
