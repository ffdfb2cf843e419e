import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressKey } from '../../electron/phone/address-key.ts'
import { MessageRate } from '../../electron/phone/message-rate.ts'
import { UserAgentError, type IncomingMessage } from '../../electron/phone/ports.ts'
import { benchPhone } from '../support/phone-bench.ts'
import { VirtualTime } from '../support/virtual-time.ts'

/** Text messages of the phone, without a network. */

const account = { username: 'alice', password: 'pass', domain: 'sip.test', displayName: 'Alice' }

const incoming = (more: Partial<IncomingMessage> = {}): IncomingMessage => ({
  sipCallId: 'm',
  from: { uri: 'sip:bob@192.0.2.2', displayName: 'Bob' },
  to: { uri: 'sip:me@192.0.2.1' },
  source: { address: '192.0.2.2', port: 5060 },
  localAddress: '192.0.2.1',
  line: undefined,
  text: 'Hello',
  ...more,
})

test('goes out through the account that is meant, or directly', async () => {
  const { phone, agent } = await benchPhone({ identity: { username: 'me', displayName: 'Me' } })
  assert.deepEqual(await phone.messages.send({ target: 'bob@192.0.2.2', text: 'Hi' }), {
    code: 200,
    reason: 'OK',
    messageId: 1,
  })
  const { id } = phone.saveAccount(account)
  await phone.messages.send({ target: '1001', text: 'Hi' })
  await phone.messages.send({ target: 'bob@example.org', text: 'Hi', accountId: id })
  assert.deepEqual(
    agent.messages.map(({ uri, from, line }) => [uri, from.uri, line === agent.lines[0]]),
    [
      ['sip:bob@192.0.2.2', 'sip:me@localhost', false],
      ['sip:1001@sip.test', 'sip:alice@sip.test', true],
      ['sip:bob@example.org', 'sip:alice@sip.test', true],
    ],
  )
})

test('what is finally answered is the result; no answer at all is an error', async () => {
  const { phone, agent } = await benchPhone()
  const send = () => phone.messages.send({ target: 'bob@192.0.2.2', text: 'Hi' })
  agent.messageAnswer = () => ({ status: 202, reason: 'Accepted', source: 'peer' })
  assert.deepEqual(await send(), { code: 202, reason: 'Accepted', messageId: 1 })
  agent.messageAnswer = () => ({ status: 404, reason: 'Not Found', source: 'peer' })
  assert.deepEqual(await send(), { code: 404, reason: 'Not Found', messageId: 2 })
  agent.messageAnswer = () => ({ status: 408, reason: 'Request Timeout', source: 'timeout' })
  await assert.rejects(send(), { name: 'PhoneError', code: 'timeout' })
  agent.messageAnswer = () => ({ status: 503, reason: 'refused', source: 'unreachable' })
  await assert.rejects(send(), { code: 'unreachable' })
  agent.messageAnswer = () => Promise.reject(new UserAgentError('too-long', 'The message is 7 bytes too long'))
  await assert.rejects(send(), { name: 'PhoneError', code: 'too-long' })
  await assert.rejects(phone.messages.send({ target: '', text: 'x' }), { code: 'invalid-params' })
  await assert.rejects(phone.messages.send({ target: 'bob@192.0.2.2', text: '' }), { code: 'invalid-params' })
  await assert.rejects(phone.messages.send({ target: '1', text: 'x', accountId: 'none' }), { code: 'not-found' })
})

test('a bounded number is on its way', async () => {
  const { phone, agent } = await benchPhone()
  agent.messageAnswer = () => new Promise(() => {})
  for (let count = 0; count < 500; count++) void phone.messages.send({ target: 'bob@192.0.2.2', text: 'x' })
  await assert.rejects(phone.messages.send({ target: 'bob@192.0.2.2', text: 'x' }), { code: 'bad-state' })
})

test('to one address one after the other, whatever becomes of each; to others at the same time', async () => {
  const { phone, agent, time } = await benchPhone()
  const answers: ((status: number) => void)[] = []
  agent.messageAnswer = () =>
    new Promise((resolve, reject) => {
      answers.push((status) => {
        if (status === 0) reject(new UserAgentError('too-long', 'x'))
        else resolve({ status, reason: 'x', source: 'peer' })
      })
    })
  const sent = ['one', 'two', 'three'].map((text) => phone.messages.send({ target: 'bob@192.0.2.2', text }))
  const outcomes = Promise.allSettled(sent)
  const other = phone.messages.send({ target: 'carol@192.0.2.2', text: 'four' })
  await time.advance(0)
  const texts = () => agent.messages.map(({ text }) => text)
  assert.deepEqual(texts(), ['one', 'four'])
  answers[0]?.(0)
  await time.advance(0)
  assert.deepEqual(texts(), ['one', 'four', 'two'])
  answers[2]?.(486)
  await time.advance(0)
  answers[3]?.(200)
  answers[1]?.(200)
  await other
  assert.deepEqual(
    (await outcomes).map(({ status }) => status),
    ['rejected', 'fulfilled', 'fulfilled'],
  )
})

