import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import type { AccountPatch } from '../../electron/phone/account.ts'
import { compareSound } from '../support/audio-compare.ts'
import { Answerer, runCall } from '../support/dialtone.ts'
import { missing } from '../support/needs.ts'
import { Kamailio, type Switch } from '../support/peers/kamailio/kamailio.ts'
import { Baresip } from '../support/peers/baresip.ts'
import { RpcPhone } from '../support/rpc-phone.ts'
import { type Scope, scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { padded, readSound, speechFiles, toneSound, writeSound } from '../support/wav.ts'

/** A registrar and proxy that nobody here wrote. */

const rate = 8000

interface Registering {
  readonly scope: Scope
  readonly kamailio: Kamailio
  readonly phone: RpcPhone
  readonly id: string
}

/** A phone with an account at a kamailio of this kind. */
async function accountAt(
  t: TestContext,
  switches: readonly Switch[],
  account: Partial<AccountPatch> = {},
  args: readonly string[] = [],
): Promise<Registering> {
  const scope = scopeOf(t)
  const kamailio = await Kamailio.start(scope, { switches })
  const phone = await RpcPhone.start(scope, ['--audio', 'null', ...args])
  const { id } = await phone.request('accounts.save', {
    account: { username: 'alice', password: 'secret', domain: kamailio.domain, proxy: kamailio.proxy, ...account },
  })
  return { scope, kamailio, phone, id }
}

const registered = ({ phone }: Registering) =>
  phone.notification('phone.snapshot', ({ accounts }) => accounts[0]?.registration.state === 'registered')

const failed = ({ phone }: Registering) =>
  phone.notification('phone.snapshot', ({ accounts }) => accounts[0]?.registration.state === 'failed')

/** `REGISTER`, `401` ... as they passed the wire. */
async function passed({ phone }: Registering, method = 'REGISTER'): Promise<string[]> {
  const messages = (await phone.messages()).filter((message) => message.method === method && !message.retransmission)
  return messages.map(({ code }) => (code === undefined ? method : String(code)))
}

const requests = async (bench: Registering) =>
  (await bench.phone.messages()).filter(({ method, code }) => method === 'REGISTER' && code === undefined)

describe('registration at kamailio', { skip: missing('kamailio'), concurrency: 2 }, () => {
  const ways: readonly (readonly [string, readonly Switch[], readonly string[]])[] = [
    ['without authentication', [], ['REGISTER', '200']],
    ['401', ['WITH_AUTH_REG'], ['REGISTER', '401', 'REGISTER', '200']],
    ['401 with qop', ['WITH_AUTH_REG', 'WITH_QOP'], ['REGISTER', '401', 'REGISTER', '200']],
    ['407 to REGISTER', ['WITH_AUTH_REG', 'REG407'], ['REGISTER', '407', 'REGISTER', '200']],
    ['SHA-256', ['WITH_AUTH_REG', 'AUTH_SHA256', 'WITH_QOP'], ['REGISTER', '401', 'REGISTER', '200']],
    ['423', ['WITH_AUTH_REG', 'STRICT423', 'MINEXP=300'], ['REGISTER', '401', 'REGISTER', '423', 'REGISTER', '200']],
  ]
  for (const [name, switches, expected] of ways) {
    test(name, async (t) => {
      const bench = await accountAt(t, switches, { reregisterSeconds: 180 })
      await registered(bench)
      assert.deepEqual(await passed(bench), expected)
      if (switches.includes('AUTH_SHA256')) {
        const texts = (await requests(bench)).map(({ text }) => text)
        assert.match(texts.at(-1) ?? '', /algorithm=SHA-256/)
      }
      const { contacts } = await bench.phone.request('accounts.bindings', { id: bench.id })
      assert.equal(contacts.length, 1)
      assert.match(contacts[0]?.uri ?? '', /^sip:alice@127\.0\.0\.1:/)
      await bench.phone.request('accounts.unregister', { id: bench.id })
      assert.deepEqual((await bench.phone.request('accounts.bindings', { id: bench.id })).contacts, [])
    })
  }

  test('over TCP', async (t) => {
    const bench = await accountAt(t, ['WITH_AUTH_REG', 'WITH_QOP'], { transport: 'tcp' })
    await registered(bench)
    const texts = await requests(bench)
    assert.deepEqual(new Set(texts.map(({ transport }) => transport)), new Set(['tcp']))
    assert.match(texts[0]?.text ?? '', /^Contact: <sip:alice@[^>]*;transport=tcp/m)
    assert.equal((await bench.phone.request('accounts.bindings', { id: bench.id })).contacts.length, 1)
  })

  test('a wrong password is sent once, and everything typed is kept', async (t) => {
    const bench = await accountAt(t, ['WITH_AUTH_REG'], { password: 'wrong' })
    const { accounts } = await failed(bench)
    const registration = accounts[0]?.registration
    assert.deepEqual([registration?.code, registration?.step], [401, 'register'])
    assert.match(registration?.remedy ?? '', /Password/)
    assert.deepEqual(await passed(bench), ['REGISTER', '401', 'REGISTER', '401'])
    const [account] = await bench.phone.request('accounts.list', {})
    assert.deepEqual([account?.username, account?.hasPassword], ['alice', true])
    await bench.phone.request('accounts.save', { account: { id: bench.id, password: 'secret' } })
    await registered(bench)
  })

  test('the server chooses a short time, and the refresh comes before its end with the nonce used again', async (t) => {
    const bench = await accountAt(t, ['WITH_AUTH_REG', 'WITH_QOP', 'MAXEXP=6', 'MINEXP=2'])
    await registered(bench)
    await until(
      'the second refresh',
      async () => (await passed(bench)).filter((code) => code === '200').length >= 3,
      15_000,
    )
    assert.ok((await passed(bench)).filter((code) => code === '401').length <= 2)
    assert.equal((await bench.phone.request('accounts.bindings', { id: bench.id })).contacts.length, 1)
  })

  test('a nonce that has gone stale is replaced without a word', async (t) => {
    const bench = await accountAt(t, ['WITH_AUTH_REG', 'NONCEEXP=1', 'MAXEXP=6', 'MINEXP=2'])
    await registered(bench)
    await until('a refresh', async () => (await passed(bench)).filter((code) => code === '200').length >= 2, 10_000)
    const texts = (await bench.phone.messages()).map(({ text }) => text)
    assert.ok(texts.some((text) => /stale=true/i.test(text)))
    assert.equal(bench.phone.snapshot()?.accounts[0]?.registration.state, 'registered')
  })

  test('an account is tried out before it is saved', async (t) => {
    const { phone, kamailio, id } = await accountAt(t, ['WITH_AUTH_REG'], { register: 'never' })
    const good = await phone.request('accounts.test', { id })
    assert.deepEqual(
      good.steps.map(({ step, ok }) => [step, ok]),
      [
        ['dns', true],
        ['connect', true],
        ['register', true],
      ],
    )
    const account = { username: 'alice', password: 'wrong', domain: kamailio.domain, proxy: kamailio.proxy }
    const { steps } = await phone.request('accounts.test', { account })
    assert.deepEqual([steps.at(-1)?.ok, steps.at(-1)?.code], [false, 401])
    assert.deepEqual((await phone.request('accounts.bindings', { id })).contacts, [])
  })

  test('the phone takes its binding back when it ends', async (t) => {
    const bench = await accountAt(t, ['WITH_AUTH_REG'])
    await registered(bench)
    const other = await RpcPhone.start(bench.scope, ['--audio', 'null'])
    const account = {
      username: 'alice',
      password: 'secret',
      domain: 'sip.test',
      proxy: bench.kamailio.proxy,
      register: 'never',
    }
    const { id } = await other.request('accounts.save', { account })
    assert.equal((await other.request('accounts.bindings', { id })).contacts.length, 1)
    await bench.phone.request('phone.shutdown', {})
    assert.deepEqual((await other.request('accounts.bindings', { id })).contacts, [])
  })

  test('a proxy that was away is registered at again, and nobody has to click', async (t) => {
    const bench = await accountAt(t, ['WITH_AUTH_REG'], {}, ['--set', 'network.keepAliveSeconds=1'])
    await registered(bench)
    await bench.kamailio.program.end()
    await failed(bench)
    const before = (await passed(bench)).length
    await Kamailio.start(bench.scope, { switches: ['WITH_AUTH_REG'], port: bench.kamailio.port })
    await until('registered again', async () => (await passed(bench)).slice(before).at(-1) === '200', 10_000)
  })
})

describe('calls through kamailio', { skip: missing('kamailio', 'baresip'), concurrency: 2 }, () => {
  test('between two Dialtones, INVITE challenged, heard on both sides', async (t) => {
    const scope = scopeOf(t)
    const folder = await temporaryFolder(scope)
    const kamailio = await Kamailio.start(scope, { switches: ['WITH_AUTH_REG', 'WITH_AUTH_INV', 'WITH_QOP'] })
    const account = ['--domain', kamailio.domain, '--proxy', kamailio.proxy, '--register']
    const password = { DIALTONE_PASSWORD: 'secret' }
    const { samples } = await readSound(speechFiles.alice)
    const speech = samples.subarray(0, 4 * rate)
    const speechFile = join(folder, 'speech.wav')
    await writeSound(speechFile, padded({ rate, samples: speech }, 0.2, 30))
    const [heardByBob, heardByAlice] = [join(folder, 'bob.wav'), join(folder, 'alice.wav')]
    const bob = await Answerer.start(
      scope,
      ['--user', 'bob', ...account, '--once', '--play', speechFile, '--record', heardByBob],
      password,
    )
    await until('bob is registered', () => bob.program.stderr.includes('registered as'))
    const audio = ['--play', speechFile, '--record', heardByAlice, '--duration', '6']
    const call = await runCall(scope, 'bob', ['--user', 'alice', ...account, ...audio], { env: password })
    assert.deepEqual([call.code, call.result.cause], [0, 'normal'], call.stderr)
    assert.equal((await bob.program.finished(8000)).code, 0)
    for (const file of [heardByBob, heardByAlice]) {
      const found = compareSound(speech, (await readSound(file)).samples, { rate })
      assert.ok(found.windows >= 6 && found.median > 0.95, `${file}: ${JSON.stringify(found)}`)
    }
  })

  test('480 from a proxy that knows the user, 404 from one that does not, 407 with a wrong password', async (t) => {
    const scope = scopeOf(t)
    const kamailio = await Kamailio.start(scope, { switches: ['WITH_AUTH_INV'] })
    const call = (target: string, password: string) =>
      runCall(
        scope,
        target,
        ['--audio', 'null', '--user', 'alice', '--domain', kamailio.domain, '--proxy', kamailio.proxy],
        {
          env: { DIALTONE_PASSWORD: password },
        },
      )
    assert.equal((await call('bob', 'secret')).result.cause, 'unavailable')
    assert.equal((await call('nobody', 'secret')).result.cause, 'not-found')
    assert.equal((await call('bob', 'wrong')).result.cause, 'unauthorized')
  })

  test('we call baresip, whom the proxy knows, hold the call, and hang up', async (t) => {
    const bench = await accountAt(t, ['WITH_AUTH_REG', 'WITH_AUTH_INV'])
    const { scope, kamailio, phone } = bench
    const folder = await temporaryFolder(scope)
    const toneFile = join(folder, 'tone.wav')
    await writeSound(toneFile, toneSound(1000, 60))
    await registered(bench)
    const registrar = { domain: kamailio.domain, proxy: kamailio.proxy, password: 'secret' }
    const baresip = await Baresip.start(scope, { play: toneFile, user: 'bob', registrar })
    const asBob = {
      username: 'bob',
      password: 'secret',
      domain: kamailio.domain,
      proxy: kamailio.proxy,
      register: 'never',
    }
    const { id: bob } = await phone.request('accounts.save', { account: asBob })
    const isThere = async () => (await phone.request('accounts.bindings', { id: bob })).contacts.length > 0
    await until(`${baresip.target} is registered`, isThere)
    const { callId } = await phone.request('call.dial', { target: 'bob', accountId: bench.id })
    await phone.state(callId, 'confirmed')
    await phone.request('call.hold', { callId })
    await phone.request('call.resume', { callId })
    await phone.request('call.hangup', { callId })
    const { cause } = await phone.ended(callId)
    assert.equal(cause, 'normal')
    const [entry] = await phone.request('log.list', {})
    assert.deepEqual([entry?.accountId, entry?.remote.uri], [bench.id, 'sip:bob@sip.test'])
    // Each request went through the proxy, and was taken there.
    assert.deepEqual(await passed(bench, 'BYE'), ['BYE', '200'])
  })

  test('baresip calls us through the proxy, and is heard', async (t) => {
    const scope = scopeOf(t)
    const folder = await temporaryFolder(scope)
    const kamailio = await Kamailio.start(scope, { switches: ['WITH_AUTH_REG'] })
    const { samples } = await readSound(speechFiles.alice)
    const speech = samples.subarray(0, 5 * rate)
    const [speechFile, toneFile] = [join(folder, 'speech.wav'), join(folder, 'tone.wav')]
    await writeSound(speechFile, padded({ rate, samples: speech }, 0.2, 30))
    await writeSound(toneFile, toneSound(1000, 60))
    const record = join(folder, 'heard.wav')
    const account = ['--user', 'alice', '--domain', kamailio.domain, '--proxy', kamailio.proxy, '--register']
    const alice = await Answerer.start(scope, [...account, '--once', '--play', toneFile, '--record', record], {
      DIALTONE_PASSWORD: 'secret',
    })
    await until('alice is registered', () => alice.program.stderr.includes('registered as'))
    const baresip = await Baresip.start(scope, { play: speechFile })
    await baresip.dial(`sip:alice@${kamailio.proxy}`)
    await baresip.event('CALL_ESTABLISHED')
    await until('the speech is over', () => alice.results.length > 0 || undefined, 6500).catch(() => baresip.hangup())
    assert.equal((await alice.result()).answered, true)
    const found = compareSound(speech, (await readSound(record)).samples, { rate })
    assert.ok(found.windows >= 8 && found.median > 0.95, JSON.stringify(found))
  })
})
