import assert from 'node:assert/strict'
import { test } from 'node:test'
import { header } from '../../../electron/sip/message/headers.ts'
import { LossyNet } from '../../support/lossy-net.ts'
import { headerOf, RawPeer } from '../../support/raw-peer.ts'
import { idle, Station } from '../../support/station.ts'
import { VirtualTime } from '../../support/virtual-time.ts'

type Options = Parameters<typeof Station.open>[3]

async function bench(options: Options = {}) {
  const time = new VirtualTime()
  const net = new LossyNet(time, 2)
  const phone = await Station.open(net, time, '10.0.0.1', options)
  const peer = new RawPeer(net, '10.0.0.2')
  /** The peer's answers to INVITE, in order, each `ms` after it came. */
  const script = (...answers: readonly (readonly [ms: number, status: number, tag: string])[]) => {
    let seen = false
    peer.onText = (text) => {
      if (text.startsWith('BYE') || text.startsWith('CANCEL')) peer.send(peer.answer(text, 200, ''), phone.address)
      if (!text.startsWith('INVITE') || seen) return
      seen = true
      for (const [ms, status, tag] of answers) {
        const contact = [`Contact: <sip:${tag || 'x'}@10.0.0.2>`]
        time.after(ms, () => peer.send(peer.answer(text, status, tag, contact), phone.address))
      }
    }
  }
  const over = async () => {
    await time.advance(200_000)
    assert.deepEqual(phone.engine.counts(), idle)
    assert.equal(time.pending, 0)
    assert.deepEqual(phone.faults, [])
  }
  return { time, net, phone, peer, script, over }
}

test('a request is complete, and what the user must not write is dropped', async () => {
  const { phone, peer, time } = await bench()
  const { message } = await phone.send('OPTIONS', 'sip:bob@10.0.0.2', [
    { name: 'via', value: 'SIP/2.0/UDP evil;branch=z9hG4bKx' },
    { name: 'f', value: 'sip:alice@a.example' },
    { name: 'call-id', value: 'one' },
    { name: 'Call-ID', value: 'two' },
    { name: 'x-own', value: 'kept' },
  ])
  await time.advance(10)
  const text = peer.heard[0] ?? ''
  assert.match(headerOf(text, 'Via') ?? '', /^SIP\/2.0\/UDP 10\.0\.0\.1:5060;rport;branch=z9hG4bK[0-9a-f]{20}$/)
  assert.match(headerOf(text, 'From') ?? '', /^<sip:alice@a\.example>;tag=[0-9a-f]{16}$/)
  assert.equal(headerOf(text, 'To'), '<sip:bob@10.0.0.2>')
  assert.equal(headerOf(text, 'Call-ID'), 'two')
  assert.equal(headerOf(text, 'x-own'), 'kept')
  assert.equal(headerOf(text, 'Max-Forwards'), '70')
  assert.match(headerOf(text, 'CSeq') ?? '', /^\d+ OPTIONS$/)
  assert.equal(header(message, 'User-Agent'), 'Dialtone/test')
})

test('a 100 is not told, and each request ends with exactly one final response', async () => {
  const { phone, script, over } = await bench()
  script([10, 100, ''], [20, 183, 'b'], [30, 486, 'b'], [40, 486, 'b'], [50, 200, 'c'])
  await phone.send('INVITE', 'sip:bob@10.0.0.2')
  await over()
  assert.deepEqual(phone.statuses(), [183, 486])
})

test('nobody answers: 408 of our own after 64*T1', async () => {
  const { time, phone, over } = await bench()
  const begin = time.now()
  await phone.send('INVITE', 'sip:bob@10.0.0.2')
  await phone.send('OPTIONS', 'sip:bob@10.0.0.2')
  await over()
  assert.deepEqual(phone.statuses(), [408, 408])
  for (const { context, at } of phone.responses) {
    assert.equal(context.generated, true)
    assert.ok(at - begin >= 32_000 && at - begin < 32_010)
  }
})

test('a closed port is known at once: 503 of our own', async () => {
  const { time, phone, over } = await bench()
  const begin = time.now()
  await phone.send('INVITE', 'sip:bob@10.0.0.2:5999')
  await over()
  assert.deepEqual(phone.statuses(), [503])
  const [answer] = phone.responses
  assert.ok(answer && answer.at - begin < 100)
  assert.match(header(answer.message, 'Warning') ?? '', /nobody listens there/)
})