test('what comes in is announced, with the account it was for', async () => {
  const lines: unknown[] = []
  const note = (...line: unknown[]) => void lines.push(line)
  const log = { debug: note, info: note, warn: note, error: note }
  const { phone, agent, heard } = await benchPhone({ log })
  const { id } = phone.saveAccount(account)
  assert.deepEqual(agent.delegate?.onMessage?.(incoming({ text: 'the secret plan' })), { status: 200 })
  agent.delegate?.onMessage?.(incoming({ from: { uri: 'sip:bob@sip.test' }, line: agent.lines[0]! }))
  const [first, second] = heard.messages
  assert.deepEqual(first, {
    from: 'sip:bob@192.0.2.2',
    displayName: 'Bob',
    to: 'sip:me@192.0.2.1',
    text: 'the secret plan',
    at: '2026-01-01T00:00:01.000Z',
  })
  assert.equal(second?.accountId, id)
  // A call that goes on does not hear of it, and neither does the log (SPEC 9).
  await phone.messages.send({ target: 'bob@192.0.2.2', text: 'another secret' })
  agent.messageAnswer = () => Promise.reject(new Error('injected'))
  await assert.rejects(phone.messages.send({ target: 'bob@192.0.2.2', text: 'a third secret' }), { code: 'internal' })
  assert.ok(lines.length > 0)
  assert.doesNotMatch(JSON.stringify(lines), /secret/)
})

test('strangers write as they may call; do not disturb is about ringing', async () => {
  const { phone, agent, heard } = await benchPhone()
  phone.saveAccount(account)
  phone.setSettings({ calls: { acceptDirect: 'never', doNotDisturb: true } })
  const tell = (more?: Partial<IncomingMessage>) => agent.delegate?.onMessage?.(incoming(more)).status
  assert.equal(tell(), 403)
  assert.equal(tell({ line: agent.lines[0]! }), 200)
  phone.setSettings({ calls: { acceptDirect: 'same-network' } })
  assert.equal(tell(), 403)
  const here = { localAddress: '127.0.0.1', source: { address: '127.0.0.1', port: 5061 } }
  assert.equal(tell(here), 200)
  assert.equal(heard.messages.length, 2)
  await phone.shutdown()
  assert.equal(tell(here), 480)
})

test('a flood is refused, others and the account are heard', async () => {
  const { phone, agent, heard, time } = await benchPhone()
  phone.saveAccount(account)
  const flood = () => Array.from({ length: 1000 }, () => agent.delegate?.onMessage?.(incoming())?.status)
  assert.deepEqual([...new Set(flood())], [200, 503])
  assert.equal(heard.messages.length, 200)
  assert.equal(agent.delegate?.onMessage?.(incoming())?.retryAfterSeconds, 5)
  assert.equal(agent.delegate?.onMessage?.(incoming({ source: { address: '192.0.2.3', port: 1 } }))?.status, 200)
  assert.equal(
    agent.delegate?.onMessage?.(incoming({ line: agent.lines[0]!, source: { address: '192.0.2.9', port: 1 } }))?.status,
    200,
  )
  await time.advance(5000)
  heard.messages.length = 0
  flood()
  assert.equal(heard.messages.length, 100)
})

test('many sources together are a flood as well, and take no more memory', () => {
  const time = new VirtualTime()
  const rate = new MessageRate(time)
  let taken = 0
  for (let source = 0; source < 10_000; source++) if (rate.take(`10.0.${source >> 8}.${source & 255}`, false)) taken++
  assert.equal(taken, 1000)
})

