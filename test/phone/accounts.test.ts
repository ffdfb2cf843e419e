import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import { type RegisterAnswer, StoreError, UserAgentError } from '../../electron/phone/ports.ts'
import type { Phone } from '../../electron/phone/phone.ts'
import { resolveTri } from '../../electron/phone/tri.ts'
import { benchPhone, peerSdp } from '../support/phone-bench.ts'
import type { VirtualTime } from '../support/virtual-time.ts'

const alice = { username: 'alice', domain: 'sip.test', password: 'secret' }

const refused = (field: string) => (error: unknown) =>
  error instanceof PhoneError && error.code === 'invalid-params' && error.data.field === field

/** Calls that nobody answers take their time to end. */
async function ended(phone: Phone, time: VirtualTime): Promise<void> {
  const ending = phone.shutdown()
  await time.pass(10_000)
  await ending
}

const failedAnswer = (rest: Partial<RegisterAnswer>): RegisterAnswer => ({
  status: 401,
  reason: 'Unauthorized',
  source: 'peer',
  bindings: [],
  ...rest,
})

test('Default, Always, Never: the account, then the global setting, then the situation', () => {
  for (const situation of [true, false]) {
    for (const global of ['auto', 'always', 'never'] as const) {
      assert.equal(resolveTri('always', global, situation), true)
      assert.equal(resolveTri('never', global, situation), false)
    }
    assert.equal(resolveTri('default', 'always', situation), true)
    assert.equal(resolveTri('default', 'never', situation), false)
    assert.equal(resolveTri('default', 'auto', situation), situation)
  }
})

describe('accounts', () => {
  test('are kept without their passwords, and shown without them', async () => {
    const { phone, store, time } = await benchPhone()
    const saved = phone.saveAccount(alice)
    assert.equal(saved.hasPassword, true)
    assert.equal(store.passwords.get(saved.id), 'secret')
    assert.doesNotMatch(JSON.stringify([saved, phone.accounts(), store.savedAccounts]), /secret/)
    const again = phone.saveAccount({ id: saved.id, displayName: 'Alice' })
    assert.deepEqual([again.username, again.displayName, again.hasPassword], ['alice', 'Alice', true])
    assert.equal(phone.saveAccount({ id: saved.id, password: null }).hasPassword, false)
    phone.removeAccount(saved.id)
    assert.deepEqual(phone.accounts(), [])
    assert.equal(store.passwords.size, 0)
    await ended(phone, time)
  })

  test('what list shows can be saved again', async () => {
    const { phone, time } = await benchPhone()
    phone.saveAccount(alice)
    const [shown] = phone.accounts()
    assert.ok(shown)
    assert.deepEqual(phone.saveAccount({ ...shown }), shown)
    await ended(phone, time)
  })

  test('name the field at fault, and keep what was', async () => {
    const { phone, time } = await benchPhone()
    const { id } = phone.saveAccount(alice)
    assert.throws(() => phone.saveAccount({ id, reregisterSeconds: 5 }), refused('reregisterSeconds'))
    assert.throws(() => phone.saveAccount({ id, domain: 'a b' }), refused('domain'))
    assert.throws(() => phone.saveAccount({ id, proxy: 'host:99999' }), refused('proxy'))
    assert.throws(() => phone.saveAccount({ id, username: 'a@b' }), refused('username'))
    assert.throws(() => phone.saveAccount({ id, forward: { noAnswerSeconds: 1 } }), refused('forward.noAnswerSeconds'))
    const strange = { id, unheardOf: 1 }
    assert.throws(() => phone.saveAccount(strange), refused('unheardOf'))
    assert.throws(() => phone.removeAccount('nobody'), /no account/)
    assert.equal(phone.accounts()[0]?.domain, 'sip.test')
    await ended(phone, time)
  })

  test('there is one default', async () => {
    const { phone, time } = await benchPhone()
    const one = phone.saveAccount({ ...alice, isDefault: true })
    const two = phone.saveAccount({ ...alice, username: 'bob', isDefault: true })
    assert.deepEqual(
      phone.accounts().map(({ id, isDefault }) => [id, isDefault]),
      [
        [one.id, false],
        [two.id, true],
      ],
    )
    await ended(phone, time)
  })

  test('come back from the file; what makes no sense in it keeps its default and is told', async () => {
    const bench = await benchPhone({
      prepare: ({ store }) => {
        store.storedAccounts = {
          accounts: [{ id: 'a1', username: 'alice', domain: 'sip.test', transport: 'pigeon' }, 7],
        }
      },
    })
    const [account] = bench.phone.accounts()
    assert.deepEqual([account?.username, account?.transport], ['alice', 'auto'])
    assert.match(bench.phone.info().notices.join(), /transport/)
    await ended(bench.phone, bench.time)
  })
})