test('the next address of a name is tried when one is dead, under the same name (RFC 3263 4.3)', async () => {
  const { phone, script, over, peer } = await bench({ hosts: { 'bob.example': ['10.0.0.77', '10.0.0.2'] } })
  script([10, 486, 'b'])
  const { transactionId } = await phone.send('INVITE', 'sip:bob@bob.example')
  await over()
  assert.deepEqual(phone.statuses(transactionId), [486])
  const branches = phone.wire.map(({ bytes }) => headerOf(Buffer.from(bytes).toString(), 'Via')).filter(Boolean)
  assert.equal(new Set(branches).size, 2)
  assert.equal(peer.firsts[0], 'INVITE')
})

test('names that lead nowhere, bad URIs and methods fail without a transaction', async () => {
  const { phone, over } = await bench()
  await assert.rejects(phone.send('OPTIONS', 'sip:bob@nowhere.example'))
  await assert.rejects(phone.send('OPTIONS', 'nonsense'), /invalid request-uri/)
  await assert.rejects(phone.send('ACK', 'sip:bob@10.0.0.2'), /invalid method/)
  await assert.rejects(phone.send('BAD METHOD', 'sip:bob@10.0.0.2'), /invalid method/)
  await assert.rejects(phone.send('OPTIONS', 'sip:bob@[2001:db8::1]'), /nothing of ours leads to/)
  await assert.rejects(phone.cancel('unknown'), /unable to cancel/)
  await over()
  assert.deepEqual(phone.responses, [])
})

test('forks: early dialogs of their own; the first 200 wins, further ones get ACK and BYE (RFC 3261 13.2.2.4)', async () => {
  const { time, phone, peer, script, over } = await bench()
  script([10, 180, 'x'], [20, 180, 'y'], [30, 200, 'x'], [40, 200, 'y'], [50, 200, 'z'], [540, 200, 'y'])
  phone.handleResponse = ({ status }, { dialogId }) => {
    if (status === 200) void phone.sendInDialog(dialogId, 'ACK')
  }
  await phone.send('INVITE', 'sip:bob@10.0.0.2')
  await time.advance(1_000)
  assert.deepEqual(phone.statuses(), [180, 180, 200])
  const ids = phone.responses.map(({ context }) => context.dialogId)
  assert.notEqual(ids[0], ids[1])
  assert.equal(ids[0], ids[2])
  const acks = peer.heard.filter((text) => text.startsWith('ACK')).map((text) => text.split(' ')[1])
  assert.deepEqual(acks, ['sip:x@10.0.0.2', 'sip:y@10.0.0.2', 'sip:z@10.0.0.2', 'sip:y@10.0.0.2'])
  const byes = peer.heard.filter((text) => text.startsWith('BYE')).map((text) => text.split(' ')[1])
  assert.deepEqual(byes, ['sip:y@10.0.0.2', 'sip:z@10.0.0.2'])
  assert.deepEqual(phone.ended, [])
  // Timer M takes what is left of the other forks; the dialog stays
  await time.advance(40_000)
  assert.deepEqual(phone.engine.counts(), { ...idle, dialogs: 1 })
  void phone.sendInDialog(ids[2] ?? '', 'BYE')
  await over()
})

test('a repeated 200 gets the same ACK again, and is not told twice', async () => {
  const { time, phone, peer, script } = await bench()
  script([10, 200, 'b'], [500, 200, 'b'], [1500, 200, 'b'])
  phone.handleResponse = ({ status }, { dialogId }) => {
    // As late as a user that has to think of an answer
    if (status === 200) time.after(600, () => void phone.sendInDialog(dialogId, 'ACK'))
  }
  await phone.send('INVITE', 'sip:bob@10.0.0.2')
  await time.advance(5_000)
  const acks = peer.heard.filter((text) => text.startsWith('ACK'))
  assert.equal(acks.length, 2)
  assert.equal(acks[0], acks[1])
  assert.deepEqual(phone.statuses(), [200])
  assert.match(headerOf(acks[0] ?? '', 'CSeq') ?? '', / ACK$/)
})

