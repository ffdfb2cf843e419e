import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { readCapture } from '../../electron/dissect/capture.ts'
import { type Diagnosed, Diagnostics } from '../../electron/phone/diagnostics.ts'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import { PhoneTrace } from '../../electron/phone/phone-trace.ts'
import { tar } from '../../electron/phone/tar.ts'
import { TraceRecorder } from '../../electron/trace/recorder.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { sdp, sip } from '../support/written-trace.ts'

const now = Date.UTC(2026, 0, 1)
const secrets = {
  response: '4c9b5e0a7e2f4d41a8d0f0f1c0a3b2d1',
  proxyResponse: '0f0e0d0c0b0a09080706050403020100',
  cnonce: 'cafe1234beef',
  basic: 'YWxpY2U6c2VjcmV0LXdvcmQ=',
  uriPassword: 'open-sesame',
  key: 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz',
  clear: 'k-of-rfc-4566',
  text: 'meet me at the old mill',
  digit: 'Signal=7',
  kpml: 'digits="4711"',
}
const proof = (response: string) =>
  `Digest username="alice", realm="office.lan", nonce="n", uri="sip:b", response="${response}", cnonce="${secrets.cnonce}"`
const keys = sdp('192.0.2.1', 8000, '0', [`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${secrets.key}|2^31`])
const register = sip('REGISTER sip:office.lan SIP/2.0', { more: [`Authorization: ${proof(secrets.response)}`] })
const messages = [
  register,
  sip('INVITE sip:b SIP/2.0', { more: [`Proxy-Authorization:${proof(secrets.proxyResponse)}`], body: keys }),
  sip('SIP/2.0 200 OK', { body: sdp('192.0.2.2', 9000, '0', [`k=clear:${secrets.clear}`]).replace('t=0 0', 't=0 0') }),
  sip(`OPTIONS sip:b:${secrets.uriPassword}@h SIP/2.0`, { more: [`Authorization: Basic ${secrets.basic}`] }),
  sip('MESSAGE sip:b SIP/2.0', { body: secrets.text }),
  sip('INFO sip:b SIP/2.0', { body: `${secrets.digit}\r\nDuration=160\r\n` }),
  sip('NOTIFY sip:b SIP/2.0', {
    more: ['Content-Type: application/kpml-response+xml'],
    body: `<kpml ${secrets.kpml}/>`,
  }),
  // What came was sent back to its sender.
  sip('SIP/2.0 483 Too Many Hops', { more: ['Content-Type: message/sip'], body: register }),
]

function diagnosed(over: Partial<Diagnosed> = {}): { diagnostics: Diagnostics; recorder: TraceRecorder } {
  const recorder = new TraceRecorder({ now: () => 0, wallTime: () => now })
  const endpoint = (address: string) => ({ transport: 'udp', address, port: 5060 }) as const
  for (const text of messages)
    recorder.onMessage({
      direction: 'out',
      local: endpoint('192.0.2.1'),
      remote: endpoint('192.0.2.2'),
      bytes: Buffer.from(text),
      retransmission: false,
    })
  const rejected = { kind: 'rejected', response: { status: 407, reason: secrets.text, headers: [secrets.response] } }
  recorder.noteInput('call', 'c1@a', rejected)
  const phone = {
    info: () => ({ version: '1.2.3', dataFolder: join(homedir(), 'dialtone') }),
    snapshot: () => ({ accounts: [{ id: 'a', registration: { state: 'failed', code: 403 } }], calls: [] }),
    settings: () => ({ network: { sipPort: 5060 } }),
    accounts: () => [{ id: 'a', username: 'alice', hasPassword: true, proxy: `sip:alice:${secrets.uriPassword}@h` }],
    listLog: () => [{ id: 1, code: 486 }],
    audioDevices: () => Promise.resolve([{ name: 'Headset', kind: 'input' }]),
    trace: new PhoneTrace(recorder, () => {}),
    ...over,
  }
  return { diagnostics: new Diagnostics(phone as unknown as Diagnosed, () => now), recorder }
}

test('the preview and the bundle hold the same, and no secret unless it is asked for', async () => {
  const { diagnostics } = diagnosed()
  const files = await diagnostics.preview()
  assert.deepEqual(
    files.map(({ name }) => name),
    [
      'README.txt',
      'versions.json',
      'settings.json',
      'state.json',
      'devices.json',
      'calls.json',
      'inputs.json',
      'trace.txt',
      'trace.pcap',
    ],
  )
  const archive = gunzipSync(await diagnostics.bundle()).toString('latin1')
  for (const { name, text, size } of files) {
    assert.ok(archive.includes(`dialtone-diagnostics/${name}\0`), name)
    if (text !== undefined) assert.equal(Buffer.byteLength(text), size)
    assert.ok(text === undefined || archive.includes(Buffer.from(text).toString('latin1')), name)
  }
  for (const [what, secret] of Object.entries(secrets)) assert.ok(!archive.includes(secret), what)
  assert.ok(!archive.includes(homedir()), 'nor whose machine it is')
  for (const told of [
    '"version": "1.2.3"',
    '"sipPort": 5060',
    '"code": 403',
    'Headset',
    '"code": 486',
    'username="alice"',
    '"kind": "rejected"',
    '"status": 407',
  ])
    assert.ok(archive.includes(told), told)
  const whole = gunzipSync(await diagnostics.bundle({ redact: false })).toString('latin1')
  for (const [what, secret] of Object.entries(secrets))
    assert.equal(whole.includes(secret), true, `${what} is in the whole one: the test looks for the right thing`)
  assert.match(whole, /NOT masked/)
})

test('a masked capture can still be read, message by message', async () => {
  const { recorder } = diagnosed()
  const { messages: read, problem } = readCapture(recorder.export({ format: 'pcap', redact: true }))
  assert.equal(problem, undefined)
  assert.equal(read.length, messages.length)
  for (const [at, { text }] of read.entries()) {
    const [, length] = /Content-Length: (\d+)/.exec(text) ?? []
    const body = text.slice(text.indexOf('\r\n\r\n') + 4)
    assert.equal(Buffer.byteLength(body), Number(length), messages[at])
  }
})

test('a device list that fails costs the bundle nothing else', async () => {
  const audioDevices = () => Promise.reject(new PhoneError('no-audio-device', 'the sound system hangs'))
  const { diagnostics } = diagnosed({ audioDevices })
  const files = await diagnostics.preview()
  assert.match(files.find(({ name }) => name === 'devices.json')?.text ?? '', /the sound system hangs/)
})

test('tar unpacks what was packed', { skip: process.platform === 'win32' && 'no tar to compare with' }, async (t) => {
  const folder = await temporaryFolder(scopeOf(t))
  const file = join(folder, 'a.tar')
  const odd = 'x'.repeat(513)
  const files = [
    { name: 'dir/empty', bytes: new Uint8Array() },
    { name: 'dir/odd.txt', bytes: Buffer.from(odd) },
    { name: 'dir/block', bytes: Buffer.alloc(512, 1) },
  ]
  writeFileSync(file, tar(files, now / 1000))
  const listed = execFileSync('tar', ['-tvf', file], { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } })
  assert.match(listed, /^-rw------- .* 0 2026-01-01 00:00 dir\/empty$/m)
  assert.equal(execFileSync('tar', ['-xOf', file, 'dir/odd.txt'], { encoding: 'utf8' }), odd)
  assert.equal(execFileSync('tar', ['-xOf', file, 'dir/block']).length, 512)
})