describe('registration', () => {
  test('begins with the account, shows in the snapshot, and ends with the phone', async () => {
    const { phone, agent, time } = await benchPhone()
    const { id } = phone.saveAccount({
      ...alice,
      authorizationUser: 'al',
      proxy: '192.0.2.7:5070',
      reregisterSeconds: 180,
    })
    const [line] = agent.lines
    assert.deepEqual(line?.options.credentials, { username: 'al', password: 'secret' })
    assert.deepEqual(line?.options.route, ['sip:192.0.2.7:5070'])
    assert.equal(line?.options.registrar, 'sip:sip.test')
    await time.pass(0)
    assert.deepEqual(line.registers, [{ expiresSeconds: 180 }])
    const [shown] = phone.snapshot().accounts
    assert.deepEqual([shown?.id, shown?.registration.state], [id, 'registered'])
    await time.pass(141_000)
    assert.equal(line.registers.length, 2)
    await ended(phone, time)
    assert.deepEqual(line.registers.at(-1), { expiresSeconds: 0 })
    assert.equal(line.closed, true)
    assert.equal(time.pending, 0)
  })

  test('is taken back when the account changes, and the new one made', async () => {
    const { phone, agent, time } = await benchPhone()
    const { id } = phone.saveAccount(alice)
    await time.pass(0)
    phone.saveAccount({ id, domain: 'other.test' })
    await time.pass(0)
    assert.deepEqual(
      agent.lines.map((line) => line.registers.map(({ expiresSeconds }) => expiresSeconds)),
      [[1800, 0], [1800]],
    )
    assert.equal(agent.lines[1]?.options.registrar, 'sip:other.test')
    assert.equal(phone.snapshot().accounts[0]?.registration.state, 'registered')
    await ended(phone, time)
  })

  test('stays as it is when something else of the account changes', async () => {
    const { phone, agent, time } = await benchPhone()
    const { id } = phone.saveAccount(alice)
    await time.pass(0)
    const [line] = agent.lines
    for (const patch of [
      { forward: { always: '99', noAnswerSeconds: 20 } },
      { displayName: 'Alice', dialPrefix: '0', voicemail: '8', codecs: ['PCMA'], srtp: 'optional', dtmf: 'info' },
      { sessionTimer: { on: true, seconds: 600 } },
      { password: 'secret', isDefault: true },
    ]) {
      phone.saveAccount({ id, ...patch })
      await time.pass(0)
    }
    phone.saveAccount({ username: 'bob', domain: 'sip.test', isDefault: true })
    assert.equal(phone.snapshot().accounts[0]?.registration.state, 'registered')
    assert.deepEqual(line?.registers, [{ expiresSeconds: 1800 }])
    assert.deepEqual(line.options.from, { uri: 'sip:alice@sip.test', displayName: 'Alice' })
    assert.deepEqual(line.options.sessionTimer, { seconds: 600 })
    // What was changed is used.
    assert.match(agent.call({ line }).answers.join(), /^302 sip:099@sip\.test$/)
    await ended(phone, time)
  })

  test('is made anew on the same line with another password or another interval; kept when it is unwanted by hand', async () => {
    const { phone, agent, time } = await benchPhone()
    const { id } = phone.saveAccount(alice)
    await time.pass(0)
    const sent = () => agent.lines.map(({ registers }) => registers.map(({ expiresSeconds }) => expiresSeconds))
    phone.saveAccount({ id, password: 'other' })
    await time.pass(0)
    phone.saveAccount({ id, reregisterSeconds: 60 })
    await time.pass(0)
    assert.deepEqual(sent(), [[1800, 1800, 60]])
    assert.deepEqual(agent.lines[0]?.options.credentials, { username: 'alice', password: 'other' })
    await phone.unregisterAccount(id)
    phone.saveAccount({ id, displayName: 'Alice' })
    await time.pass(0)
    assert.deepEqual(sent(), [[1800, 1800, 60, 0]])
    await ended(phone, time)
    assert.equal(time.pending, 0)
  })

  test('that failed is tried again when the account is saved again', async () => {
    const { phone, agent, time } = await benchPhone()
    const { id } = phone.saveAccount(alice)
    const [line] = agent.lines
    assert.ok(line)
    const granted = line.answer
    line.answer = () => failedAnswer({ refused: 'rejected' })
    assert.equal((await phone.registerAccount(id)).state, 'failed')
    line.answer = granted
    phone.saveAccount({ ...alice, id })
    await time.pass(0)
    assert.equal(phone.snapshot().accounts[0]?.registration.state, 'registered')
    await ended(phone, time)
  })

  test('of another way is made before the old one is taken back, and calls come in by both', async () => {
    const { phone, agent, time } = await benchPhone()
    const { id } = phone.saveAccount(alice)
    await time.pass(0)
    const [old] = agent.lines
    assert.ok(old)
    const openLine = agent.openLine.bind(agent)
    let grant = () => {}
    agent.openLine = (options) => {
      const line = openLine(options)
      const granted = line.answer
      line.answer = (what) => new Promise<void>((resolve) => (grant = resolve)).then(() => granted(what))
      return line
    }
    phone.saveAccount({ id, transport: 'tcp' })
    await time.pass(1000)
    assert.deepEqual([old.registers.length, old.closed], [1, false])
    const meanwhile = agent.call({ line: old })
    await time.pass(0)
    assert.deepEqual(meanwhile.answers, ['180'])
    assert.equal(phone.snapshot().calls[0]?.accountId, id)
    grant()
    await time.pass(0)
    assert.deepEqual([old.registers.at(-1)?.expiresSeconds, old.closed], [0, true])
    assert.equal(phone.snapshot().accounts[0]?.registration.state, 'registered')
    meanwhile.cancel()
    // And with the phone both go, whatever the new way is worth.
    phone.saveAccount({ id, transport: 'tls' })
    await time.pass(1000)
    assert.equal(agent.lines[1]?.closed, false)
    const ending = phone.shutdown()
    await time.pass(10_000)
    await ending
    assert.equal(agent.lines[1]?.registers.at(-1)?.expiresSeconds, 0)
    assert.equal(time.pending, 0)
  })

  test('Never, a disabled account, and one that leads nowhere do not register', async () => {
    const { phone, agent, time } = await benchPhone()
    phone.saveAccount({ ...alice, register: 'never' })
    phone.saveAccount({ ...alice, enabled: false })
    phone.saveAccount({ username: 'alice' })
    await time.pass(0)
    assert.deepEqual(
      agent.lines.map((line) => line.registers.length),
      [0],
    )
    assert.deepEqual(
      new Set(phone.snapshot().accounts.map(({ registration }) => registration.state)),
      new Set(['unregistered']),
    )
    await ended(phone, time)
  })

  test('that fails keeps everything typed, and says at which step and what helps', async () => {
    const { phone, agent, time } = await benchPhone()
    const { id } = phone.saveAccount(alice)
    const [line] = agent.lines
    assert.ok(line)
    line.answer = () => failedAnswer({ refused: 'rejected' })
    const wrong = await phone.registerAccount(id)
    assert.deepEqual([wrong.state, wrong.code, wrong.step], ['failed', 401, 'register'])
    assert.match(wrong.remedy ?? '', /Password/)
    line.answer = () => failedAnswer({ status: 408, source: 'timeout' })
    assert.equal((await phone.registerAccount(id)).step, 'connect')
    assert.deepEqual([phone.accounts()[0]?.username, phone.accounts()[0]?.hasPassword], ['alice', true])
    // The server is back: nobody has to do anything.
    line.answer = () => ({ status: 200, reason: 'OK', source: 'peer', bindings: [], grantedSeconds: 60 })
    await time.pass(4100)
    assert.equal(phone.snapshot().accounts[0]?.registration.state, 'registered')
    await ended(phone, time)
  })

  test('a server that is gone is noticed, and registered at when it is back', async () => {
    const { phone, agent, time } = await benchPhone()
    phone.saveAccount(alice)
    await time.pass(0)
    const [line] = agent.lines
    assert.ok(line)
    const granted = line.answer
    const states = () => phone.snapshot().accounts.map(({ registration }) => registration.state)
    agent.optionsAnswer = { status: 503, reason: 'gone', source: 'unreachable' }
    line.answer = () => failedAnswer({ status: 503, source: 'unreachable' })
    await time.pass(30_000)
    assert.deepEqual(states(), ['failed'])
    await time.pass(60_000)
    agent.optionsAnswer = { status: 404, reason: 'Not Found', source: 'peer' }
    line.answer = granted
    await time.pass(5000)
    assert.deepEqual(states(), ['registered'])
    await ended(phone, time)
    assert.equal(time.pending, 0)
  })

  test('another global choice is used at once, by the accounts that leave it to that', async () => {
    const { phone, agent, time } = await benchPhone()
    phone.saveAccount(alice)
    phone.saveAccount({ ...alice, username: 'bob', register: 'always' })
    await time.pass(0)
    phone.setSettings({ defaults: { register: 'never' } })
    await time.pass(0)
    const states = phone.snapshot().accounts.map(({ registration }) => registration.state)
    assert.deepEqual(states, ['unregistered', 'registered'])
    assert.deepEqual(
      agent.lines.map(({ registers }) => registers.map(({ expiresSeconds }) => expiresSeconds)),
      [[1800, 0], [1800]],
    )
    await ended(phone, time)
  })

  test('is made anew at once when its connection breaks, but not again and again', async () => {
    const { phone, agent, time } = await benchPhone()
    phone.saveAccount({ ...alice, reregisterSeconds: 86_400 })
    await time.pass(0)
    const [line] = agent.lines
    assert.ok(line)
    const broken = async (ms: number) => {
      line.onFlowLost?.()
      await time.pass(ms)
      return line.registers.length
    }
    assert.equal(await broken(0), 2)
    assert.equal(await broken(1000), 2)
    assert.equal(await broken(50_000), 2)
    await time.pass(9000)
    assert.equal(line.registers.length, 3)
    await time.pass(120_000)
    assert.equal(line.registers.length, 3)
    assert.equal(await broken(0), 4)
    assert.equal(phone.snapshot().accounts[0]?.registration.state, 'registered')
    line.onFlowLost?.()
    await ended(phone, time)
    assert.equal(time.pending, 0)
  })

  test('is made anew at once when the computer wakes', async () => {
    const { phone, agent, time } = await benchPhone()
    phone.saveAccount({ ...alice, reregisterSeconds: 86_400 })
    await time.pass(20_000)
    assert.equal(agent.lines[0]?.registers.length, 1)
    await time.sleep(3_600_000)
    await time.pass(6000)
    assert.deepEqual([agent.lines[0]?.registers.length, agent.networkChanges], [2, 1])
    phone.networkChanged()
    assert.equal(agent.networkChanges, 2)
    await time.pass(0)
    assert.equal(agent.lines[0]?.registers.length, 3)
    await ended(phone, time)
  })

  test('is tried out step by step, and nothing is saved or bound', async () => {
    const { phone, agent, store, time, heard } = await benchPhone()
    const steps = async (answer?: RegisterAnswer) => {
      const trying = phone.testAccount({ ...alice, register: 'never' })
      if (answer) agent.lines.at(-1)!.answer = () => answer
      return (await trying).map(({ step, ok, remedy }) => [step, ok, remedy !== undefined])
    }
    assert.deepEqual(await steps(), [
      ['dns', true, false],
      ['connect', true, false],
      ['register', true, false],
    ])
    assert.deepEqual(
      heard.tested.map(({ id, step }) => [id, step.step, step.durationMs]),
      [
        [undefined, 'dns', 0],
        [undefined, 'connect', undefined],
        [undefined, 'register', 0],
      ],
    )
    assert.deepEqual((await steps(failedAnswer({}))).at(-1), ['register', false, true])
    assert.deepEqual((await steps(failedAnswer({ status: 408, source: 'timeout' }))).at(-1), ['connect', false, true])
    agent.routeFault = new UserAgentError('unresolvable', 'no such host')
    assert.deepEqual(await steps(), [['dns', false, true]])
    agent.routeFault = new UserAgentError('unreachable', 'nobody listens')
    assert.deepEqual(await steps(), [
      ['dns', true, false],
      ['connect', false, true],
    ])
    for (const code of ['certificate-untrusted', 'tls-failed'] as const) {
      agent.routeFault = new UserAgentError(code, 'no')
      assert.deepEqual(await steps(), [
        ['dns', true, false],
        ['connect', true, false],
        ['tls', false, true],
      ])
    }
    assert.deepEqual(
      agent.lines.flatMap(({ registers }) => registers).filter((each) => each.expiresSeconds !== undefined),
      [],
    )
    assert.deepEqual([phone.accounts(), store.savedAccounts], [[], []])
    await assert.rejects(phone.testAccount({ username: 'x' }), /Domain\/Realm/)
    await ended(phone, time)
  })

  test('with a password that cannot be read here says so', async () => {
    const { phone, store, time } = await benchPhone({
      prepare: ({ store }) => {
        store.storedAccounts = { accounts: [{ id: 'a1', username: 'alice', domain: 'sip.test' }] }
        store.passwords.set('a1', 'sealed')
        store.secrets.read = () => {
          throw new StoreError('secret-unavailable', 'The password is in the keychain')
        }
      },
    })
    assert.match(phone.info().notices.join(), /keychain/)
    assert.equal(phone.accounts()[0]?.hasPassword, true)
    await assert.rejects(phone.registerAccount('a1'), { code: 'secret-unavailable' })
    assert.equal(store.passwords.size, 1)
    await ended(phone, time)
  })

  test('the bindings are asked for', async () => {
    const { phone, agent, time } = await benchPhone()
    const { id } = phone.saveAccount(alice)
    await time.pass(0)
    const [line] = agent.lines
    assert.ok(line)
    const bindings = [{ uri: 'sip:a@h', expiresSeconds: 30 }]
    line.answer = () => ({ status: 200, reason: 'OK', source: 'peer', bindings })
    assert.deepEqual(await phone.accountBindings(id), bindings)
    assert.deepEqual(line.registers.at(-1), { expiresSeconds: undefined })
    line.answer = () => failedAnswer({})
    await assert.rejects(phone.accountBindings(id), (error: PhoneError) => error.data.sipCode === 401)
    await ended(phone, time)
  })

  test('a registrar that does not answer does not keep the phone', async () => {
    const { phone, agent, time } = await benchPhone()
    phone.saveAccount(alice)
    await time.pass(0)
    agent.lines[0]!.answer = () => new Promise(() => {})
    let over = false
    void phone.shutdown().then(() => (over = true))
    await time.pass(5000)
    assert.equal(over, true)
    assert.equal(time.pending, 0)
  })
})

