import assert from 'node:assert/strict'
import { test } from 'node:test'
import { header, headers } from '../../../electron/sip/message/headers.ts'
import { LossyNet } from '../../support/lossy-net.ts'
import { headerOf, RawPeer } from '../../support/raw-peer.ts'
import { idle, Station } from '../../support/station.ts'
import { VirtualTime } from '../../support/virtual-time.ts'

type Options = Parameters<typeof Station.open>[3]

async function bench(options: Options = {}) {
  const time = new VirtualTime()
  const net = new LossyNet(time, 3)
  const phone = await Station.open(net, time, '10.0.0.1', options)
  const peer = new RawPeer(net, '10.0.0.2')
  const send = async (text: string, ms = 10) => {
    peer.send(text, phone.address)
    await time.advance(ms)
  }
  const last = () => peer.heard.at(-1) ?? ''
  /** An ACK or BYE ... for the dialog that the last response made. */
  const inDialog = (method: string, number: number, lines: readonly string[] = []) =>
    peer.request(method, phone.uri, [
      `To: ${headerOf(last(), 'To')}`,
      `From: ${headerOf(last(), 'From')}`,
      `Call-ID: ${headerOf(last(), 'Call-ID')}`,
      `CSeq: ${number} ${method}`,
      ...lines,
    ])
  const over = async () => {
    await time.advance(200_000)
    assert.deepEqual(phone.engine.counts(), idle)
    assert.equal(time.pending, 0)
    assert.deepEqual(phone.faults, [])
  }
  return { time, net, phone, peer, send, last, inDialog, over }
}

test('INVITE: 100 when nothing was said for 200 ms (RFC 3261 17.2.1), told once, answered with what the user says', async () => {
  const { phone, peer, send, last, over, time } = await bench()
  const invite = peer.request('INVITE', phone.uri, [
    'Record-Route: <sip:p1;lr>',
    'Record-Route: <sip:p2;lr>',
    'Timestamp: 54',
  ])
  await send(invite)
  await time.advance(150)
  await send(invite)
  assert.deepEqual(peer.firsts, [])
  await time.advance(200)
  assert.deepEqual(peer.firsts, ['100'])
  await send(invite)
  assert.deepEqual(peer.firsts, ['100', '100'])
  assert.equal(headerOf(last(), 'To'), `<${phone.uri}>`)
  assert.equal(headerOf(last(), 'Timestamp'), '54')
  assert.equal(phone.requests.length, 1)
  const { transactionId } = phone.requests[0]!.context
  assert.equal(header(phone.requests[0]!.message, 'Via')?.includes(';received=10.0.0.2'), true)
  await phone.respond(transactionId, 180)
  const { message, dialogId } = await phone.respond(transactionId, 200, [{ name: 'To', value: 'x;tag=mine' }])
  assert.deepEqual(headers(message, 'Record-Route'), ['<sip:p1;lr>', '<sip:p2;lr>'])
  assert.match(header(message, 'Contact') ?? '', /10\.0\.0\.1:5060/)
  assert.ok(header(message, 'Allow')?.includes('BYE'))
  assert.match(dialogId, /^raw-call;from-tag=raw;to-tag=[0-9a-f]{16};uas$/)
  await assert.rejects(phone.respond(transactionId, 486), /unknown transaction/)
  await over()
})

test('INVITE: no 100 for who hears something sooner; a repeated one gets the latest that was said', async () => {
  const { phone, peer, send, time } = await bench()
  const invite = peer.request('INVITE', phone.uri)
  await send(invite)
  const { transactionId } = phone.requests[0]!.context
  await phone.respond(transactionId, 180)
  await send(invite)
  await time.advance(1_000)
  assert.deepEqual(peer.firsts, ['180', '180'])
  await phone.respond(transactionId, 183)
  await send(invite)
  await time.advance(1_000)
  assert.deepEqual(peer.firsts, ['180', '180', '183', '183'])
  assert.equal(phone.requests.length, 1)
})

