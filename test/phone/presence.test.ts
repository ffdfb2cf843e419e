import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writePidf } from '../../electron/phone/pidf.ts'
import type { FakeSubscription } from '../support/fake-events.ts'
import { benchPhone, type Bench } from '../support/phone-bench.ts'

/** Who is there and who talks, what is published of us, and the voicemail's lamp: the phone among fakes. */

const account = { username: 'alice', password: 'secret', domain: 'sip.test' }
const pidfType = 'application/pidf+xml'
const active = (expiresSeconds = 3600) => ({ state: 'active', expiresSeconds }) as const

const last = ({ agent }: Bench): FakeSubscription => agent.subscriptions.at(-1)!
const entries = ({ phone }: Bench) => phone.snapshot().presence
const seen = (bench: Bench) => entries(bench).map(({ state, subscription }) => `${state} ${subscription}`)

const info = (version: number, state: string, direction = 'recipient', kind = 'full') =>
  `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="${kind}" entity="sip:b@x"><dialog id="1" direction="${direction}"><state>${state}</state></dialog></dialog-info>`

/** Watching somebody, answered, and told nothing yet. */
async function watching(kind: 'presence' | 'dialog' = 'presence', target = 'bob@192.0.2.2'): Promise<Bench> {
  const bench = await benchPhone()
  bench.phone.presence.watch({ target, kind })
  await bench.time.advance(0)
  return bench
}

test('presence: subscribed, seen, changed', async () => {
  const bench = await watching()
  assert.deepEqual(last(bench).what, {
    uri: 'sip:bob@192.0.2.2',
    from: { uri: 'sip:dialtone@localhost' },
    event: 'presence',
    accept: [pidfType],
  })
  assert.deepEqual(last(bench).sent, [3600])
  assert.deepEqual(seen(bench), ['unknown subscribing'])
  last(bench).notify({ subscription: { state: 'pending' } })
  assert.deepEqual(seen(bench), ['unknown pending'])
  last(bench).notify({ subscription: active() })
  assert.deepEqual(seen(bench), ['offline active'])
  for (const status of ['online', 'away', 'busy', 'dnd', 'offline'] as const) {
    last(bench).notify({ subscription: active(), contentType: pidfType, body: writePidf('sip:bob@x', status) })
    assert.deepEqual(seen(bench), [`${status} active`])
  }
  last(bench).notify({ subscription: active(), contentType: pidfType, body: '<!DOCTYPE x><presence/>' })
  assert.deepEqual(seen(bench), ['offline active'])
  await bench.time.advance(100)
  assert.deepEqual(bench.heard.snapshots.at(-1)?.snapshot.presence, entries(bench))
  assert.deepEqual(entries(bench)[0], {
    target: 'bob@192.0.2.2',
    kind: 'presence',
    uri: 'sip:bob@192.0.2.2',
    state: 'offline',
    subscription: 'active',
  })
})

test('lamps: idle, ringing, busy; a gap, and all of it is asked for anew', async () => {
  const bench = await watching('dialog')
  const notify = (body: string) => last(bench).notify({ subscription: active(), body })
  notify('')
  assert.deepEqual(seen(bench), ['idle active'])
  notify(info(0, 'early'))
  assert.deepEqual(seen(bench), ['ringing active'])
  notify(info(1, 'confirmed', 'recipient', 'partial'))
  assert.deepEqual(seen(bench), ['busy active'])
  assert.deepEqual(last(bench).sent, [3600])
  await bench.time.advance(60_000)
  notify(info(3, 'terminated', 'recipient', 'partial'))
  assert.deepEqual(last(bench).sent, [3600, 3600])
  assert.deepEqual(seen(bench), ['busy active'])
  notify(info(4, 'terminated'))
  assert.deepEqual(seen(bench), ['idle active'])
})