describe('calls of an account', () => {
  test('numbers, names and addresses', async () => {
    const { phone, agent, time } = await benchPhone()
    phone.saveAccount({
      ...alice,
      displayName: 'Al',
      domain: '192.0.2.9',
      dialPrefix: '0',
      outboundProxy: '192.0.2.8:5080',
    })
    const dialled: [string, string, boolean][] = [
      ['1001', 'sip:01001@192.0.2.9', true],
      ['bob', 'sip:bob@192.0.2.9', true],
      ['1001@192.0.2.9', 'sip:1001@192.0.2.9', true],
      ['bob@example.org', 'sip:bob@example.org', true],
      ['1001@192.0.2.77:50600', 'sip:1001@192.0.2.77:50600', false],
      ['1001@192.0.2.9:50600', 'sip:1001@192.0.2.9:50600', false],
    ]
    for (const [typed, uri, through] of dialled) {
      const { callId } = phone.dial({ target: typed })
      await time.pass(0)
      const invite = agent.invites.at(-1)?.invite
      assert.deepEqual([invite?.uri, invite?.line !== undefined], [uri, through], typed)
      const from = through ? { uri: 'sip:alice@192.0.2.9', displayName: 'Al' } : { uri: 'sip:dialtone@192.0.2.1:5060' }
      assert.match(
        invite?.from.uri ?? '',
        through ? /^sip:alice@192\.0\.2\.9$/ : /^sip:dialtone@192\.0\.2\.1/,
        from.uri,
      )
      assert.equal(phone.snapshot().calls.find((call) => call.callId === callId)?.accountId !== undefined, through)
    }
    await ended(phone, time)
  })

  test('without Direct Dial IP everything goes through the proxy; without an account a number needs an address', async () => {
    const { phone, agent, time } = await benchPhone()
    assert.throws(() => phone.dial({ target: '1001' }), refused('target'))
    const { id } = phone.saveAccount({ ...alice, directDialIp: false })
    phone.dial({ target: '1001@192.0.2.77' })
    await time.pass(0)
    assert.ok(agent.invites.at(-1)?.invite.line)
    assert.throws(() => phone.dial({ target: '1001', accountId: 'nobody' }), /no account/)
    phone.saveAccount({ id, enabled: false })
    await time.pass(0)
    assert.throws(() => phone.dial({ target: '1001', accountId: id }), /not enabled/)
    await ended(phone, time)
  })

  test('offer the codecs of their account, and take no others', async () => {
    const { phone, agent, time } = await benchPhone()
    phone.saveAccount({ ...alice, codecs: ['PCMA'] })
    await time.pass(0)
    phone.dial({ target: 'bob' })
    await time.pass(0)
    assert.match(agent.invites[0]?.invite.sdp ?? '', /^m=audio \d+ RTP\/AVP 8 101/m)
    const other = agent.call({ line: agent.lines[0], offer: peerSdp({ formats: '0' }) })
    assert.match(other.answers.join(), /488/)
    await ended(phone, time)
  })

  test('come in for their account, and are no direct calls', async () => {
    const { phone, agent, store, time } = await benchPhone()
    const { id } = phone.saveAccount(alice)
    await time.pass(0)
    phone.setSettings({ calls: { acceptDirect: 'never' } })
    const stranger = agent.call()
    assert.match(stranger.answers.join(), /403/)
    const invite = agent.call({ line: agent.lines[0] })
    await time.pass(0)
    assert.deepEqual(invite.answers, ['180'])
    assert.equal(phone.snapshot().calls[0]?.accountId, id)
    invite.cancel()
    await time.pass(0)
    assert.equal(store.entries.at(-1)?.accountId, id)
    await ended(phone, time)
  })
})

test('the account of the command line is used, and never kept', async () => {
  const { phone, agent, store, time } = await benchPhone({
    account: { fields: { username: 'x', domain: 'd' }, password: 'p' },
  })
  await time.pass(0)
  assert.deepEqual(agent.lines[0]?.options.credentials, { username: 'x', password: 'p' })
  phone.dial({ target: '5' })
  await time.pass(0)
  assert.equal(agent.invites[0]?.invite.uri, 'sip:5@d')
  assert.throws(() => phone.saveAccount({ id: 'command-line' }), /command line/)
  assert.deepEqual([store.savedAccounts, store.passwords.size], [[], 0])
  await ended(phone, time)
})
