import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { describe, test, type TestContext } from 'node:test'
import type { AccountPatch } from '../../electron/phone/account.ts'
import type { PresenceEntry, Snapshot } from '../../electron/phone/shapes.ts'
import { missing } from '../support/needs.ts'
import { Kamailio, presenceMissing, type Switch } from '../support/peers/kamailio/kamailio.ts'
import { RpcPhone } from '../support/rpc-phone.ts'
import { type Scope, scopeOf } from '../support/scope.ts'
import { until } from '../support/until.ts'

/** Messages, presence, lamps and voicemail between whole phones, by way of a server that nobody here wrote. */

const passwords = { alice: 'secret', bob: 'secret', carol: 'secret' }
const withPassword: readonly Switch[] = ['WITH_PRESENCE', 'WITH_AUTH_REG', 'WITH_AUTH_INV']
const slow = 30_000

interface Somebody {
  readonly phone: RpcPhone
  readonly id: string
}

async function server(t: TestContext, switches: readonly Switch[] = withPassword) {
  const scope = scopeOf(t)
  return { scope, kamailio: await Kamailio.start(scope, { switches, users: passwords }) }
}

async function registered(
  scope: Scope,
  kamailio: Kamailio,
  username: keyof typeof passwords,
  more: Partial<AccountPatch> = {},
  args: readonly string[] = [],
): Promise<Somebody> {
  const phone = await RpcPhone.start(scope, ['--audio', 'null', ...args])
  const { id } = await phone.request('accounts.save', {
    account: { username, password: 'secret', domain: kamailio.domain, proxy: kamailio.proxy, ...more },
  })
  await phone.notification(
    'phone.snapshot',
    ({ accounts }) => accounts.find((account) => account.id === id)?.registration.state === 'registered',
    slow,
  )
  return { phone, id }
}

/** When a snapshot from now on says so of the only one that is watched. */
async function seen({ phone }: Somebody, suits: (entry: PresenceEntry) => boolean): Promise<PresenceEntry> {
  const { presence } = await phone.request('phone.snapshot', {})
  const [now] = presence
  if (now && suits(now)) return now
  const before = new Set(phone.all('phone.snapshot'))
  const snapshot = await phone.notification(
    'phone.snapshot',
    (content) => !before.has(content) && content.presence.some(suits),
    slow,
  )
  return snapshot.presence.find(suits)!
}

/** Statuses of the answers, as they passed the wire. */
async function answers({ phone }: Somebody, method: string, direction: 'in' | 'out' = 'in'): Promise<number[]> {
  const messages = (await phone.messages()).filter((message) => message.method === method && !message.retransmission)
  return messages.filter((message) => message.direction === direction).flatMap(({ code }) => code ?? [])
}

const needs = missing('kamailio') || presenceMissing()

describe('messages', { skip: missing('kamailio'), concurrency: 2 }, () => {
  test('from phone to phone through the server, and directly', async (t) => {
    const { scope, kamailio } = await server(t, ['WITH_AUTH_REG', 'WITH_AUTH_INV'])
    const alice = await registered(scope, kamailio, 'alice', { displayName: 'Alice' })
    const bob = await registered(scope, kamailio, 'bob')
    const said = '你好,\n wie geht’s? 😀'
    const sent = await alice.phone.request('message.send', { target: 'bob', text: said, accountId: alice.id })
    assert.deepEqual(sent, { code: 200, reason: 'OK', messageId: 1 })
    const received = await bob.phone.notification('message.received')
    assert.deepEqual([received.from, received.text, received.accountId], ['sip:alice@sip.test', said, bob.id])
    assert.equal(received.displayName, 'Alice')
    assert.match(received.at, /^\d{4}-\d\d-\d\dT.*Z$/)
    // Challenged once, answered once: the password went to the own server alone.
    assert.deepEqual(await answers(alice, 'MESSAGE'), [407, 200])

    const direct = await alice.phone.request('message.send', { target: await bob.phone.target(), text: 'directly' })
    assert.equal(direct.code, 200)
    const second = await bob.phone.notification('message.received', ({ text }) => text === 'directly')
    assert.equal(second.accountId, undefined)
    // What came from can be answered.
    await bob.phone.request('message.send', { target: second.from, text: 'back again' })
    await alice.phone.notification('message.received', ({ text }) => text === 'back again')

    const nobody = await alice.phone.request('message.send', { target: 'carol', text: 'x' })
    assert.equal(nobody.code, 480)
    for (const target of ['bob', await bob.phone.target()]) {
      await assert.rejects(alice.phone.request('message.send', { target, text: 'x'.repeat(1301) }), {
        code: 'too-long',
      })
    }
    const sizes = (await alice.phone.messages()).map(({ text }) => Buffer.byteLength(text))
    assert.ok(Math.max(...sizes) <= 1300, 'no datagram that is too long')
  })

  test('longer ones over TCP', async (t) => {
    const { scope, kamailio } = await server(t, ['WITH_AUTH_REG', 'WITH_AUTH_INV'])
    const alice = await registered(scope, kamailio, 'alice', { transport: 'tcp' })
    const bob = await registered(scope, kamailio, 'bob', { transport: 'tcp' })
    const text = 'lang '.repeat(2000)
    const sent = await alice.phone.request('message.send', { target: 'bob', text, accountId: alice.id })
    assert.equal(sent.code, 200)
    const received = await bob.phone.notification('message.received')
    assert.equal(received.text, text)
  })

  test('what is said is in no log, at any level', async (t) => {
    const { scope, kamailio } = await server(t, ['WITH_AUTH_REG', 'WITH_AUTH_INV'])
    const loud = ['--log', 'debug']
    const alice = await registered(scope, kamailio, 'alice', {}, loud)
    const bob = await registered(scope, kamailio, 'bob', {}, loud)
    const secret = 'xyzzy-between-us'
    await alice.phone.request('message.send', { target: 'bob', text: secret })
    await bob.phone.notification('message.received')
    await assert.rejects(alice.phone.request('message.send', { target: 'bob', text: `${secret}${'x'.repeat(1300)}` }))
    const nobody = { target: 'sip:bob@127.0.0.1:9', text: secret }
    await alice.phone.request('message.send', nobody).catch(() => {})
    for (const { phone } of [alice, bob]) {
      assert.match(phone.program.stderr, /registration/)
      assert.doesNotMatch(phone.program.stderr, /xyzzy/)
      // In the live trace it is visible.
      assert.ok((await phone.messages()).some(({ text }) => text.includes(secret)))
    }
  })
})