test('the tag of the first answer stays, and the user may choose it', async () => {
  const { phone, peer, send } = await bench()
  await send(peer.request('INVITE', phone.uri))
  const { transactionId } = phone.requests[0]!.context
  const ringing = await phone.respond(transactionId, 180, [{ name: 'To', value: '<sip:x>;tag=mine' }])
  const busy = await phone.respond(transactionId, 486, [{ name: 'To', value: '<sip:x>;tag=other' }])
  assert.deepEqual(
    [ringing, busy].map(({ message }) => header(message, 'To')),
    Array(2).fill(`<${phone.uri}>;tag=mine`),
  )
})

test('without rport the answer goes to the port of Via; a maddr is not followed (RFC 3261 18.2.2)', async () => {
  const { phone, peer, send, net } = await bench()
  const other = new RawPeer(net, '10.0.0.2', 5070)
  const victim = new RawPeer(net, '10.0.0.9', 5070)
  await send(peer.request('OPTIONS', phone.uri, ['Via: SIP/2.0/UDP 10.0.0.2:5070;branch=z9hG4bK1;maddr=10.0.0.9']))
  await phone.respond(phone.requests[0]!.context.transactionId, 200)
  await send('')
  assert.deepEqual([peer.firsts, other.firsts, victim.firsts], [[], ['200'], []])
})

test('a 200 is repeated until the ACK; the ACK is told once (RFC 3261 13.3.1.4)', async () => {
  const { phone, peer, send, inDialog, time } = await bench()
  await send(peer.request('INVITE', phone.uri))
  const { transactionId } = phone.requests[0]!.context
  await phone.respond(transactionId, 200)
  await time.advance(3_600)
  assert.deepEqual(peer.firsts, ['200', '200', '200', '200'])
  const ack = inDialog('ACK', 1)
  await send(ack)
  await send(ack)
  await time.advance(60_000)
  assert.equal(peer.firsts.length, 4)
  assert.deepEqual(
    phone.requests.map(({ message }) => message.method),
    ['INVITE', 'ACK'],
  )
  assert.equal(phone.requests[1]?.context.transactionId, transactionId)
  assert.deepEqual(phone.engine.counts(), { ...idle, dialogs: 1 })
})

test('no ACK for 64*T1: BYE, and the user hears of it', async () => {
  const { phone, peer, send, over } = await bench()
  await send(peer.request('INVITE', phone.uri))
  await phone.respond(phone.requests[0]!.context.transactionId, 200)
  peer.onText = (text) => {
    if (text.startsWith('BYE')) peer.send(peer.answer(text, 200, ''), phone.address)
  }
  await over()
  const bye = peer.heard.find((text) => text.startsWith('BYE')) ?? ''
  assert.equal(headerOf(bye, 'Reason'), 'SIP ;cause=200 ;text="ACK timeout"')
  assert.deepEqual(phone.ended.map(({ dialogId }) => dialogId).length, 1)
  assert.equal(peer.firsts.filter((first) => first === '200').length, 11)
})

test("the callee's BYE waits for the ACK (RFC 3261 15)", async () => {
  const { phone, peer, send, inDialog, over } = await bench()
  await send(peer.request('INVITE', phone.uri))
  const { dialogId } = await phone.respond(phone.requests[0]!.context.transactionId, 200)
  let sent = false
  void phone.sendInDialog(dialogId, 'BYE').then(() => (sent = true))
  await send('')
  assert.deepEqual([sent, peer.firsts], [false, ['200']])
  await send(inDialog('ACK', 1))
  assert.deepEqual([sent, peer.firsts], [true, ['200', 'BYE']])
  peer.send(peer.answer(peer.heard.at(-1) ?? '', 200, ''), phone.address)
  await over()
  assert.deepEqual(phone.ended, [])
})

