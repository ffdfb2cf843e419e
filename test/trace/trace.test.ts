import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ladder } from '../../electron/dissect/ladder.ts'
import { TraceRecorder } from '../../electron/trace/recorder.ts'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import { PhoneTrace } from '../../electron/phone/phone-trace.ts'
import { summarise } from '../../electron/dissect/summary.ts'
import type { Endpoint } from '../../electron/sip/transaction-user.ts'

const alice: Endpoint = { transport: 'udp', address: '192.0.2.1', port: 5060 }
const bob: Endpoint = { transport: 'udp', address: '192.0.2.2', port: 5070 }

function text(start: string, cseq: string, callId = 'c1@a', body = ''): string {
  const via = 'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx'
  return [start, via, `Call-ID: ${callId}`, `CSeq: ${cseq}`, '', body].join('\r\n')
}

/** A recorder at alice's, and what passes her. */
function recorded() {
  const clock = { ms: 1000, now: () => clock.ms, wallTime: () => Date.UTC(2026, 0, 1) + clock.ms }
  const recorder = new TraceRecorder(clock, { messages: 10, bytes: 10_000 })
  const pass = (direction: 'in' | 'out', what: string, more: { retransmission?: boolean; note?: string } = {}) => {
    clock.ms += 20
    const bytes = Buffer.from(what)
    recorder.onMessage({ direction, local: alice, remote: bob, bytes, retransmission: false, ...more })
  }
  return { recorder, pass }
}

test('a message as the contract shows it', () => {
  const { recorder, pass } = recorded()
  pass('in', text('SIP/2.0 180 Ringing', '7 INVITE'), { retransmission: true, note: 'mended' })
  const summary = {
    id: 1,
    at: '2026-01-01T00:00:01.020Z',
    monotonicMs: 1020,
    direction: 'in',
    transport: 'udp',
    local: '192.0.2.1:5060',
    remote: '192.0.2.2:5070',
    method: 'INVITE',
    code: 180,
    sipCallId: 'c1@a',
    cseq: 7,
    branch: 'z9hG4bKx',
    retransmission: true,
    note: 'mended',
  }
  assert.deepEqual(recorder.list(), [summary])
  assert.deepEqual(recorder.get(1), { ...summary, text: text('SIP/2.0 180 Ringing', '7 INVITE') })
  assert.equal(recorder.get(2), undefined)
})

test('summaries of what can hardly be read', () => {
  const nothing = { method: '', sipCallId: '', cseq: 0, branch: '' }
  assert.deepEqual(summarise(''), nothing)
  assert.deepEqual(summarise('\r\n\r\n'), nothing)
  assert.deepEqual(summarise('\u0000\ufffd garbage'), nothing)
  const compact = 'BYE sip:x SIP/2.0\r\nv: SIP/2.0/UDP a;branch=b1\r\ni:c2\r\nCSEQ :  12\r\n  BYE\r\n\r\n'
  assert.deepEqual(summarise(compact), { method: 'BYE', sipCallId: 'c2', cseq: 12, branch: 'b1' })
  assert.equal(summarise('INVITE sip:x SIP/2.0\nCall-ID: lf\n\nbody').sipCallId, 'lf')
})

test('the ring forgets the oldest, by number and by bytes; ids go on', () => {
  const { recorder, pass } = recorded()
  for (let index = 0; index < 25; index++) pass('out', text('OPTIONS sip:x SIP/2.0', `${index} OPTIONS`))
  assert.deepEqual(
    recorder.list().map(({ id }) => id),
    [16, 17, 18, 19, 20, 21, 22, 23, 24, 25],
  )
  assert.equal(recorder.get(15), undefined)
  pass('out', text('MESSAGE sip:x SIP/2.0', '1 MESSAGE', 'c', 'x'.repeat(9900)))
  assert.deepEqual(
    recorder.list().map(({ id }) => id),
    [26],
  )
  pass('out', 'x'.repeat(20_000))
  assert.deepEqual(
    recorder.list().map(({ id }) => id),
    [27],
    'the newest stays, however large',
  )
  assert.equal(recorder.get(27)?.text, 'x'.repeat(10_000), 'as much of it as there is room for')
})