test('a user that never acknowledges costs no dialog for ever: ACK and BYE, and it is told', async () => {
  const { phone, peer, script, over } = await bench()
  script([10, 200, 'b'])
  await phone.send('INVITE', 'sip:bob@10.0.0.2')
  await over()
  assert.deepEqual(
    peer.firsts.filter((first) => first !== 'INVITE'),
    ['ACK', 'BYE'],
  )
  assert.equal(phone.ended.length, 1)
})

test('CANCEL waits for a provisional response, shares the branch, and the 487 is the answer', async () => {
  const { time, phone, peer, script, over } = await bench()
  script([300, 100, ''], [400, 487, 'b'])
  const { transactionId } = await phone.send('INVITE', 'sip:bob@10.0.0.2')
  const { message } = await phone.cancel(transactionId, [
    { name: 'Reason', value: 'SIP;cause=200' },
    { name: 'To', value: '<sip:evil@h>' },
  ])
  assert.equal(message.method, 'CANCEL')
  await time.advance(200)
  assert.deepEqual(peer.firsts, ['INVITE'])
  await assert.rejects(phone.cancel(transactionId), /unable to cancel/)
  await time.advance(300)
  const [invite = '', cancel = '', ack = ''] = peer.heard
  assert.match(cancel, /^CANCEL sip:bob@10\.0\.0\.2 SIP/)
  for (const name of ['Via', 'From', 'To', 'Call-ID']) assert.equal(headerOf(cancel, name), headerOf(invite, name))
  assert.equal(headerOf(cancel, 'Reason'), 'SIP;cause=200')
  assert.match(ack, /^ACK /)
  assert.equal(headerOf(ack, 'Via'), headerOf(invite, 'Via'))
  await over()
  assert.deepEqual(phone.statuses(), [487])
})

test('a 200 that crosses the CANCEL: told, acknowledged, ended by BYE', async () => {
  for (const acknowledges of [true, false]) {
    const { phone, peer, script, over } = await bench()
    script([10, 180, 'b'], [100, 200, 'b'])
    phone.handleResponse = ({ status }, { transactionId, dialogId }) => {
      if (status === 180) void phone.cancel(transactionId)
      if (status === 200 && acknowledges) void phone.sendInDialog(dialogId, 'ACK')
    }
    await phone.send('INVITE', 'sip:bob@10.0.0.2')
    await over()
    assert.deepEqual(phone.statuses(), [180, 200])
    assert.deepEqual(peer.firsts, ['INVITE', 'CANCEL', 'ACK', 'BYE'])
    assert.equal(phone.ended.length, 1)
    assert.match(header(phone.ended[0]!.bye, 'Reason') ?? '', /cause=200/)
  }
})

test('silence after the CANCEL: 487 of our own; a 200 after that is ended without a word', async () => {
  const { phone, peer, script, over } = await bench()
  script([10, 180, 'b'], [40_000, 200, 'b'])
  phone.handleResponse = ({ status }, { transactionId }) => {
    if (status === 180) void phone.cancel(transactionId)
  }
  await phone.send('INVITE', 'sip:bob@10.0.0.2')
  await over()
  assert.deepEqual(phone.statuses(), [180, 487])
  assert.equal(phone.responses[1]?.context.generated, true)
  assert.deepEqual(peer.firsts, ['INVITE', 'CANCEL', 'ACK', 'BYE'])
  assert.deepEqual(phone.ended, [])
})

test('CANCEL without any answer ends as cancelled, not as timed out', async () => {
  const { phone, over } = await bench()
  const { transactionId } = await phone.send('INVITE', 'sip:bob@10.0.0.2')
  await phone.cancel(transactionId)
  await over()
  assert.deepEqual(phone.statuses(), [487])
})

test('a peer that rings without an end is given up', async () => {
  const { time, phone, peer, script, over } = await bench({ limits: { ringingMs: 600_000 } })
  script([10, 180, 'b'])
  await phone.send('INVITE', 'sip:bob@10.0.0.2')
  await time.advance(700_000)
  assert.deepEqual(phone.statuses(), [180, 408])
  assert.deepEqual(peer.firsts, ['INVITE', 'CANCEL'])
  await over()
})

