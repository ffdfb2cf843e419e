import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { PageClient } from '../ipc/serve/page-client.ts'
import { Answerer } from '../support/dialtone.ts'
import { scopeOf } from '../support/scope.ts'
import { ServedPhone } from '../support/served-phone.ts'
import { until } from '../support/until.ts'

/** The running `dialtone serve` under what neither its page nor its user would send, while a call goes on. */

const secret = 'correct-horse-battery'

/** The status of a request with any headers at all. */
function ask(origin: URL, path: string, headers: Record<string, string>, body?: string) {
  return new Promise<{ status: number; cookie: string }>((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST'
    const asking = request({ host: origin.hostname, port: origin.port, path, method, headers }, (response) => {
      response.resume()
      const cookie = response.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
      response.on('end', () => resolve({ status: response.statusCode ?? 0, cookie }))
    })
    asking.on('error', reject)
    asking.end(body)
  })
}

test('nonsense is refused with a code, told without secrets, and the call goes on', { timeout: 120_000 }, async (t) => {
  const scope = scopeOf(t)
  const phone = await ServedPhone.start(scope, ['--audio', 'tone', '--log', 'info'])
  const opening = await readFile(fileURLToPath(phone.url), 'utf8')
  const [, address, ticket] = /(http:\/\/127\.0\.0\.1:\d+)\/enter#([\w-]{22})/.exec(opening) ?? []
  assert.ok(address !== undefined && ticket !== undefined, opening)
  const home = new URL(address)
  const [Origin, Host] = [home.origin, home.host]

  const { status, cookie: Cookie } = await ask(home, '/enter', { Host, Origin }, ticket)
  assert.equal(status, 200)
  const open = (headers: Record<string, string> = {}) =>
    PageClient.open(scope, `ws://${Host}/rpc`, { Origin, Cookie, ...headers })
  const page = await open()
  const bob = await Answerer.start(scope, ['--audio', 'tone'])
  await page.ask('call.dial', { target: bob.target })
  await page.notified('phone.snapshot', (content) => JSON.stringify(content).includes('"confirmed"'))

  // A wrong ticket, a rebound name, a foreign page, nobody's cookie.
  assert.equal((await ask(home, '/enter', { Host, Origin }, 'x'.repeat(22))).status, 401)
  assert.equal((await ask(home, '/', { Host: `rebound.example:${home.port}`, Cookie })).status, 403)
  assert.equal((await ask(home, '/enter', { Host, Origin: 'http://evil.example' }, ticket)).status, 403)
  await assert.rejects(open({ Origin: 'http://evil.example' }), /403/)
  await assert.rejects(open({ Host: `rebound.example:${home.port}` }), /403/)
  await assert.rejects(open({ Cookie: Cookie.replace(/=.*/, `=${secret}`) }), /401/)

  const code = async (method: string, params: unknown) => {
    const answer = await page.ask(method, params)
    return 'error' in answer ? answer.error.data.code : 'done'
  }
  assert.equal(await code('phone.explode', { password: secret }), 'not-found')
  assert.equal(await code('__proto__', {}), 'not-found')
  assert.equal(await code('call.dial', { target: { secret } }), 'invalid-params')
  assert.equal(await code('call.dial', { target: 'sip:bob@127.0.0.1', secret }), 'invalid-params')
  assert.equal(await code('call.dial', secret), 'invalid-params')
  assert.equal(await code('call.dial', { target: secret.repeat(40_000) }), 'invalid-params')
  const long = await open()
  long.socket.send(secret.repeat(500_000))
  assert.equal(await long.closeCode(), 1009)

  assert.equal(await code('phone.info', {}), 'done')
  const told = await until('what was refused', () => {
    const { stderr } = phone.program
    return (
      ['a foreign host', 'a foreign origin', 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'].every((what) =>
        stderr.includes(what),
      ) && stderr
    )
  })
  assert.match(told, /refused/)
  for (const hidden of [secret, ticket, Cookie.split('=')[1]!]) assert.ok(!told.includes(hidden), 'a secret is told')
  assert.doesNotMatch(told, /internal|uncaught|TypeError|RangeError/)
  assert.equal(phone.program.exit, undefined)

  const snapshot = await page.ask('phone.snapshot')
  const [call] =
    ('result' in snapshot && (snapshot.result as { calls: { callId: string; state: string }[] }).calls) || []
  assert.equal(call?.state, 'confirmed')
  assert.equal(await code('call.hangup', { callId: call.callId }), 'done')
  const result = await bob.result()
  assert.deepEqual([result.answered, result.cause], [true, 'normal'])
})