test('CANCEL: 200 and 487 at once, then told; afterwards the user cannot answer (RFC 3261 9.2)', async () => {
  const { phone, peer, send, over } = await bench()
  const invite = peer.request('INVITE', phone.uri, [], 'z9hG4bK-c')
  await send(invite)
  const { transactionId } = phone.requests[0]!.context
  await phone.respond(transactionId, 180)
  const cancel = peer.request(
    'CANCEL',
    phone.uri,
    ['Reason: SIP;cause=200;text="Call completed elsewhere"'],
    'z9hG4bK-c',
  )
  await send(cancel)
  await send(cancel)
  assert.deepEqual(peer.firsts, ['180', '200', '487', '200'])
  const tags = peer.heard.map((text) => headerOf(text, 'To'))
  assert.equal(new Set(tags).size, 1)
  assert.deepEqual(
    phone.requests.map(({ message }) => message.method),
    ['INVITE', 'CANCEL'],
  )
  assert.equal(phone.requests[1]?.context.transactionId, transactionId)
  await assert.rejects(phone.respond(transactionId, 200), /unknown transaction/)
  const to = headerOf(peer.heard[2] ?? '', 'To') ?? ''
  await send(peer.request('ACK', phone.uri, [`To: ${to}`], 'z9hG4bK-c'))
  await over()
  assert.deepEqual(peer.firsts.filter((first) => first === '487').length, 1)
})

test('CANCEL for nothing is 481, CANCEL after the answer has no effect', async () => {
  const { phone, peer, send, last } = await bench()
  await send(peer.request('CANCEL', phone.uri, [], 'z9hG4bK-none'))
  assert.equal(peer.firsts.at(-1), '481')
  await send(peer.request('INVITE', phone.uri, [], 'z9hG4bK-d'))
  await phone.respond(phone.requests[0]!.context.transactionId, 200)
  await send(peer.request('CANCEL', phone.uri, [], 'z9hG4bK-d'))
  assert.match(headerOf(last(), 'CSeq') ?? '', /CANCEL/)
  assert.deepEqual(peer.firsts, ['481', '200', '200'])
  assert.deepEqual(
    phone.requests.map(({ message }) => message.method),
    ['INVITE'],
  )
  assert.equal(phone.engine.counts().dialogs, 1)
})

const refusals: readonly (readonly [
  what: string,
  method: string,
  lines: readonly string[],
  status: number,
  name?: string,
  value?: string,
])[] = [
  ['an unknown method', 'DANCE', [], 501, 'Allow', 'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE'],
  ['a known method that is not done', 'PUBLISH', [], 405, 'Allow', 'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE'],
  ['an unknown extension', 'INVITE', ['Require: 100rel, foo'], 420, 'Unsupported', '100rel, foo'],
  ['a BYE of no dialog', 'BYE', [], 481],
  ['an UPDATE of no dialog', 'UPDATE', [], 481],
  ['an INFO of no dialog', 'INFO', [], 481],
  ['an INVITE of a dialog that is not there', 'INVITE', ['To: <sip:x@h>;tag=gone'], 481],
  ['an INVITE with a Contact nobody can be reached by', 'INVITE', ['Contact: *'], 400],
  ['a CSeq of another method', 'OPTIONS', ['CSeq: 1 INFO'], 400],
  ['a broken From', 'OPTIONS', ['From: "unclosed <sip:x>'], 400],
]
for (const [what, method, lines, status, name, value] of refusals) {
  test(`${what} is refused with ${status}, without state`, async () => {
    const { phone, peer, send, last } = await bench()
    const request = peer.request(method, phone.uri, lines)
    await send(request)
    await send(request)
    assert.deepEqual(peer.firsts, [String(status), String(status)])
    if (name) assert.equal(headerOf(last(), name), value)
    // The same request, the same tag (RFC 3261 8.2.7)
    assert.equal(headerOf(peer.heard[0] ?? '', 'To'), headerOf(last(), 'To'))
    assert.deepEqual([phone.requests, phone.engine.counts()], [[], idle])
  })
}