describe('presence', { skip: needs, concurrency: 2 }, () => {
  test('published by one phone, watched by another, and gone when it goes', async (t) => {
    const { scope, kamailio } = await server(t)
    const alice = await registered(scope, kamailio, 'alice')
    const bob = await registered(scope, kamailio, 'bob')
    await alice.phone.request('presence.watch', { target: 'bob', kind: 'presence', accountId: alice.id })
    const first = await seen(alice, ({ subscription }) => subscription === 'active')
    assert.deepEqual(
      [first.target, first.kind, first.uri, first.state],
      ['bob', 'presence', 'sip:bob@sip.test', 'offline'],
    )
    for (const status of ['online', 'away', 'busy', 'dnd', 'online'] as const) {
      await bob.phone.request('presence.publish', { accountId: bob.id, status })
      await seen(alice, ({ state }) => state === status)
    }
    await bob.phone.request('phone.shutdown', {})
    await seen(alice, ({ state }) => state === 'offline')
    await alice.phone.request('presence.unwatch', { target: 'bob' })
    assert.deepEqual((await alice.phone.request('phone.snapshot', {})).presence, [])
    // The last NOTIFY, which says that it is over.
    const over = async () => (await answers(alice, 'SUBSCRIBE')).length
    assert.ok((await over()) >= 2)
    await assert.rejects(alice.phone.request('presence.unwatch', { target: 'bob' }), { code: 'not-found' })
  })

  test('over TCP, where everything comes back on the connection that is there', async (t) => {
    const { scope, kamailio } = await server(t)
    const alice = await registered(scope, kamailio, 'alice', { transport: 'tcp' })
    await alice.phone.request('presence.watch', { target: 'alice', kind: 'presence', accountId: alice.id })
    await seen(alice, ({ subscription }) => subscription === 'active')
    await alice.phone.request('presence.publish', { accountId: alice.id, status: 'busy' })
    await seen(alice, ({ state }) => state === 'busy')
    await alice.phone.request('phone.shutdown', {}).catch(() => {})
    await alice.phone.program.exited
    assert.equal(alice.phone.program.exit?.code, 0)
  })

  test('the server wants it for longer', async (t) => {
    const { scope, kamailio } = await server(t, ['WITH_PRESENCE', 'MINEXP=5000', 'MAXEXP=7200'])
    const alice = await registered(scope, kamailio, 'alice')
    await alice.phone.request('presence.watch', { target: 'bob', kind: 'presence' })
    await seen(alice, ({ subscription }) => subscription === 'active')
    assert.deepEqual(await answers(alice, 'SUBSCRIBE'), [423, 200])
  })

  test('refreshed in its dialog before it expires, across registrations', async (t) => {
    const { scope, kamailio } = await server(t, ['WITH_PRESENCE', 'WITH_AUTH_REG', 'WITH_AUTH_INV', 'MAXEXP=12'])
    const alice = await registered(scope, kamailio, 'alice')
    await alice.phone.request('presence.watch', { target: 'bob', kind: 'presence' })
    await seen(alice, ({ subscription }) => subscription === 'active')
    await alice.phone.request('accounts.register', { id: alice.id })
    // Each refresh brings the state anew.
    await alice.phone.notification('phone.snapshot', ({ accounts }) => accounts[0]?.registration.state === 'registered')
    const refreshed = async () => {
      const sent = (await alice.phone.messages()).filter(({ method, code }) => method === 'SUBSCRIBE' && !code)
      return sent.map(({ text }) => /^To:.*;tag=/m.test(text)).lastIndexOf(true) >= 3
    }
    await until('the subscription is refreshed', refreshed, 40_000)
    assert.equal((await seen(alice, () => true)).subscription, 'active')
  })

  test('nobody to ask: the phone itself is no presence server', async (t) => {
    const scope = scopeOf(t)
    const alice = { phone: await RpcPhone.start(scope, ['--audio', 'null']), id: '' }
    const bob = { phone: await RpcPhone.start(scope, ['--audio', 'null']), id: '' }
    await alice.phone.request('presence.watch', { target: await bob.phone.target(), kind: 'presence' })
    const { code, state } = await seen(alice, ({ subscription }) => subscription === 'failed')
    assert.deepEqual([code, state], [489, 'unknown'])
    await alice.phone.request('phone.shutdown', {})
  })
})

