import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SettingsPatch } from '../../electron/phone/settings.ts'
import { benchPhone, peerSdp } from '../support/phone-bench.ts'

/** An account that sends its calls elsewhere. */
async function account(forward: Readonly<Record<string, unknown>>, calls: SettingsPatch['calls'] = {}) {
  const bench = await benchPhone({ overrides: { calls } })
  bench.phone.saveAccount({
    username: 'alice',
    domain: 'sip.test',
    password: 'x',
    forward: { noAnswerSeconds: 20, ...forward },
  })
  await bench.time.advance(0)
  const line = bench.agent.lines.at(-1)
  assert.ok(line)
  const call = (options: Parameters<typeof bench.agent.call>[0] = {}) =>
    bench.agent.call({ offer: peerSdp(), line, ...options })
  return { bench, call }
}

test('always: at once, not missed, and said so to whoever is asked next (RFC 5806)', async () => {
  const { bench, call } = await account({ always: '1002' })
  const incoming = call()
  assert.deepEqual(incoming.answers, ['302 sip:1002@sip.test'])
  assert.deepEqual(incoming.diversion, { uri: 'sip:alice@sip.test', reason: 'unconditional' })
  const [entry] = bench.store.entries
  assert.deepEqual([entry?.code, entry?.missed, entry?.reason], [302, false, 'Forwarded to sip:1002@sip.test'])
  assert.deepEqual(bench.heard.states, [])
})

test('always means also calls that this phone could not take', async () => {
  const { call } = await account({ always: '1002' })
  assert.deepEqual(call({ offer: peerSdp({ formats: '18' }) }).answers, ['302 sip:1002@sip.test'])
  const quiet = await account({ always: '1002' }, { doNotDisturb: true })
  assert.deepEqual(quiet.call().answers, ['302 sip:1002@sip.test'])
  const oneLine = await account({ always: '1002', busy: '1003' }, { callWaiting: false })
  oneLine.bench.phone.dial({ target: 'bob@192.0.2.2' })
  assert.deepEqual(oneLine.call().answers, ['302 sip:1002@sip.test'])
})

test('busy: when there is no second line', async () => {
  const { bench, call } = await account({ busy: '1003' }, { callWaiting: false })
  assert.deepEqual(call().answers, ['180'])
  const second = call()
  assert.deepEqual([second.answers, second.diversion?.reason], [['302 sip:1003@sip.test'], 'user-busy'])
  assert.deepEqual([bench.store.entries[0]?.cause, bench.store.entries[0]?.missed], ['local-busy', true])
})

test('do not disturb alone forwards nothing', async () => {
  const { call } = await account({ busy: '1003', noAnswer: '1004' }, { doNotDisturb: true })
  assert.deepEqual(call().answers, ['480 Temporarily Unavailable'])
})

test('no answer: after the seconds, unless somebody answers or refuses before', async () => {
  const { bench, call } = await account({ noAnswer: '1004', noAnswerSeconds: 10 })
  const incoming = call()
  await bench.time.advance(9999)
  assert.deepEqual(incoming.answers, ['180'])
  await bench.time.advance(1)
  assert.deepEqual(incoming.answers, ['180', '302 sip:1004@sip.test'])
  assert.equal(incoming.diversion?.reason, 'no-answer')
  assert.deepEqual([bench.heard.ended[0]?.cause, bench.store.entries[0]?.missed], ['no-answer', true])
  const taken = call()
  await bench.phone.answer(bench.phone.snapshot().calls[0]?.callId ?? '')
  const refused = call()
  bench.phone.reject(bench.phone.snapshot().calls[1]?.callId ?? '')
  await bench.time.advance(60_000)
  assert.deepEqual(
    [taken.answers, refused.answers],
    [
      ['180', '200'],
      ['180', '486 Busy Here'],
    ],
  )
})

test('each account forwards its own calls, a direct call is nobody’s', async () => {
  const { bench } = await account({ always: '1002' })
  assert.deepEqual(bench.agent.call({ offer: peerSdp() }).answers, ['180'])
  bench.phone.saveAccount({ username: 'other', domain: 'elsewhere.test', password: 'x' })
  await bench.time.advance(0)
  const line = bench.agent.lines.find(({ options }) => options.from.uri === 'sip:other@elsewhere.test')
  assert.deepEqual(bench.agent.call({ offer: peerSdp(), line }).answers, ['180'])
})

test('nothing goes in circles', async () => {
  const toSelf = await account({ always: 'alice' })
  assert.deepEqual(toSelf.call().answers, ['180'], 'to itself')
  const back = await account({ always: 'sip:bob@192.0.2.2' })
  assert.deepEqual(back.call().answers, ['180'], 'to the caller')
  for (const headers of [
    { Diversion: '"A" <sip:alice@SIP.test>;reason=unconditional' },
    { 'History-Info': '<sip:x@sip.test>;index=1, <sip:alice@sip.test>;index=1.1' },
  ]) {
    const again = await account({ always: '1002' })
    assert.deepEqual(again.call({ headers }).answers, ['180'], 'was here before')
  }
})

test('whoever is refused is not sent on', async () => {
  const { call } = await account({ always: '1002', busy: '1003' })
  assert.deepEqual(call({ fromSelf: true }).answers, ['486 Busy Here'])
})