test('a pre-loaded route and a next hop are followed', async () => {
  const { time, phone, peer } = await bench()
  await phone.send('OPTIONS', 'sip:bob@far.example', [{ name: 'Route', value: '<sip:10.0.0.2;lr>' }])
  await phone.send('OPTIONS', 'sip:bob@far.example', [], { nextHop: 'sip:10.0.0.2' })
  await phone.send('OPTIONS', 'tel:+123', [], { nextHop: 'sip:10.0.0.2' })
  await time.advance(10)
  assert.deepEqual(
    peer.heard.map((text) => [text.split('\r\n')[0], headerOf(text, 'Route')]),
    [
      ['OPTIONS sip:bob@far.example SIP/2.0', '<sip:10.0.0.2;lr>'],
      ['OPTIONS sip:bob@far.example SIP/2.0', undefined],
      ['OPTIONS tel:+123 SIP/2.0', undefined],
    ],
  )
})

test('responses with a foreign branch, two Vias or for nobody are dropped', async () => {
  const { time, phone, peer } = await bench()
  await phone.send('OPTIONS', 'sip:bob@10.0.0.2')
  await time.advance(10)
  const [request = ''] = peer.heard
  peer.send(peer.answer(request, 200, 'b').replace('z9hG4bK', 'z9hG4bKx'), phone.address)
  peer.send(peer.answer(request, 200, 'b').replace('Via:', 'Via: SIP/2.0/UDP h;branch=z9hG4bKq\r\nVia:'), phone.address)
  peer.send(peer.answer(request, 200, 'b').replace('OPTIONS', 'INFO'), phone.address)
  await time.advance(10)
  assert.deepEqual(phone.statuses(), [])
  peer.send(peer.answer(request, 200, 'b'), phone.address)
  await time.advance(10)
  assert.deepEqual(phone.statuses(), [200])
})

test('more transactions than the limit are refused', async () => {
  const { phone, over } = await bench({ limits: { clientTransactions: 2 } })
  await phone.send('OPTIONS', 'sip:bob@10.0.0.2')
  await phone.send('OPTIONS', 'sip:bob@10.0.0.2')
  await assert.rejects(phone.send('OPTIONS', 'sip:bob@10.0.0.2'), /too many/)
  await over()
})

test('a throw of the user costs nothing but its own callback', async () => {
  const { time, phone, script } = await bench()
  script([10, 180, 'b'], [20, 486, 'b'])
  phone.handleResponse = () => {
    throw new Error('mine')
  }
  await phone.send('INVITE', 'sip:bob@10.0.0.2')
  await time.advance(100)
  assert.deepEqual(phone.statuses(), [180, 486])
  assert.deepEqual(
    phone.faults.map(({ where }) => where),
    ['onResponse', 'onResponse'],
  )
  assert.equal(phone.ladder().at(-1), 'out ACK')
})

test('the answer to a call of the user never comes from within the call, and a closed engine says so', async () => {
  const { phone } = await bench()
  let inside = true
  let calls = 0
  const request = { method: 'OPTIONS', uri: 'nonsense', headers: [], body: new Uint8Array(0) }
  phone.engine.send(request, () => {
    assert.equal(inside, false)
    calls++
  })
  inside = false
  await Promise.resolve()
  assert.equal(calls, 1)
  await phone.engine.close()
  await assert.rejects(phone.send('OPTIONS', 'sip:bob@10.0.0.2'), /closed/)
  await assert.rejects(phone.engine.route('sip:bob@10.0.0.2'), { code: 'closed' })
})

test('route tells both ends of the way', async () => {
  const { phone } = await bench()
  assert.deepEqual(await phone.engine.route('sip:bob@10.0.0.2:5070'), {
    local: { transport: 'udp', address: '10.0.0.1', port: 5060 },
    remote: { transport: 'udp', address: '10.0.0.2', port: 5070 },
  })
  await assert.rejects(phone.engine.route('nonsense'), { code: 'bad-uri' })
  await assert.rejects(phone.engine.route('sip:no.such.host'), { code: 'unresolvable' })
})