test('lamps: a call lights them', { skip: needs }, async (t) => {
  const { scope, kamailio } = await server(t)
  const alice = await registered(scope, kamailio, 'alice')
  const bob = await registered(scope, kamailio, 'bob')
  const carol = await registered(scope, kamailio, 'carol')
  await carol.phone.request('presence.watch', { target: 'bob', kind: 'dialog', accountId: carol.id })
  await seen(carol, ({ subscription, state }) => subscription === 'active' && state === 'idle')
  const { callId } = await alice.phone.request('call.dial', { target: 'bob', accountId: alice.id })
  const ringing = await bob.phone.notification('call.state', ({ state }) => state === 'incoming', slow)
  await seen(carol, ({ state }) => state === 'ringing')
  await bob.phone.request('call.answer', { callId: ringing.callId })
  await seen(carol, ({ state }) => state === 'busy')
  await alice.phone.request('call.hangup', { callId })
  await seen(carol, ({ state }) => state === 'idle')

  // The next one is taken by whoever watches, while it rings at bob's.
  await alice.phone.request('call.dial', { target: 'bob', accountId: alice.id })
  const again = await bob.phone.notification(
    'call.state',
    (now) => now.state === 'incoming' && now.callId !== ringing.callId,
    slow,
  )
  assert.equal((await seen(carol, ({ state }) => state === 'ringing')).pickUp, 'replaces')
  const taken = await carol.phone.request('call.pickUp', { target: 'bob' })
  const inCall = ({ phone }: Somebody, id: string) =>
    phone.notification('call.state', (now) => now.callId === id && now.state === 'confirmed', slow)
  await inCall(carol, taken.callId)
  const lost = await bob.phone.notification('call.ended', (now) => now.callId === again.callId, slow)
  assert.equal(lost.cause, 'answered-elsewhere')
  // Whoever calls has the INVITE that was picked up for a moment longer, and then the talk alone.
  const alone = ({ calls: [talk, ...more] }: Snapshot) =>
    talk?.callId !== callId && talk?.state === 'confirmed' && more.length === 0
  await alice.phone.notification('phone.snapshot', alone, slow)
  await carol.phone.request('call.hangup', { callId: taken.callId })
  await seen(carol, ({ state }) => state === 'idle')
})

test('voicemail: asked for where the account has a number', { skip: needs }, async (t) => {
  const { scope, kamailio } = await server(t, ['WITH_PRESENCE', 'WITH_AUTH_REG'])
  const alice = await registered(scope, kamailio, 'alice', { voicemail: '*97' })
  const told = async (newCount: number, oldCount: number) => {
    await publishSummary(kamailio.port, newCount, oldCount)
    const { voicemail } = await alice.phone.notification(
      'phone.snapshot',
      (content) => content.voicemail.some((box) => box.newCount === newCount && box.oldCount === oldCount),
      slow,
    )
    assert.deepEqual(voicemail, [{ accountId: alice.id, newCount, oldCount }])
  }
  await told(2, 8)
  await told(3, 8)
})

/** What a voicemail server says to a presence server. */
function publishSummary(port: number, newCount: number, oldCount: number): Promise<void> {
  const body = `Messages-Waiting: yes\r\nMessage-Account: sip:alice@sip.test\r\nVoice-Message: ${newCount}/${oldCount} (0/0)\r\n`
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', reject)
    socket.once('message', (answer) => {
      socket.close()
      if (answer.toString().startsWith('SIP/2.0 200 ')) resolve()
      else reject(new Error(answer.toString()))
    })
    socket.bind(0, '127.0.0.1', () => {
      const own = `127.0.0.1:${socket.address().port}`
      const lines = [
        'PUBLISH sip:alice@sip.test SIP/2.0',
        `Via: SIP/2.0/UDP ${own};branch=z9hG4bKpublish${newCount};rport`,
        'From: <sip:voicemail@sip.test>;tag=1',
        'To: <sip:alice@sip.test>',
        `Call-ID: publish-${newCount}-${own}`,
        'CSeq: 1 PUBLISH',
        'Max-Forwards: 70',
        'Event: message-summary',
        'Expires: 600',
        'Content-Type: application/simple-message-summary',
        `Content-Length: ${body.length}`,
        '',
        body,
      ]
      socket.send(lines.join('\r\n'), port, '127.0.0.1')
    })
  })
}
