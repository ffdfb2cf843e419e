import assert from 'node:assert/strict'
import { test } from 'node:test'
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
  assert.deepEqual(await phone.messages.send({ target: 'bob@192.0.2.2', text: 'Hi' }), { code: 200, reason: 'OK' })
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
  assert.deepEqual(await send(), { code: 202, reason: 'Accepted' })
  agent.messageAnswer = () => ({ status: 404, reason: 'Not Found', source: 'peer' })
  assert.deepEqual(await send(), { code: 404, reason: 'Not Found' })
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