test('other schemes are 416, other versions 505, and what cannot be answered is not', async () => {
  const { phone, peer, send } = await bench()
  await send(peer.request('OPTIONS', 'http://x'))
  await send(peer.request('OPTIONS', phone.uri).replace('SIP/2.0\r\n', 'SIP/7.0\r\n'))
  await send(peer.request('ACK', 'http://x'))
  await send(peer.request('OPTIONS', phone.uri, ['Via: nonsense']))
  await send('\r\n\r\n')
  await send('hello')
  assert.deepEqual(peer.firsts, ['416', '505', ''])
})

test('Max-Forwards 0 has arrived (RFC 4475 3.4.2)', async () => {
  const { phone, peer, send } = await bench()
  await send(peer.request('OPTIONS', phone.uri, ['Max-Forwards: 0']))
  assert.equal(phone.requests.length, 1)
})

test('the same request by another way is a merged one: 482 (RFC 3261 8.2.2.2)', async () => {
  const { phone, peer, send } = await bench()
  await send(peer.request('INVITE', phone.uri, [], 'z9hG4bK-1'))
  await send(peer.request('INVITE', `${phone.uri};other`, [`To: <${phone.uri}>`], 'z9hG4bK-2'))
  assert.deepEqual([peer.firsts, phone.requests.length], [['482'], 1])
  await send(peer.request('INVITE', phone.uri, ['CSeq: 2 INVITE'], 'z9hG4bK-3'))
  assert.deepEqual([peer.firsts, phone.requests.length], [['482'], 2])
})

test('a peer of RFC 2543 without branch: retransmission, CANCEL and ACK find their INVITE', async () => {
  const { phone, peer, send, over } = await bench()
  const via = 'Via: SIP/2.0/UDP 10.0.0.2:5060'
  await send(peer.request('INVITE', phone.uri, [via]))
  await send(peer.request('INVITE', phone.uri, [via]))
  await send(peer.request('CANCEL', phone.uri, [via]))
  assert.deepEqual(peer.firsts, ['200', '487'])
  const to = headerOf(peer.heard.at(-1) ?? '', 'To') ?? ''
  await send(peer.request('ACK', phone.uri, [via, `To: ${to}`, 'CSeq: 1 ACK']))
  await over()
  assert.equal(peer.firsts.length, 2)
  assert.deepEqual(
    phone.requests.map(({ message }) => message.method),
    ['INVITE', 'CANCEL'],
  )
})

async function established(options: Options = {}) {
  const made = await bench(options)
  const { phone, peer, send, inDialog } = made
  await send(peer.request('INVITE', phone.uri, ['CSeq: 10 INVITE']))
  const { dialogId } = await phone.respond(phone.requests[0]!.context.transactionId, 200)
  await send('')
  await send(inDialog('ACK', 10))
  const ok = peer.heard.at(-1) ?? ''
  const request = (method: string, number: number, lines: readonly string[] = []) =>
    peer.request(
      method,
      phone.uri,
      [`To: ${headerOf(ok, 'To')}`, `CSeq: ${number} ${method}`, ...lines],
      `z9hG4bK-${method}-${number}`,
    )
  return { ...made, dialogId, request }
}

test('requests in a dialog carry its name; a lower CSeq is 500 and is not told (RFC 3261 12.2.2)', async () => {
  const { phone, peer, send, request, dialogId } = await established()
  await send(request('INFO', 12))
  await send(request('INFO', 11))
  assert.equal(peer.firsts.at(-1), '500')
  assert.deepEqual(
    phone.requests.slice(2).map(({ context }) => context.dialogId),
    [dialogId],
  )
})

