import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AccountRegistration } from '../../electron/phone/account-registration.ts'
import { accepting, accountBench, requests, us } from '../support/account-bench.ts'
import { sdp } from '../support/fake-phone.ts'
import { headerOf } from '../support/raw-peer.ts'
import { testLog } from '../support/silent-log.ts'

/** What a registrar knows of this very phone: its flow (RFC 5626) and a URI of its own (RFC 5627). */

const gruu = 'sip:alice@10.0.0.2;gr=urn:uuid:00000000-0000-4000-8000-000000000001'
const from = { uri: 'sip:alice@10.0.0.2' }
const contactOf = (text: string) => headerOf(text, 'Contact') ?? ''

/** Registered at a server that says so much in its 200; `call` is what becomes of an INVITE through the account. */
async function registered(more: (contact: string) => readonly string[]) {
  const bench = await accountBench()
  const { time, phone, ua, line, server } = bench
  server.onText = (text) => {
    if (text.startsWith('REGISTER')) server.send(server.answer(text, 200, 'r', more(contactOf(text))), us)
    else if (text.startsWith('INVITE')) server.send(accepting(server, text, 'p'), us)
    else if (text.startsWith('BYE')) server.send(server.answer(text, 200, ''), us)
  }
  const register = async (expiresSeconds: number) => {
    const registering = line.register({ expiresSeconds })
    await time.pass(1000)
    return registering
  }
  const invite = async () => {
    ua.invite({ uri: 'sip:bob@10.0.0.2', line, from, sdp: sdp('o') }, phone.outgoing())
    await time.pass(1000)
    return requests(server, 'INVITE').at(-1) ?? ''
  }
  const answer = await register(600)
  return { ...bench, register, invite, answer }
}

test('a flow is asked for; where the registrar keeps to it, dialogs keep to it as well', async () => {
  const keeping = await registered(() => ['Require: outbound', 'Flow-Timer: 120'])
  assert.equal(keeping.answer.flowTimerSeconds, 120)
  const [register = ''] = requests(keeping.server, 'REGISTER')
  assert.equal(headerOf(register, 'Supported'), 'path, outbound, gruu')
  assert.match(contactOf(register), /;\+sip\.instance="<urn:uuid:[^"]+>";reg-id=1$/)
  assert.equal(contactOf(await keeping.invite()), '<sip:alice@10.0.0.1:5060;ob>')
  await keeping.register(0)
  assert.equal(contactOf(await keeping.invite()), '<sip:alice@10.0.0.1:5060>')
  const other = await registered(() => [])
  assert.equal(contactOf(await other.invite()), '<sip:alice@10.0.0.1:5060>')
})

test('a proxy on the way knows no flows: 439, and the binding does without, from then on', async () => {
  const { time, line, server } = await accountBench()
  server.onText = (text) => server.send(server.answer(text, /reg-id/.test(contactOf(text)) ? 439 : 200, 'r'), us)
  for (let round = 0; round < 2; round++) {
    const registering = line.register({ expiresSeconds: 60 })
    await time.pass(1000)
    assert.equal((await registering).status, 200)
  }
  const asked = requests(server, 'REGISTER').map((text) => [
    headerOf(text, 'Supported'),
    /reg-id/.test(contactOf(text)),
  ])
  assert.deepEqual(asked, [
    ['path, outbound, gruu', true],
    ['path, gruu', false],
    ['path, gruu', false],
  ])
  server.onText = (text) => server.send(server.answer(text, 439, 'r'), us)
  const refused = line.register({ expiresSeconds: 60 })
  await time.pass(1000)
  assert.equal((await refused).status, 439)
})

test('a GRUU is the Contact of what the account says in calls, of ours and theirs, and ours alone stands in Via', async () => {
  const { time, phone, server, line, ua, invite, register } = await registered((contact) => [
    `Contact: <sip:alice@10.9.9.9>;expires=600;pub-gruu="sip:other@x;gr=1"`,
    `Contact: ${contact};expires=600;pub-gruu="${gruu}";temp-gruu="sip:tgruu.7@10.0.0.2;gr"`,
  ])
  assert.equal(contactOf(await invite()), `<${gruu}>`)
  const held = phone.dialogs[0]?.reinvite(sdp('hold'))
  await time.pass(1000)
  assert.equal((await held)?.status, 200)
  const again = requests(server, 'INVITE').at(-1) ?? ''
  assert.deepEqual([contactOf(again), /s=hold/.test(again)], [`<${gruu}>`, true])
  assert.match(headerOf(again, 'Via') ?? '', /^SIP\/2\.0\/UDP 10\.0\.0\.1:5060;/)
  await phone.dialogs[0]?.relocate()
  void phone.dialogs[0]?.bye()
  await time.pass(1000)
  assert.match(headerOf(requests(server, 'BYE')[0] ?? '', 'Via') ?? '', /^SIP\/2\.0\/UDP 10\.0\.0\.1:5060;/)

  phone.react = (incoming) => void phone.accept(incoming)
  const bound = /<([^>]+)>/.exec(contactOf(requests(server, 'REGISTER')[0] ?? ''))?.[1] ?? ''
  server.send(server.request('INVITE', bound, ['Call-ID: theirs']), us)
  await time.pass(1000)
  const taken = server.heard.filter((text) => text.startsWith('SIP/2.0 200') && headerOf(text, 'Call-ID') === 'theirs')
  assert.equal(contactOf(taken[0] ?? ''), `<${gruu}>`)

  const watching = ua.subscribe(
    { uri: 'sip:bob@10.0.0.2', line, from, event: 'presence', accept: ['application/pidf+xml'] },
    { onNotify: () => {} },
  )
  void watching.send(60)
  await time.pass(10)
  assert.equal(contactOf(requests(server, 'SUBSCRIBE')[0] ?? ''), `<${gruu}>`)
  await register(0)
  assert.equal(contactOf(await invite()), '<sip:alice@10.0.0.1:5060>')
})

test('what is no GRUU is none', async () => {
  const wrong = ['http://x;gr', 'sip:alice@10.0.0.2', 'sip:a@x;gr=1>', 'sip:a b@x;gr', `sip:a@x;gr=${'x'.repeat(600)}`]
  for (const value of wrong) {
    const { invite } = await registered((contact) => [`Contact: ${contact};expires=600;pub-gruu="${value}"`])
    assert.equal(contactOf(await invite()), '<sip:alice@10.0.0.1:5060>', value)
  }
})

test('a server that gives silent connections up is asked before that, but not as often as anybody likes', async () => {
  for (const [flowTimer, everySeconds] of [
    [120, 108],
    [1, 9],
  ] as const) {
    const { time, ua, line, server } = await accountBench()
    server.onText = (text) => {
      const lines = text.startsWith('REGISTER') ? [`Flow-Timer: ${flowTimer}`, 'Expires: 3600'] : []
      server.send(server.answer(text, 200, 'r', lines), us)
    }
    const environment = { userAgent: ua, line, registrar: 'sip:10.0.0.2', clock: time, log: testLog() }
    const registration = new AccountRegistration({ ...environment, keepAliveSeconds: () => 0, onChanged: () => {} })
    void registration.register(3600)
    await time.pass(1_080_000)
    const asked = requests(server, 'OPTIONS').length
    assert.ok(Math.abs(asked - 1080 / everySeconds) <= 1, `${asked} times`)
    registration.close()
  }
})
