import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { RpcPhone } from '../support/rpc-phone.ts'
import { PlainRegistrar } from '../support/peers/plain-registrar.ts'
import { Answerer } from '../support/dialtone.ts'
import { descendants } from '../support/running-process.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

/**
 * A phone that registers, is refused, calls and dials digits, and then everything it has said and kept: no password
 * anywhere, nor what is as good as one, and in what may be sent to others no digest response either.
 */

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

test('no password, HA1 or A1 in anything that is logged, kept, shown or exported', { timeout: 120_000 }, async (t) => {
  const scope = scopeOf(t)
  const [password, wrong, fromEnvironment] = ['correct-horse-7', 'battery-staple-8', 'tr0ub4dor-9']
  const registrar = await PlainRegistrar.open(scope, password)
  const data = join(await temporaryFolder(scope), 'data')
  const bob = await Answerer.start(scope, ['--audio', 'tone'])
  const phone = await RpcPhone.start(scope, ['--data', data, '--audio', 'tone', '--log', 'debug'], {
    DIALTONE_PASSWORD: fromEnvironment,
  })
  const account = { username: '1001', domain: 'plain.test', proxy: `127.0.0.1:${registrar.port}`, register: 'never' }
  const saved = await phone.request('accounts.save', { account: { ...account, password } })
  assert.equal((await phone.request('accounts.register', { id: saved.id })).state, 'registered')
  const tested = await phone.request('accounts.test', { account: { ...account, password: wrong } })
  assert.equal(tested.steps.at(-1)?.ok, false)
  // Mistakes, in every place where somebody may type a password.
  for (const nonsense of [{ account: { ...account, passwort: wrong } }, { account: wrong }])
    await phone.request('accounts.save', nonsense as never).catch(() => {})
  await phone.request('call.dial', { target: `sip:1001:${wrong}@127.0.0.1:9` }).catch(() => {})
  const { callId } = await phone.request('call.dial', { target: bob.target })
  await phone.state(callId, 'confirmed')
  await phone.request('call.dtmf', { callId, digits: '12' })
  await phone.request('call.hangup', { callId })
  await phone.ended(callId)

  const shown = await phone.messages()
  const responses = shown.flatMap(({ text }) => [...text.matchAll(/response="([0-9a-f]{32})"/g)].map(([, one]) => one!))
  assert.ok(responses.length >= 2, 'it has proved its password')
  const redacted = await phone.request('trace.export', { format: 'text', redact: true })
  const whole = await phone.request('trace.export', { format: 'text' })
  const bundle = await phone.request('diagnostics.export', {})
  const unpacked = gunzipSync(Buffer.from('base64' in bundle ? bundle.base64 : '', 'base64')).toString('latin1')
  assert.match(unpacked, /"username": "1001"/)
  const bytes = (answer: object) => Buffer.from('base64' in answer ? String(answer.base64) : '', 'base64').toString()
  assert.ok(bytes(whole).includes(responses[0]!))
  const environments = [phone.program.pid, ...descendants(phone.program.pid).map(({ pid }) => pid)].map((pid) => ({
    pid,
    command: readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
    environment: pid === phone.program.pid ? '' : readFileSync(`/proc/${pid}/environ`, 'utf8'),
  }))
  assert.ok(environments.length > 1, 'there are children')
  await phone.request('phone.shutdown', {})
  await phone.program.finished(10_000)

  const places: Record<string, string> = {
    stderr: phone.program.stderr,
    stdout: phone.program.stdout,
    trace: shown.map(({ text, note }) => `${text}${note ?? ''}`).join('\n'),
    exported: bytes(whole),
    redacted: bytes(redacted),
    bundle: unpacked,
    processes: JSON.stringify(environments),
  }
  for (const entry of readdirSync(data, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    assert.equal(statSync(path).mode & 0o077, 0, `${entry.name} is its owner's alone`)
    if (entry.name !== 'secrets.json') places[entry.name] = readFileSync(path, 'latin1')
  }
  assert.ok(JSON.stringify(JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8'))).includes(password))
  assert.ok(places['stderr']!.length > 200, 'there is a log to look at')

  const a1 = (secret: string) => `1001:plain.test:${secret}`
  const forbidden = [password, wrong, fromEnvironment].flatMap((secret) => [secret, md5(a1(secret)), a1(secret)])
  for (const [place, text] of Object.entries(places)) {
    for (const secret of forbidden) {
      const at = text.indexOf(secret)
      assert.equal(at, -1, `${place}: ${text.slice(Math.max(0, at - 200), at + 50)}`)
    }
    // What proves a password can be guessed at: it is in the live trace and in a full export, as its user sees it.
    if (!['stdout', 'trace', 'exported'].includes(place))
      for (const response of responses) assert.ok(!text.includes(response), `${place} has a digest response`)
  }
})