test('a conversation is kept with what became of each message, and again what failed', async () => {
  const { phone, agent, heard, store } = await benchPhone()
  agent.delegate?.onMessage?.(incoming({ from: { uri: 'SIP:Bob@192.0.2.2:5060;transport=tcp', displayName: 'Bob' } }))
  agent.messageAnswer = () => ({ status: 480, reason: 'x', source: 'peer' })
  const { messageId } = await phone.messages.send({ target: 'bob@192.0.2.2', text: 'Hi' })
  agent.messageAnswer = () => ({ status: 408, reason: 'x', source: 'timeout' })
  await assert.rejects(phone.messages.send({ target: 'carol@192.0.2.2', text: 'Ho' }), { data: { messageId: 3 } })
  const told = () =>
    phone.messages.list({ with: 'sip:bob@192.0.2.2' }).map(({ text, delivery, unread }) => [text, delivery, unread])
  assert.deepEqual(told(), [
    ['Hi', { state: 'failed', code: 480 }, false],
    ['Hello', undefined, true],
  ])
  assert.deepEqual(
    phone.messages.conversations().map(({ with: peer, unread, displayName }) => [peer, unread, displayName]),
    [
      ['carol@192.0.2.2', 0, undefined],
      ['bob@192.0.2.2', 1, 'Bob'],
    ],
  )
  assert.deepEqual(phone.messages.conversations()[0]?.last.delivery, { state: 'failed', error: 'timeout' })

  agent.messageAnswer = () => ({ status: 202, reason: 'x', source: 'peer' })
  await phone.messages.send({ target: 'bob@192.0.2.2', text: 'Hi', id: messageId })
  assert.deepEqual(told()[0], ['Hi', { state: 'accepted', code: 202 }, false])
  // What has arrived, what came in and what nobody knows does not go out again.
  for (const id of [messageId, 1, 99]) {
    const again = phone.messages.send({ target: 'bob@192.0.2.2', text: 'Hi', id })
    await assert.rejects(again, { code: 'not-found' })
  }
  heard.conversations.length = 0
  phone.messages.markRead('bob@192.0.2.2')
  phone.messages.markRead('bob@192.0.2.2')
  assert.deepEqual(heard.conversations, ['bob@192.0.2.2'])
  assert.equal(phone.messages.conversations()[1]?.unread, 0)
  phone.messages.remove('carol@192.0.2.2')
  assert.deepEqual(heard.conversations, ['bob@192.0.2.2', 'carol@192.0.2.2'])
  assert.deepEqual(
    store.texts.map(({ text }) => text),
    ['Hello', 'Hi'],
  )
})

test('what was on its way when the phone ended is told as such; a wrong target is nowhere', async () => {
  const first = await benchPhone()
  first.agent.messageAnswer = () => new Promise(() => {})
  void first.phone.messages.send({ target: 'bob@192.0.2.2', text: 'x' })
  await assert.rejects(first.phone.messages.send({ target: '1', text: 'x', accountId: 'none' }), { code: 'not-found' })
  await first.phone.shutdown()
  const { texts } = first.store
  assert.deepEqual(
    texts.map(({ delivery }) => delivery),
    [{ state: 'sending' }],
  )
  const { phone } = await benchPhone({ prepare: ({ store }) => void (store.texts = texts) })
  assert.deepEqual(phone.messages.list({ with: 'bob@192.0.2.2' })[0]?.delivery, { state: 'failed', error: 'timeout' })
})

test('a message that cannot be kept is heard all the same, and its text is in no log', async () => {
  const lines: unknown[] = []
  const note = (...line: unknown[]) => void lines.push(line)
  const log = { debug: note, info: note, warn: note, error: note }
  const { phone, agent, store, heard } = await benchPhone({ log })
  const add = () => {
    throw new Error('disk full: the secret plan')
  }
  Object.assign(store.messages, { add })
  assert.deepEqual(agent.delegate?.onMessage?.(incoming({ text: 'the secret plan' })), { status: 200 })
  assert.equal(heard.messages.length, 1)
  await assert.rejects(phone.messages.send({ target: 'bob@192.0.2.2', text: 'x' }), { code: 'internal' })
  assert.equal(agent.messages.length, 0)
  assert.match(JSON.stringify(lines), /not kept/)
  assert.doesNotMatch(JSON.stringify(lines), /secret/)
})

test('one address in all its forms', () => {
  const forms = [
    'sip:Bob%20B@Office.lan',
    'SIPS:bob b@office.lan:5060',
    'sip:bob%20b:pw@office.lan;transport=tcp?subject=a@b',
    'bob b@office.lan',
  ]
  assert.deepEqual([...new Set(forms.map(addressKey))], ['bob b@office.lan'])
  assert.equal(addressKey('tel:+48-601.000 (000);ext=1'), '+48601000000')
  assert.equal(addressKey('sip:office.lan;lr'), 'office.lan')
  assert.equal(addressKey('sip:a@[2001:DB8::1]:5062'), 'a@[2001:db8::1]:5062')
  assert.equal(addressKey('sip:%zz@x'), '%zz@x')
  assert.ok(addressKey(`sip:${'x'.repeat(100_000)}`).length <= 512)
})