test('texts of any length, the ring gone round often: each is whole or gone', () => {
  const { recorder, pass } = recorded()
  const texts = Array.from({ length: 400 }, (_, n) => `${n} ${'abc'.repeat((n * 7919) % 1500)}`)
  for (const [n, what] of texts.entries()) {
    pass('in', what)
    const kept = recorder.list()
    assert.equal(kept.at(-1)?.id, n + 1)
    for (const { id } of kept) assert.equal(recorder.get(id)?.text, texts[id - 1])
  }
})

test('what is kept does not change with the socket’s buffer', () => {
  const { recorder } = recorded()
  const bytes = Buffer.from(text('OPTIONS sip:x SIP/2.0', '1 OPTIONS'))
  recorder.onMessage({ direction: 'out', local: alice, remote: bob, bytes, retransmission: false })
  bytes.fill(0)
  assert.match(recorder.get(1)?.text ?? '', /^OPTIONS/)
})

test('one call, the newest few, and a note', () => {
  const { recorder, pass } = recorded()
  pass('out', text('INVITE sip:b SIP/2.0', '1 INVITE', 'one'))
  pass('in', text('SIP/2.0 200 OK', '1 INVITE', 'one'))
  pass('in', text('OPTIONS sip:a SIP/2.0', '1 OPTIONS', 'two'))
  assert.deepEqual(
    recorder.list({ sipCallId: 'one' }).map(({ id }) => id),
    [1, 2],
  )
  assert.deepEqual(
    recorder.list({ limit: 2 }).map(({ id }) => id),
    [2, 3],
  )
  assert.deepEqual(
    recorder.list({ sipCallId: 'one', limit: 1 }).map(({ id }) => id),
    [2],
  )
  recorder.annotate('one', 'look here')
  recorder.annotate('one', 'look here')
  recorder.annotate('three', 'nowhere')
  assert.deepEqual(
    recorder.list().map(({ note }) => note),
    [undefined, 'look here', undefined],
  )
})

test('a ladder', () => {
  const { recorder, pass } = recorded()
  pass('out', text('INVITE sip:b SIP/2.0', '1 INVITE', 'c', 'v=0\r\n'))
  pass('in', text('SIP/2.0 180 Ringing', '1 INVITE', 'c'))
  pass('in', text('SIP/2.0 180 Ringing', '1 INVITE', 'c'), { retransmission: true })
  pass('in', text('SIP/2.0 200 OK', '1 INVITE', 'c', 'v=0\r\n'))
  pass('out', text('ACK sip:b SIP/2.0', '1 ACK', 'c'))
  pass('in', 'nonsense')
  const messages = recorder
    .list()
    .map(({ id }) => recorder.get(id))
    .filter((message) => message !== undefined)
  const expected = [
    'alice 192.0.2.1:5060                 192.0.2.2:5070',
    '    0.000 |---------- INVITE + SDP -------->|',
    '    0.020 |<--------- 180 Ringing ----------|',
    '    0.040 |<----- 180 Ringing (again) ------|',
    '    0.060 |<--------- 200 OK + SDP ---------|',
    '    0.080 |-------------- ACK ------------->|',
    '    0.100 |<---------- unreadable ----------|',
    '',
  ]
  assert.equal(ladder(messages, { names: { '192.0.2.1:5060': 'alice' } }), expected.join('\n'))
  assert.match(ladder(recorder.list()), /180 \(INVITE\)/, 'without texts the method stands in')
})

test('both ends of one wire are one arrow; three parties are three columns', () => {
  const { recorder, pass } = recorded()
  pass('out', text('INVITE sip:b SIP/2.0', '1 INVITE'))
  const [sent] = recorder.list()
  assert.ok(sent)
  const arrived = { ...sent, direction: 'in', local: sent.remote, remote: sent.local, monotonicMs: 1021 } as const
  const onward = { ...arrived, direction: 'out', remote: '192.0.2.3:5060', branch: 'other' } as const
  const lines = ladder([sent, arrived, onward]).split('\n')
  assert.equal(lines.length, 4)
  assert.match(lines[1] ?? '', /\|-+ INVITE -+>\| +\|$/)
  assert.match(lines[2] ?? '', /\| +\|-+ INVITE -+>\|$/)
  const again = ladder([sent, arrived, { ...sent, retransmission: true }, { ...arrived, retransmission: true }])
  assert.equal(again.split('\n').length, 4, 'a retransmission is an arrow of its own, once')
})