test('re-INVITE: 500 with Retry-After while theirs is open, 491 while ours is (RFC 3261 14.2)', async () => {
  const { phone, peer, send, request, dialogId, time } = await established()
  await send(request('INVITE', 11))
  await send(request('INVITE', 12))
  assert.deepEqual(peer.firsts.slice(-1), ['500'])
  assert.match(headerOf(peer.heard.at(-1) ?? '', 'Retry-After') ?? '', /^\d+$/)
  await phone.respond(phone.requests.at(-1)!.context.transactionId, 488)
  await send(request('ACK', 11).replace('z9hG4bK-ACK-11', 'z9hG4bK-INVITE-11'))
  await phone.sendInDialog(dialogId, 'INVITE')
  await time.advance(10)
  await send(request('INVITE', 13))
  assert.equal(peer.firsts.at(-1), '491')
})

test('re-INVITE and its 200 refresh the target; the request goes where the peer is now', async () => {
  const { phone, send, request, dialogId, net, time, peer } = await established()
  const moved = new RawPeer(net, '10.0.0.3')
  await send(request('INVITE', 11, ['Contact: <sip:raw@10.0.0.3>']))
  await phone.respond(phone.requests.at(-1)!.context.transactionId, 200)
  await send(request('ACK', 11))
  await phone.sendInDialog(dialogId, 'INFO')
  await time.advance(10)
  assert.deepEqual(moved.firsts, ['INFO'])
  assert.equal(moved.heard[0]?.split('\r\n')[0], 'INFO sip:raw@10.0.0.3 SIP/2.0')
  assert.equal(headerOf(moved.heard[0] ?? '', 'CSeq'), '1 INFO')
  assert.equal(phone.engine.counts().dialogs, 1)
  assert.ok(peer.heard.length > 0)
})

test('a BYE ends the dialog and what is open in it; then everything is 481', async () => {
  const { phone, peer, send, request, over } = await established()
  await send(request('INVITE', 11))
  await send(request('BYE', 12))
  assert.equal(peer.firsts.at(-1), '487')
  await phone.respond(phone.requests.at(-1)!.context.transactionId, 200)
  await send(request('INFO', 13))
  assert.deepEqual(peer.firsts.slice(-2), ['200', '481'])
  assert.equal(phone.engine.counts().dialogs, 0)
  await over()
})

test('a BYE that crosses ours is answered 200 and not told', async () => {
  const { phone, peer, send, request, dialogId, over } = await established()
  void phone.sendInDialog(dialogId, 'BYE')
  await send(request('BYE', 11))
  assert.deepEqual(peer.firsts.slice(-2), ['BYE', '200'])
  peer.send(peer.answer(peer.heard.at(-2) ?? '', 200, ''), phone.address)
  await over()
  assert.deepEqual(
    phone.requests.map(({ message }) => message.method),
    ['INVITE', 'ACK'],
  )
  assert.deepEqual(phone.statuses(), [200])
})

test('a challenged BYE may be asked again; any other answer is the end (RFC 3261 15.1.1)', async () => {
  const { phone, peer, time, dialogId, over } = await established()
  for (const status of [401, 481]) {
    await phone.sendInDialog(dialogId, 'BYE')
    await time.advance(5)
    peer.send(peer.answer(peer.heard.at(-1) ?? '', status, ''), phone.address)
    await time.advance(5)
  }
  await assert.rejects(phone.sendInDialog(dialogId, 'BYE'), /unable to find dialog/)
  assert.deepEqual(phone.statuses(), [401, 481])
  await over()
})

test('a BYE to an early dialog ends the INVITE with 487 and is told as a CANCEL', async () => {
  const { phone, peer, send, inDialog, over } = await bench()
  await send(peer.request('INVITE', phone.uri))
  await phone.respond(phone.requests[0]!.context.transactionId, 180)
  await send('')
  await send(inDialog('BYE', 2))
  assert.deepEqual(peer.firsts, ['180', '200', '487'])
  assert.deepEqual(
    phone.requests.map(({ message }) => message.method),
    ['INVITE', 'CANCEL'],
  )
  await over()
})