test('an ACK goes along the record route, and repeats the credentials of its INVITE to whom that went with them', async () => {
  for (const [first, repeated] of [
    ['10.0.0.2', 'Digest username="a"'],
    ['10.0.0.9', undefined],
  ] as const) {
    const { time, phone, peer, net } = await bench()
    const other = new RawPeer(net, '10.0.0.9')
    peer.onText = (text) => {
      if (!text.startsWith('INVITE')) return
      const routes = ['10.0.0.8', first].map((host) => `Record-Route: <sip:${host};lr>`)
      peer.send(peer.answer(text, 200, 'b', ['Contact: <sip:b@10.0.0.7>', ...routes]), phone.address)
    }
    phone.handleResponse = (_, { dialogId }) => void phone.sendInDialog(dialogId, 'ACK')
    await phone.send('INVITE', 'sip:bob@10.0.0.2', [{ name: 'Authorization', value: 'Digest username="a"' }])
    await time.advance(10)
    const ack = [...peer.heard, ...other.heard].find((text) => text.startsWith('ACK')) ?? ''
    assert.match(ack, /^ACK sip:b@10\.0\.0\.7 SIP/)
    assert.deepEqual(
      ack.split('\r\n').filter((line) => line.startsWith('Route:')),
      [`Route: <sip:${first};lr>`, 'Route: <sip:10.0.0.8;lr>'],
    )
    assert.equal(headerOf(ack, 'Authorization'), repeated)
  }
})

test('a 200 to a re-INVITE moves the target: the ACK and what follows go to the new place', async () => {
  const { time, phone, peer, net } = await bench()
  const moved = new RawPeer(net, '10.0.0.3')
  let contact = '<sip:b@10.0.0.2>'
  peer.onText = (text) => {
    if (text.startsWith('INVITE')) peer.send(peer.answer(text, 200, 'b', [`Contact: ${contact}`]), phone.address)
  }
  phone.handleResponse = (_, { dialogId }) => void phone.sendInDialog(dialogId, 'ACK')
  await phone.send('INVITE', 'sip:bob@10.0.0.2')
  await time.advance(10)
  contact = '<sip:b@10.0.0.3>'
  const { dialogId } = phone.responses[0]!.context
  const { message } = await phone.sendInDialog(dialogId, 'INVITE')
  await time.advance(10)
  await phone.sendInDialog(dialogId, 'INFO')
  await time.advance(10)
  assert.deepEqual(
    [peer.firsts, moved.firsts],
    [
      ['INVITE', 'ACK', 'INVITE'],
      ['ACK', 'INFO'],
    ],
  )
  assert.equal(headerOf(moved.heard[0] ?? '', 'CSeq')?.split(' ')[0], header(message, 'CSeq')?.split(' ')[0])
})

test('a re-INVITE that is cancelled or fails leaves the dialog up', async () => {
  const { time, phone, peer, over } = await bench()
  let answers = [200]
  peer.onText = (text) => {
    if (text.startsWith('BYE')) peer.send(peer.answer(text, 200, ''), phone.address)
    if (!text.startsWith('INVITE')) return
    for (const status of answers) {
      peer.send(peer.answer(text, status, 'b', ['Contact: <sip:b@10.0.0.2>']), phone.address)
    }
    answers = []
  }
  phone.handleResponse = ({ status }, { dialogId }) => {
    if (status === 200) void phone.sendInDialog(dialogId, 'ACK')
  }
  await phone.send('INVITE', 'sip:bob@10.0.0.2')
  await time.advance(10)
  const { dialogId } = phone.responses[0]!.context
  for (const [status, expected] of [
    [488, 488],
    [undefined, 408],
  ] as const) {
    answers = status ? [status] : []
    await phone.sendInDialog(dialogId, 'INVITE')
    await time.advance(40_000)
    assert.equal(phone.statuses().at(-1), expected)
    assert.equal(phone.responses.at(-1)?.context.dialogId, dialogId)
    assert.equal(phone.engine.counts().dialogs, 1)
  }
  // The 200 crosses the CANCEL: the session has changed, and goes on
  answers = [180]
  const { transactionId } = await phone.sendInDialog(dialogId, 'INVITE')
  await time.advance(10)
  await phone.cancel(transactionId)
  await time.advance(10)
  const invite = peer.heard.findLast((text) => text.startsWith('INVITE')) ?? ''
  peer.send(peer.answer(invite, 200, 'b', ['Contact: <sip:b@10.0.0.2>']), phone.address)
  await time.advance(40_000)
  assert.equal(phone.statuses(transactionId).at(-1), 200)
  assert.equal(phone.engine.counts().dialogs, 1)
  assert.deepEqual(phone.ended, [])
  void phone.sendInDialog(dialogId, 'BYE')
  await over()
})