test('a message to oneself, and nothing at all', () => {
  const { recorder, pass } = recorded()
  pass('out', text('OPTIONS sip:a SIP/2.0', '1 OPTIONS'))
  const [sent] = recorder.list()
  assert.ok(sent)
  assert.match(ladder([{ ...sent, remote: sent.local }]), /<> OPTIONS/)
  assert.equal(ladder([]), '\n')
})

test('the contract finds messages by fields and expressions, and says in a code why it does not', async () => {
  const { recorder, pass } = recorded()
  pass('out', text('INVITE sip:bob@192.0.2.2 SIP/2.0', '7 INVITE'))
  pass('in', text('SIP/2.0 486 Busy Here', '7 INVITE'))
  pass('in', text('OPTIONS sip:alice@192.0.2.1 SIP/2.0', '1 OPTIONS', 'c2@b', `${'a'.repeat(60)}!`))
  const trace = new PhoneTrace(recorder, () => {})
  const ids = async (search: string, query = {}) => (await trace.find(query, search)).map(({ id }) => id)
  assert.deepEqual(await ids('method:invite'), [1, 2])
  assert.deepEqual(await ids('method:invite', { limit: 1 }), [2])
  assert.deepEqual(await ids('/^cseq: \\d+ (invite|options)/', { sipCallId: 'c2@b' }), [3])
  assert.deepEqual(Object.keys((await trace.find({}, 'code:4xx'))[0] ?? {}).includes('text'), false)
  assert.match((await trace.find({ text: true }, 'code:4xx'))[0]?.text ?? '', /^SIP\/2.0 486/)
  const refused = async (search: string) => {
    const error: unknown = await trace.find({}, search).catch((error: unknown) => error)
    assert.ok(error instanceof PhoneError)
    return [error.code, error.data.field]
  }
  assert.deepEqual(await refused('/(a/'), ['invalid-params', 'search'])
  assert.deepEqual(await refused('/(a+)+$/'), ['timeout', undefined])
  assert.deepEqual(await ids('method:options'), [3], 'the next search is answered')
})

test('the last inputs of the machines: bounded, and of each what no peer and no user has written', () => {
  const { recorder } = recorded()
  for (let n = 0; n < 600; n++)
    recorder.noteInput('client-transaction', `b${n}`, { kind: 'timer', timer: 'A' } as never)
  recorder.noteInput('call', 'c1@a', {
    kind: 'rejected',
    reason: 'Secret',
    response: { status: 486 },
    by: 'remote',
  } as never)
  const inputs = recorder.lastInputs()
  assert.equal(inputs.length, 500)
  assert.equal(inputs[0]?.of, 'b101')
  assert.deepEqual(inputs.at(-1), {
    atMs: 1000,
    machine: 'call',
    of: 'c1@a',
    kind: 'rejected',
    status: 486,
    by: 'remote',
  })
})

test('of what a server answered or told the numbers are kept, and none of its words', () => {
  const { recorder } = recorded()
  const told = (machine: string, input: object) => {
    recorder.noteInput(machine, 'x', { kind: 'k', ...input } as never)
    return recorder.lastInputs().at(-1)
  }
  const kept = (machine: string, more: object) => ({ atMs: 1000, machine, of: 'x', kind: 'k', ...more })
  const answer = { status: 200, reason: 'Secret', entityTag: 'Secret', grantedSeconds: 60, refused: { why: 'Secret' } }
  assert.deepEqual(told('publication', { answer }), kept('publication', { status: 200, grantedSeconds: 60 }))
  const subscription = { state: 'terminated', reason: 'secret', retryAfterSeconds: 5 }
  assert.deepEqual(
    told('subscription', { subscription }),
    kept('subscription', { state: 'terminated', retryAfterSeconds: 5 }),
  )
  assert.deepEqual(
    told('transfer', { report: { status: 486, reason: 'Secret', terminated: true } }),
    kept('transfer', { status: 486, terminated: true }),
  )
  assert.deepEqual(told('call', { text: 'Secret', error: null, list: ['Secret'], response: null }), kept('call', {}))
})