test('unwatched: taken back with all its kinds; a refused one says why', async () => {
  const bench = await watching()
  const { phone, agent, time } = bench
  last(bench).notify({ subscription: active() })
  agent.subscribeAnswer = () => ({ status: 489, reason: 'Bad Event', source: 'peer' })
  phone.presence.watch({ target: 'bob@192.0.2.2', kind: 'dialog' })
  await time.advance(0)
  assert.deepEqual(seen(bench), ['offline active', 'unknown failed'])
  assert.deepEqual([entries(bench)[1]?.code, entries(bench)[1]?.reason], [489, 'Bad Event'])
  agent.subscribeAnswer = () => ({ status: 200, reason: 'OK', source: 'peer' })
  phone.presence.unwatch('sip:bob@192.0.2.2')
  assert.deepEqual(entries(bench), [])
  await time.advance(0)
  const inputs = bench.trace
    .lastInputs()
    .map(({ machine, of, kind, ...more }) => [machine, of, kind, { ...more, atMs: 0 }])
  assert.deepEqual(
    inputs.filter(([machine, of]) => machine === 'subscription' && String(of).startsWith('presence ')),
    [
      ['start', { seconds: 3600 }],
      ['answer', { status: 200, grantedSeconds: 3600 }],
      ['notify', { state: 'active', expiresSeconds: 3600 }],
      ['stop', {}],
      ['answer', { status: 200 }],
    ].map(([kind, more]) => ['subscription', 'presence sip:bob@192.0.2.2', kind, { ...Object(more), atMs: 0 }]),
  )
  assert.deepEqual(agent.subscriptions[0]?.sent, [3600, 0])
  agent.subscriptions[0]?.notify({ subscription: { state: 'terminated', reason: 'timeout' } })
  assert.deepEqual(
    agent.subscriptions.map(({ closed }) => closed),
    [true, true],
  )
  assert.throws(() => phone.presence.unwatch('bob@192.0.2.2'), { code: 'not-found' })
  assert.throws(() => phone.presence.watch({ target: '', kind: 'presence' }), { code: 'invalid-params' })
  assert.throws(() => phone.presence.watch({ target: '1', kind: 'presence', accountId: 'x' }), { code: 'not-found' })
})

test('watched twice is watched once; there is an end to it', async () => {
  const { phone, agent } = await watching()
  phone.presence.watch({ target: 'bob@192.0.2.2', kind: 'presence' })
  assert.equal(agent.subscriptions.length, 1)
  for (let n = 1; n < 200; n++) phone.presence.watch({ target: `${n}@192.0.2.2`, kind: 'dialog' })
  assert.throws(() => phone.presence.watch({ target: 'x@192.0.2.2', kind: 'dialog' }), { code: 'bad-state' })
})

test('the watch outlives registrations, and follows its account', async () => {
  const bench = await benchPhone()
  const { phone, agent, time } = bench
  const { id } = phone.saveAccount(account)
  await time.advance(0)
  phone.presence.watch({ target: 'bob', kind: 'presence', accountId: id })
  await time.advance(0)
  const [first] = agent.subscriptions
  assert.equal(first?.what.line, agent.lines[0])
  assert.deepEqual(first?.what.from, { uri: 'sip:alice@sip.test' })
  first?.notify({ subscription: active(), body: writePidf('sip:bob@x', 'online') })
  // The same registration again is no news.
  await phone.registerAccount(id)
  assert.deepEqual(first?.sent, [3600])
  // At another address its NOTIFYs would go astray.
  agent.lines[0]!.answer = () => ({
    status: 200,
    reason: 'OK',
    source: 'peer',
    bindings: [],
    contact: 'sip:me@192.0.2.99',
    grantedSeconds: 600,
  })
  await phone.registerAccount(id)
  assert.deepEqual(first?.sent, [3600, 3600])
  assert.deepEqual(seen(bench), ['online active'])
  // Changed: the old one is taken back, and the new one asks anew.
  phone.saveAccount({ ...account, id, transport: 'tcp' })
  await time.advance(0)
  assert.deepEqual(first?.sent, [3600, 3600, 0])
  assert.equal(agent.subscriptions.length, 2)
  assert.equal(last(bench).what.line, agent.lines[1])
  assert.deepEqual(last(bench).sent, [3600])
  // Switched off: it is kept, and comes back.
  phone.saveAccount({ ...account, id, enabled: false })
  await time.advance(0)
  assert.deepEqual(
    entries(bench).map(({ target, state, subscription }) => [target, state, subscription]),
    [['bob', 'unknown', 'failed']],
  )
  phone.saveAccount({ ...account, id, enabled: true })
  await time.advance(0)
  assert.equal(last(bench).what.line, agent.lines.at(-1))
  assert.deepEqual(seen(bench), ['unknown subscribing'])
})