test('a ringing INVITE says so every minute; one that nobody answers is refused and told as a CANCEL', async () => {
  const { phone, peer, send, time, over } = await bench({ limits: { ringingMs: 150_000 } })
  await send(peer.request('INVITE', phone.uri, [], 'z9hG4bK-r'))
  await send(peer.request('INVITE', phone.uri, ['Call-ID: silent'], 'z9hG4bK-s'))
  await phone.respond(phone.requests[0]!.context.transactionId, 180)
  await time.advance(149_000)
  assert.equal(peer.firsts.filter((first) => first === '180').length, 3)
  await over()
  assert.equal(
    new Set(peer.heard.filter((text) => text.startsWith('SIP/2.0 480')).map((text) => headerOf(text, 'Call-ID'))).size,
    2,
  )
  assert.deepEqual(
    phone.requests.map(({ message }) => message.method),
    ['INVITE', 'INVITE', 'CANCEL', 'CANCEL'],
  )
})

test('a request the user never answers is let go when its sender has given up', async () => {
  const { phone, peer, send, over } = await bench()
  await send(peer.request('OPTIONS', phone.uri))
  assert.equal(phone.engine.counts().serverTransactions, 1)
  await over()
})

test('a flood of INVITEs gets 503 with Retry-After, other sources and calls that are up go on', async () => {
  const { phone, peer, send, request, time, net, over, dialogId } = await established({
    limits: { pendingInvites: 30, pendingInvitesPerSource: 20 },
  })
  const flooder = new RawPeer(net, '10.6.6.6')
  for (let index = 0; index < 500; index++) {
    flooder.send(flooder.request('INVITE', phone.uri, [`Call-ID: f${index}`], `z9hG4bK-f${index}`), phone.address)
  }
  await time.advance(50)
  // Of those beyond the limit as many as may be refused at once; the others are dropped
  assert.equal(flooder.firsts.filter((first) => first === '503').length, 100)
  assert.match(headerOf(flooder.heard.at(-1) ?? '', 'Retry-After') ?? '', /^\d+$/)
  assert.equal(phone.engine.counts().serverTransactions, 21)
  await send(peer.request('INVITE', phone.uri, ['Call-ID: honest'], 'z9hG4bK-honest'))
  assert.equal(header(phone.requests.at(-1)!.message, 'Call-ID'), 'honest')
  await send(request('INFO', 11))
  assert.equal(phone.requests.at(-1)?.message.method, 'INFO')
  await phone.sendInDialog(dialogId, 'BYE')
  await over()
})

test('the user throws on a request: the next one is told all the same', async () => {
  const { phone, peer, send } = await bench()
  phone.handle = () => {
    throw new Error('mine')
  }
  await send(peer.request('OPTIONS', phone.uri, [], 'z9hG4bK-1'))
  await send(peer.request('OPTIONS', phone.uri, ['Call-ID: next'], 'z9hG4bK-2'))
  assert.equal(phone.requests.length, 2)
  assert.deepEqual(
    phone.faults.map(({ where }) => where),
    ['onRequest', 'onRequest'],
  )
})

test('a call to oneself is two dialogs', async () => {
  const { phone, time, over } = await bench()
  phone.handle = ({ method }, { transactionId }) => {
    if (method !== 'ACK') void phone.respond(transactionId, 200)
  }
  phone.handleResponse = (response, { dialogId }) => {
    if (header(response, 'CSeq')?.endsWith('INVITE')) void phone.sendInDialog(dialogId, 'ACK')
  }
  await phone.send('INVITE', phone.uri)
  await time.advance(50)
  assert.deepEqual(
    phone.requests.map(({ message }) => message.method),
    ['INVITE', 'ACK'],
  )
  const { dialogId: callee } = phone.requests[1]!.context
  const { dialogId: caller } = phone.responses[0]!.context
  assert.notEqual(caller, callee)
  assert.equal(phone.engine.counts().dialogs, 2)
  await phone.sendInDialog(callee, 'BYE')
  await time.advance(50)
  assert.equal(phone.requests.at(-1)?.context.dialogId, caller)
  await over()
})