test('after a sleep everything is asked for anew, and told anew', async () => {
  const bench = await watching()
  const { phone, agent, time } = bench
  last(bench).notify({ subscription: active(), body: writePidf('sip:bob@x', 'online') })
  const { id } = phone.saveAccount({ ...account, voicemail: '*97' })
  await time.advance(0)
  last(bench).notify({ subscription: active(), body: summary(1, 0) })
  await phone.presence.publish(id, 'online')
  const published = bench.trace.lastInputs().filter(({ machine }) => machine === 'publication')
  assert.deepEqual(
    published.map(({ kind }) => kind),
    ['set', 'answer'],
  )
  await time.advance(60_000)
  phone.networkChanged()
  await time.advance(0)
  assert.deepEqual(
    agent.subscriptions.map(({ sent }) => sent),
    [
      [3600, 3600],
      [3600, 3600],
    ],
  )
  assert.deepEqual(
    agent.publishes.map(({ entityTag }) => entityTag),
    [undefined, 'tag-1'],
  )
  assert.deepEqual(seen(bench), ['online active'])
})

test('published, refreshed without a body, changed with its tag, forgotten by the server, taken back', async () => {
  const bench = await benchPhone()
  const { phone, agent, time } = bench
  const { id } = phone.saveAccount(account)
  await time.advance(0)
  const sent = () =>
    agent.publishes
      .splice(0)
      .map(({ expiresSeconds, entityTag = '-', body }) => `${expiresSeconds} ${entityTag} ${body ? 'body' : '-'}`)
  let tag = 0
  agent.publishAnswer = ({ expiresSeconds }) => ({
    status: 200,
    reason: 'OK',
    source: 'peer',
    grantedSeconds: Math.min(expiresSeconds, 600),
    entityTag: `e${++tag}`,
  })
  await phone.presence.publish(id, 'away')
  assert.deepEqual(phone.snapshot().published, [{ accountId: id, status: 'away' }])
  assert.match(agent.publishes[0]?.body?.text ?? '', /entity="sip:alice@sip\.test".*<rpid:away\/>/s)
  assert.deepEqual(sent(), ['3600 - body'])
  await time.advance(560_000)
  assert.deepEqual(sent(), ['3600 e1 -'])
  await phone.presence.publish(id, 'dnd')
  assert.deepEqual(sent(), ['3600 e2 body'])
  const normal = agent.publishAnswer
  agent.publishAnswer = ({ entityTag }) =>
    entityTag === undefined
      ? { status: 200, reason: 'OK', source: 'peer', grantedSeconds: 600, entityTag: 'n' }
      : { status: 412, reason: 'Conditional Request Failed', source: 'peer' }
  await time.advance(560_000)
  assert.deepEqual(sent(), ['3600 e3 -', '3600 - body'])
  agent.publishAnswer = normal
  await phone.presence.publish(id, 'offline')
  assert.equal(phone.snapshot().published, undefined)
  assert.deepEqual(sent(), ['0 n -'])
  await phone.presence.publish(id, 'online')
  await phone.shutdown()
  assert.deepEqual(
    sent().map((line) => line.split(' ')[0]),
    ['3600', '0'],
  )
})

test('what the server says to it; one at a time', async () => {
  const bench = await benchPhone()
  const { phone, agent, time } = bench
  const { id } = phone.saveAccount(account)
  await time.advance(0)
  agent.publishAnswer = ({ expiresSeconds }) =>
    expiresSeconds < 7200
      ? { status: 423, reason: 'Interval Too Brief', source: 'peer', minExpiresSeconds: 7200 }
      : { status: 200, reason: 'OK', source: 'peer', grantedSeconds: 7200, entityTag: 'a' }
  await phone.presence.publish(id, 'online')
  assert.equal(agent.publishes.length, 2)
  agent.publishAnswer = () => ({ status: 405, reason: 'Method Not Allowed', source: 'peer' })
  await assert.rejects(phone.presence.publish(id, 'away'), {
    code: 'rejected',
    data: { sipCode: 405, reason: 'Method Not Allowed' },
  })
  assert.equal(phone.snapshot().published, undefined)
  const before = agent.publishes.length
  await time.advance(10_000_000)
  assert.equal(agent.publishes.length, before)
  agent.publishAnswer = () => ({ status: 408, reason: 'Request Timeout', source: 'timeout' })
  await assert.rejects(phone.presence.publish(id, 'away'), { code: 'timeout' })
  let answer: (entityTag: string) => void = () => {}
  agent.publishAnswer = () =>
    new Promise((resolve) => {
      answer = (entityTag) => resolve({ status: 200, reason: 'OK', source: 'peer', grantedSeconds: 600, entityTag })
    })
  agent.publishes.length = 0
  // It is tried again by itself; what is set meanwhile comes after it, the last one only.
  await time.advance(20_000)
  assert.equal(agent.publishes.length, 1)
  const both = [phone.presence.publish(id, 'busy'), phone.presence.publish(id, 'dnd')]
  assert.equal(agent.publishes.length, 1)
  answer('one')
  await time.advance(0)
  assert.equal(agent.publishes.length, 2)
  assert.match(agent.publishes[1]?.body?.text ?? '', /Do not disturb/)
  assert.equal(agent.publishes[1]?.entityTag, 'one')
  answer('two')
  await Promise.all(both)
  await assert.rejects(phone.presence.publish('none', 'away'), { code: 'not-found' })
  phone.saveAccount({ id, enabled: false })
  await time.advance(0)
  await assert.rejects(phone.presence.publish(id, 'away'), { code: 'bad-state' })
})

test('the exit waits for nobody who does not answer', async () => {
  const bench = await watching()
  const { phone, agent, time } = bench
  last(bench).notify({ subscription: active() })
  agent.subscribeAnswer = () => new Promise(() => {})
  const ending = phone.shutdown()
  await time.advance(2000)
  await ending
  assert.deepEqual(last(bench).sent, [3600, 0])
  assert.equal(time.pending, 0)
})

const summary = (newCount: number, oldCount: number) =>
  `Messages-Waiting: ${newCount > 0 ? 'yes' : 'no'}\r\nVoice-Message: ${newCount}/${oldCount} (0/0)\r\n`

test('voicemail: asked for where there is a number, told without asking by the own server', async () => {
  const bench = await benchPhone()
  const { phone, agent, time } = bench
  const { id } = phone.saveAccount({ ...account, voicemail: '*97' })
  const { id: other } = phone.saveAccount({ ...account, username: 'carol' })
  await time.advance(0)
  assert.equal(agent.subscriptions.length, 1)
  const { what } = last(bench)
  assert.deepEqual(
    [what.uri, what.event, what.accept, what.line === agent.lines[0]],
    ['sip:alice@sip.test', 'message-summary', ['application/simple-message-summary'], true],
  )
  assert.deepEqual(phone.snapshot().voicemail, [])
  last(bench).notify({ subscription: active(), body: summary(2, 8) })
  assert.deepEqual(phone.snapshot().voicemail, [{ accountId: id, newCount: 2, oldCount: 8 }])
  const notify = (body: string) => ({ event: 'message-summary', subscription: active(), contentType: '', body })
  agent.delegate?.onUnsolicited?.(agent.lines[1]!, notify(summary(0, 1)))
  agent.delegate?.onUnsolicited?.(agent.lines[1]!, notify('nonsense'))
  assert.deepEqual(phone.snapshot().voicemail[1], { accountId: other, newCount: 0, oldCount: 1 })
  // Another number is another setting, no number no subscription.
  const subscription = last(bench)
  phone.saveAccount({ id, voicemail: '' })
  await time.advance(0)
  assert.deepEqual(subscription.sent, [3600, 0])
  assert.equal(agent.subscriptions.length, 1)
  phone.removeAccount(other)
  await time.advance(0)
  assert.deepEqual(
    phone.snapshot().voicemail.map(({ accountId }) => accountId),
    [id],
  )
})

test('voicemail: not before the account is registered', async () => {
  const bench = await benchPhone()
  const { phone, agent, time } = bench
  let grant = () => {}
  const openLine = agent.openLine.bind(agent)
  agent.openLine = (options) => {
    const line = openLine(options)
    const granted = line.answer
    line.answer = (register) => new Promise((resolve) => (grant = () => resolve(granted(register))))
    return line
  }
  phone.saveAccount({ ...account, voicemail: '*97' })
  await time.advance(0)
  assert.equal(agent.subscriptions.length, 0)
  grant()
  await time.advance(0)
  assert.equal(agent.subscriptions.length, 1)
})
