import assert from 'node:assert/strict'
import { test } from 'node:test'
import Srf from 'drachtio-srf'
import type { UserAgent } from '../../electron/phone/ports.ts'
import type { Header, OutgoingResponse } from '../../electron/sip/index.ts'
import { allowedMethods, supportedExtensions } from '../../electron/ua/capabilities.ts'
import { composeUserAgent } from '../../electron/ua/user-agent.ts'
import { FakeEngine, settled } from '../support/fake-engine.ts'
import { FakePhone, nameOf, sdp, callbacks } from '../support/fake-phone.ts'
import { testLog } from '../support/silent-log.ts'

interface Timer {
  ms: number
  fire: () => void
}

async function agent() {
  const engine = new FakeEngine()
  const phone = new FakePhone()
  const log = testLog()
  const timers: Timer[] = []
  const clock = {
    now: () => 0,
    after: (ms: number, fire: () => void) => {
      const timer = { ms, fire }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0)
    },
  }
  let counter = 0
  const random = (bytes: number) => Uint8Array.from({ length: bytes }, () => counter++ % 256)
  const ua: UserAgent = await composeUserAgent({ clock, log, delegate: phone, random }, (user) => {
    engine.user = user
    return Promise.resolve(engine)
  })
  return { ua, engine, phone, log, timers }
}

type Agent = Awaited<ReturnType<typeof agent>>

const value = (message: { headers: readonly Header[] } | undefined, name: string) =>
  message?.headers.find((entry) => entry.name === name)?.value

const typed = (body: string, type = 'application/sdp') => ({
  body: Buffer.from(body),
  headers: [{ name: 'Content-Type', value: type }],
})

async function answerTo(engine: FakeEngine, transactionId: string): Promise<OutgoingResponse> {
  await settled()
  const finals = engine.answered.filter(
    (entry) => entry.transactionId === transactionId && entry.response.status >= 200,
  )
  assert.equal(finals.length, 1, `one final answer to ${transactionId}`)
  return finals[0]!.response
}

const target = {
  uri: 'sip:bob@127.0.0.9:5090',
  from: { uri: 'sip:al@127.0.0.1', displayName: 'Ä "l"\\' },
  sdp: sdp('offer'),
}

/** A call we made, confirmed. */
async function called({ ua, engine, phone }: Agent, dialogId = 'd1') {
  ua.invite(target, phone.outgoing())
  await settled()
  const id = engine.lastTransactionId
  engine.reply(id, { status: 200, ...typed(sdp('answer')) }, { dialogId })
  await settled()
  const dialog = phone.dialogs.at(-1)!
  return { id, dialog }
}

/** A call that came, confirmed and acknowledged. */
async function received({ engine, phone }: Agent, callId = 'in-1', ack = true) {
  const headers = [{ name: 'Call-ID', value: callId }]
  engine.receive(
    { method: 'INVITE', body: Buffer.from(sdp('offer')), headers: [...headers, ...typed('').headers] },
    { transactionId: callId },
  )
  await settled()
  const dialog = await phone.accept(phone.invites.at(-1)!)
  const dialogId = `${callId}-dialog`
  if (ack) engine.receive({ method: 'ACK', headers }, { transactionId: callId, dialogId })
  await settled()
  return { dialog, dialogId }
}

test('INVITE out: well-formed headers, provisional answers by fork, acceptance, ACK', async () => {
  const all = await agent()
  const { ua, engine, phone, log } = all
  const call = ua.invite(target, phone.outgoing())
  assert.deepEqual(phone.events, [], 'nothing is told before invite returned')
  await settled()
  const { request } = engine.sent[0]!
  assert.equal(request.uri, target.uri)
  assert.match(value(request, 'From')!, /^"Ä \\"l\\"\\\\" <sip:al@127\.0\.0\.1>;tag=[0-9a-f]{16}$/)
  assert.equal(value(request, 'To'), '<sip:bob@127.0.0.9:5090>')
  assert.equal(value(request, 'Contact'), '<sip:al@127.0.0.1:5060>')
  assert.equal(value(request, 'Call-ID'), call.sipCallId)
  assert.equal(value(request, 'Allow'), allowedMethods.join(', '))
  assert.equal(nameOf(Buffer.from(request.body).toString()), 'offer')
  engine.reply('c1', { status: 180, headers: [{ name: 'To', value: '<sip:b@c>;tag=f1' }] })
  engine.reply('c1', { status: 183, ...typed(sdp('early')) })
  engine.reply('c1', { status: 200, ...typed(sdp('answer')) }, { dialogId: 'd1' })
  await settled()
  assert.deepEqual(phone.take(), ['onProvisional 180 f1', 'onProvisional 183 them early', 'onAccepted answer'])
  assert.deepEqual(
    engine.sent.map(({ request, dialogId }) => [request.method, dialogId]),
    [
      ['INVITE', ''],
      ['ACK', 'd1'],
    ],
  )
  const dialog = phone.dialogs[0]!
  assert.deepEqual(
    [dialog.localAddress, dialog.remoteAddress, dialog.sipCallId],
    ['127.0.0.1', '127.0.0.9', call.sipCallId],
  )
  assert.deepEqual(log.faults, [])
  await ua.close()
  assert.equal(engine.closed, true)
})

test('a refusal, a timeout, an unreachable peer and a request that never left are told apart', async () => {
  const { ua, engine, phone } = await agent()
  for (const [status, generated] of [
    [486, false],
    [408, true],
    [503, true],
    [408, false],
  ] as const) {
    ua.invite(target, phone.outgoing())
    await settled()
    engine.reply(engine.lastTransactionId, { status }, { generated })
    await settled()
  }
  engine.refuse = 'no transport'
  ua.invite(target, phone.outgoing())
  await settled()
  engine.refuse = undefined
  ua.invite({ ...target, uri: 'mailto:a@b' }, phone.outgoing())
  ua.invite({ ...target, from: { uri: 'nobody' } }, phone.outgoing())
  await settled()
  assert.deepEqual(phone.take(), [
    'onRejected 486 peer',
    'onRejected 408 timeout',
    'onRejected 503 unreachable',
    'onRejected 408 peer',
    'onRejected 503 unreachable',
    'onRejected 416 unreachable',
    'onRejected 400 unreachable',
  ])
  await ua.close()
})

test('cancel before the request left, while it rings, and when the 200 is already there', async () => {
  const { ua, engine, phone } = await agent()
  ua.invite(target, phone.outgoing()).cancel()
  await settled()
  assert.equal(engine.sent.length, 0)
  assert.deepEqual(phone.take(), ['onRejected 487 timeout'])

  const ringing = ua.invite(target, phone.outgoing())
  await settled()
  engine.reply('c1', { status: 180 })
  await settled()
  ringing.cancel()
  ringing.cancel()
  await settled()
  assert.deepEqual(
    engine.cancelled.map(({ transactionId }) => transactionId),
    ['c1'],
  )
  engine.reply('c1', { status: 487 })
  await settled()
  assert.deepEqual(phone.take(), ['onProvisional 180 them', 'onRejected 487 peer'])

  const late = ua.invite(target, phone.outgoing())
  await settled()
  late.cancel()
  engine.reply('c2', { status: 200, ...typed(sdp('answer')) }, { dialogId: 'd2' })
  await settled()
  assert.deepEqual(
    engine.sent.filter(({ dialogId }) => dialogId === 'd2').map(({ request }) => request.method),
    ['ACK', 'BYE'],
  )
  assert.deepEqual(phone.take(), ['onRejected 487 peer'])
  await ua.close()
})

test('a 200 without Contact is acknowledged and ended, and the call fails', async () => {
  const { ua, engine, phone } = await agent()
  ua.invite(target, phone.outgoing())
  await settled()
  engine.reply('c1', { status: 200, headers: [{ name: 'Contact', value: '' }] }, { dialogId: 'd1' })
  await settled()
  assert.deepEqual(
    engine.sent.map(({ request }) => request.method),
    ['INVITE', 'ACK', 'BYE'],
  )
  assert.deepEqual(phone.take(), ['onRejected 500 peer'])
  await ua.close()
})

test('UPDATE in our early dialog: 491 with an offer, 200 without, never our offer again', async () => {
  const { ua, engine, phone } = await agent()
  const call = ua.invite(target, phone.outgoing())
  await settled()
  const headers = [{ name: 'Call-ID', value: call.sipCallId }]
  engine.receive({ method: 'UPDATE', headers }, { transactionId: 'u1', dialogId: 'e1' })
  engine.receive(
    { method: 'UPDATE', ...typed(sdp('new')), headers: [...headers, ...typed('').headers] },
    { transactionId: 'u2', dialogId: 'e1' },
  )
  assert.equal((await answerTo(engine, 'u1')).status, 200)
  assert.equal((await answerTo(engine, 'u1')).body.length, 0)
  assert.equal((await answerTo(engine, 'u2')).status, 491)
  await ua.close()
})

test('INVITE in: what the phone sees, ringing, acceptance, ACK', async () => {
  const all = await agent()
  const { ua, engine, phone } = all
  const headers = [
    { name: 'Call-ID', value: 'in-1' },
    { name: 'From', value: '張三 <sip:z@far.example>;tag=q' },
    { name: 'Alert-Info', value: '<x>' },
    ...typed('').headers,
  ]
  engine.receive({ method: 'INVITE', uri: 'sip:me@127.0.0.1:5060;x=1', body: Buffer.from(sdp('offer')), headers })
  await settled()
  const invite = phone.invites[0]!
  assert.deepEqual(invite.from, { uri: 'sip:z@far.example', displayName: '張三' })
  assert.deepEqual(invite.to, { uri: 'sip:us@127.0.0.1' })
  assert.deepEqual(invite.source, { address: '127.0.0.9', port: 5090 })
  assert.equal(invite.requestUri, 'sip:me@127.0.0.1:5060;x=1')
  assert.equal(invite.localAddress, '127.0.0.1')
  assert.equal(nameOf(invite.offer!), 'offer')
  assert.equal(invite.header('alert-info'), '<x>')
  assert.equal(invite.fromSelf, false)
  invite.ring()
  const dialog = await phone.accept(invite)
  assert.deepEqual(
    engine.answered.map(({ response }) => response.status),
    [180, 200],
  )
  assert.equal(value(engine.answered[1]!.response, 'Contact'), '<sip:me@127.0.0.1:5060>')
  engine.receive({ method: 'ACK', headers: headers.slice(0, 1) }, { dialogId: 't1-dialog' })
  await settled()
  assert.deepEqual(phone.take().slice(1), ['onAck'])
  assert.equal(dialog.remoteAddress, '127.0.0.9')
  await assert.rejects(invite.accept(sdp('again')), { code: 'gone' })
  invite.reject(486)
  await settled()
  assert.equal(engine.answered.length, 2)
  await ua.close()
})

test('an INVITE rings before drachtio-srf hears of it; what is refused at first sight it never hears of', async (t) => {
  const { use } = Srf.prototype
  const steps: string[] = []
  t.mock.method(Srf.prototype, 'use', function (this: Srf, layer: Parameters<typeof use>[0]) {
    use.call(this, (request, response, next) => {
      steps.push(`drachtio-srf has ${request.get('call-id')}`)
      layer(request, response, next)
    })
  })
  const { ua, engine, phone, log } = await agent()
  phone.react = (invite) => {
    if (invite.sipCallId === 'rings') invite.ring()
    else if (invite.sipCallId === 'busy') invite.reject(486)
    else if (invite.sipCallId === 'elsewhere') invite.redirect(['sip:x@y'])
    else throw new Error('injected')
    steps.push(`answered ${invite.sipCallId} ${engine.answered.at(-1)!.response.status}`)
  }
  for (const callId of ['busy', 'elsewhere', 'breaks', 'rings']) {
    const headers = [{ name: 'Call-ID', value: callId }]
    engine.receive({ method: 'INVITE', headers }, { transactionId: callId })
    engine.receive({ method: 'CANCEL', headers }, { transactionId: callId })
  }
  await settled()
  assert.deepEqual(steps, [
    'answered busy 486',
    'answered elsewhere 302',
    'answered rings 180',
    'drachtio-srf has rings',
  ])
  assert.equal((await answerTo(engine, 'breaks')).status, 500)
  assert.equal(log.faults.length, 1)
  assert.deepEqual(phone.take().slice(4), ['onCancelled'], 'of the one that rang')
  await ua.close()
})

test('an INVITE that drachtio-srf could not read cannot be accepted, and its caller does not wait for it', async (t) => {
  const { use } = Srf.prototype
  t.mock.method(Srf.prototype, 'use', function (this: Srf) {
    use.call(this, () => {})
  })
  const { ua, engine, phone } = await agent()
  const accepting = Promise.withResolvers<unknown>()
  phone.react = (invite) => accepting.resolve(phone.accept(invite))
  engine.receive({ method: 'INVITE' }, { transactionId: 't1' })
  await assert.rejects(accepting.promise, { code: 'gone' })
  assert.equal((await answerTo(engine, 't1')).status, 500)
  await ua.close()
})

test('a delayed offer: ours goes out in the 200, the answer comes with the ACK', async () => {
  const { ua, engine, phone } = await agent()
  engine.receive({ method: 'INVITE' })
  await settled()
  assert.equal(phone.invites[0]!.offer, undefined)
  await phone.accept(phone.invites[0]!, sdp('our offer'))
  assert.equal(nameOf(Buffer.from(engine.answered[0]!.response.body).toString()), 'our offer')
  engine.receive({ method: 'ACK', ...typed(sdp('their answer')) }, { dialogId: 't1-dialog' })
  await settled()
  assert.deepEqual(phone.take().slice(1), ['onAck their answer'])
  await ua.close()
})

test('reject, redirect, statuses that no table has', async () => {
  const { ua, engine, phone } = await agent()
  const actions: ((at: number) => void)[] = [
    (at) => phone.invites[at]!.reject(603, 'No\r\nway'),
    (at) => phone.invites[at]!.redirect(['sip:x@y', 'javascript:bad', 'sip:z@y;transport=tcp']),
    (at) => phone.invites[at]!.reject(608),
    (at) => phone.invites[at]!.reject(200),
    (at) => phone.invites[at]!.redirect([]),
    (at) => phone.invites[at]!.reject(499),
  ]
  for (const [at, act] of actions.entries()) {
    engine.receive({ method: 'INVITE', headers: [{ name: 'Call-ID', value: `in-${at}` }] }, { transactionId: `t${at}` })
    await settled()
    act(at)
  }
  await settled()
  const answers = engine.answered.map(({ response }) => [response.status, response.reason, value(response, 'Contact')])
  assert.deepEqual(answers, [
    [603, 'No way', undefined],
    [302, 'Moved Temporarily', '<sip:x@y>'],
    [600, 'Rejected', undefined],
    [500, 'Server Internal Error', undefined],
    [500, 'Server Internal Error', undefined],
    [400, 'Request Failure', undefined],
  ])
  assert.equal(engine.answered[1]!.response.headers.filter(({ name }) => name === 'Contact').length, 2)
  await ua.close()
})

test('CANCEL: told once with its Reason; an acceptance that crosses it is refused', async () => {
  const { ua, engine, phone } = await agent()
  engine.receive({ method: 'INVITE' }, { transactionId: 't1' })
  await settled()
  engine.receive(
    { method: 'CANCEL', headers: [{ name: 'Reason', value: 'SIP;cause=200;text="Call completed elsewhere"' }] },
    { transactionId: 't1' },
  )
  await settled()
  assert.deepEqual(phone.take().slice(1), ['onCancelled SIP;cause=200;text="Call completed elsewhere"'])
  await assert.rejects(phone.invites[0]!.accept(sdp('late')), { code: 'gone' })
  phone.invites[0]!.reject(486)
  phone.invites[0]!.ring()
  await settled()
  assert.equal(engine.answered.length, 0)

  engine.receive({ method: 'INVITE' }, { transactionId: 't2' })
  await settled()
  const accepting = phone.invites[1]!.accept(sdp('crossing'))
  engine.refuse = 'Response not sent due to unknown transaction'
  engine.receive({ method: 'CANCEL' }, { transactionId: 't2' })
  await assert.rejects(accepting, { code: 'gone' })
  await ua.close()
})

test('BYE in the early dialog ends the INVITE with 487', async () => {
  const { ua, engine, phone } = await agent()
  engine.receive({ method: 'INVITE' }, { transactionId: 't1' })
  await settled()
  phone.invites[0]!.ring()
  engine.receive({ method: 'BYE' }, { transactionId: 't2', dialogId: 'e1' })
  assert.equal((await answerTo(engine, 't2')).status, 200)
  assert.equal((await answerTo(engine, 't1')).status, 487)
  assert.deepEqual(phone.take().slice(1), ['onCancelled'])
  await ua.close()
})

test('what is refused, and how', async () => {
  const { ua, engine, phone, log } = await agent()
  const refusals: [string, Parameters<FakeEngine['receive']>[0], number, string?, string?][] = [
    [
      'unknown extension',
      { method: 'INVITE', headers: [{ name: 'Require', value: '100rel, foo' }] },
      420,
      'Unsupported',
      'foo',
    ],
    ['unknown body', { method: 'INVITE', ...typed('x', 'text/html') }, 415, 'Accept', 'application/sdp'],
    [
      'encoded body',
      {
        method: 'INVITE',
        body: Buffer.from('x'),
        headers: [...typed('').headers, { name: 'Content-Encoding', value: 'gzip' }],
      },
      415,
    ],
    ['unknown scheme', { method: 'INVITE', uri: 'http://x' }, 416],
    ['no dialog', { method: 'INVITE', headers: [{ name: 'To', value: '<sip:us@h>;tag=gone' }] }, 481],
    ['no Contact', { method: 'INVITE', headers: [{ name: 'Contact', value: '' }] }, 400],
    ['BYE outside', { method: 'BYE' }, 481],
    ['REFER outside', { method: 'REFER' }, 403],
    ['a broken Replaces', { method: 'INVITE', headers: [{ name: 'Replaces', value: 'x;to-tag=1' }] }, 400],
    ['INFO outside', { method: 'INFO' }, 481],
    ['UPDATE outside', { method: 'UPDATE' }, 481],
    ['PRACK outside', { method: 'PRACK' }, 481],
    ['a body of another type', { method: 'MESSAGE', ...typed('x', 'text/html') }, 415, 'Accept', 'text/plain'],
    ['SUBSCRIBE', { method: 'SUBSCRIBE' }, 489, 'Allow-Events', 'refer'],
    ['NOTIFY of nothing', { method: 'NOTIFY' }, 481],
    ...['PUBLISH', 'REGISTER', 'DANCE', 'INVITEX'].map(
      (method): [string, { method: string }, number, string, string] => [
        method,
        { method },
        405,
        'Allow',
        allowedMethods.join(', '),
      ],
    ),
  ]
  for (const [at, [what, request, status, name, expected]] of refusals.entries()) {
    const headers = [{ name: 'Call-ID', value: `r${at}` }, ...(request.headers ?? [])]
    engine.receive({ ...request, headers }, { transactionId: `r${at}` })
    const response = await answerTo(engine, `r${at}`)
    assert.equal(response.status, status, what)
    if (name) assert.equal(value(response, name), expected, what)
  }
  assert.equal(phone.invites.length, 0)
  assert.deepEqual(log.faults, [], 'and the link stayed open')
  await ua.close()
})

test('an optional body, a multipart body and a body without a type are understood', async () => {
  const { ua, engine, phone } = await agent()
  const multipart = `--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b\r\nContent-Type: application/sdp\r\n\r\n${sdp('inside')}--b--\r\n`
  const invites: Parameters<FakeEngine['receive']>[0][] = [
    {
      method: 'INVITE',
      body: Buffer.from('x'),
      headers: [
        { name: 'Content-Type', value: 'text/x' },
        { name: 'Content-Disposition', value: 'session;handling=optional' },
      ],
    },
    { method: 'INVITE', ...typed(multipart, 'multipart/mixed; boundary="b"') },
    { method: 'INVITE', body: Buffer.from(sdp('untyped')) },
  ]
  for (const [at, invite] of invites.entries()) {
    engine.receive(
      { ...invite, headers: [{ name: 'Call-ID', value: `m${at}` }, ...(invite.headers ?? [])] },
      { transactionId: `m${at}` },
    )
    await settled()
  }
  assert.deepEqual(
    phone.invites.map(({ offer }) => offer && nameOf(offer)),
    [undefined, 'inside', 'untyped'],
  )
  await ua.close()
})

test('OPTIONS, outside and in a dialog, is answered with what we can do', async () => {
  const all = await agent()
  const { engine, ua } = all
  const { dialogId } = await received(all)
  engine.receive({ method: 'OPTIONS' }, { transactionId: 'o1' })
  engine.receive({ method: 'OPTIONS' }, { transactionId: 'o2', dialogId })
  for (const id of ['o1', 'o2']) {
    const response = await answerTo(engine, id)
    assert.equal(response.status, 200)
    assert.equal(value(response, 'Accept'), 'application/sdp')
    assert.equal(value(response, 'Supported'), supportedExtensions.join(', '))
    assert.match(value(response, 'Allow') ?? '', /INVITE/)
    assert.equal(nameOf(Buffer.from(response.body).toString()), 'capabilities')
  }
  await ua.close()
})

test('OPTIONS out: the final answer, whoever made it', async () => {
  const { ua, engine } = await agent()
  const asked = ua.options('sip:bob@far')
  await settled()
  assert.match(value(engine.sent[0]!.request, 'From')!, /^<sip:127\.0\.0\.1:5060>;tag=/)
  engine.reply('c1', { status: 100 }, { method: 'OPTIONS' })
  engine.reply('c1', { status: 404 }, { method: 'OPTIONS' })
  assert.deepEqual(await asked, { status: 404, reason: 'Words', source: 'peer' })
  engine.refuse = 'no transport'
  assert.deepEqual(await ua.options('sip:bob@far'), { status: 503, reason: 'no transport', source: 'unreachable' })
  await assert.rejects(ua.options('bob'), { code: 'bad-target' })
  await ua.close()
})

test('re-INVITE out: accepted with ACK, refused without one', async () => {
  const all = await agent()
  const { ua, engine, phone } = all
  const { dialog } = await called(all)
  const held = dialog.reinvite(sdp('hold'))
  await settled()
  const { request, transactionId, dialogId } = engine.sent.at(-1)!
  assert.deepEqual([request.method, dialogId, value(request, 'Contact')], ['INVITE', 'd1', '<sip:al@127.0.0.1:5060>'])
  engine.reply(transactionId, { status: 200, ...typed(sdp('held')) }, { dialogId: 'd1' })
  const result = await held
  assert.deepEqual([result.status, nameOf(result.answer!)], [200, 'held'])
  assert.equal(engine.sent.at(-1)!.request.method, 'ACK')

  const refused = dialog.reinvite(sdp('bad'))
  await settled()
  engine.reply(engine.lastTransactionId, { status: 488 }, { dialogId: 'd1' })
  assert.equal((await refused).status, 488)
  await settled()
  assert.equal(engine.sent.at(-1)!.request.method, 'INVITE', 'no ACK for the refused one')
  const next = dialog.reinvite(sdp('next'))
  await settled()
  engine.reply(engine.lastTransactionId, { status: 200, ...typed(sdp('fine')) }, { dialogId: 'd1' })
  assert.equal((await next).status, 200, 'and the dialog can be changed again')
  assert.deepEqual(phone.take().slice(1), [])
  await ua.close()
})

test('glare: theirs is refused with 491, ours is sent again after the wait of RFC 3261 14.1', async () => {
  for (const role of ['uac', 'uas'] as const) {
    const all = await agent()
    const { ua, engine, timers } = all
    const { dialog, dialogId } = role === 'uac' ? { ...(await called(all)), dialogId: 'd1' } : await received(all)
    const ours = dialog.reinvite(sdp('ours'))
    await settled()
    engine.receive({ method: 'INVITE', ...typed(sdp('theirs')) }, { transactionId: 'g1', dialogId })
    assert.equal((await answerTo(engine, 'g1')).status, 491)
    engine.receive({ method: 'UPDATE', ...typed(sdp('theirs')) }, { transactionId: 'g2', dialogId })
    assert.equal((await answerTo(engine, 'g2')).status, 491, 'an UPDATE as well')
    engine.reply(engine.lastTransactionId, { status: 491 }, { dialogId })
    await settled()
    assert.equal(timers.length, 1)
    const { ms, fire } = timers[0]!
    const [first, last] = role === 'uac' ? [2_100, 4_000] : [0, 2_000]
    assert.ok(ms >= first! && ms <= last! && ms % 10 === 0, `${role} waits ${ms}`)
    // While we wait nothing of ours is under way.
    engine.receive({ method: 'INVITE', ...typed(sdp('theirs')) }, { transactionId: 'g3', dialogId })
    assert.equal((await answerTo(engine, 'g3')).status, 200)
    engine.receive({ method: 'ACK' }, { transactionId: 'g3', dialogId })
    fire()
    await settled()
    engine.reply(engine.lastTransactionId, { status: 200, ...typed(sdp('agreed')) }, { dialogId })
    assert.equal((await ours).status, 200)
    await ua.close()
  }
})

test('500 with Retry-After is tried again; without, or later than anybody waits, it is the result', async () => {
  const all = await agent()
  const { ua, engine, timers } = all
  const { dialog } = await called(all)
  const tried = dialog.reinvite(sdp('x'))
  await settled()
  engine.reply(
    engine.lastTransactionId,
    { status: 500, headers: [{ name: 'Retry-After', value: '3 (busy)' }] },
    { dialogId: 'd1' },
  )
  await settled()
  assert.deepEqual(
    timers.map(({ ms }) => ms),
    [3_000],
  )
  timers.splice(0)[0]!.fire()
  await settled()
  engine.reply(
    engine.lastTransactionId,
    { status: 500, headers: [{ name: 'Retry-After', value: '60' }] },
    { dialogId: 'd1' },
  )
  assert.equal((await tried).status, 500)
  await ua.close()
})

test('an offer given as a function is made anew for each attempt; a throw in it is a result', async () => {
  const all = await agent()
  const { ua, engine, timers, log } = all
  const { dialog } = await called(all)
  let version = 0
  const tried = dialog.reinvite(() => sdp(`version ${++version}`))
  await settled()
  engine.reply(engine.lastTransactionId, { status: 491 }, { dialogId: 'd1' })
  await settled()
  timers.splice(0)[0]!.fire()
  await settled()
  const offers = engine.sent.slice(-2).map(({ request }) => nameOf(Buffer.from(request.body).toString()))
  assert.deepEqual(offers, ['version 1', 'version 2'])
  engine.reply(engine.lastTransactionId, { status: 488 }, { dialogId: 'd1' })
  assert.equal((await tried).status, 488)
  const failed = await dialog.reinvite(() => {
    throw new Error('no offer')
  })
  assert.deepEqual([failed.status, failed.source], [500, 'unreachable'])
  assert.equal(log.faults.length, 1)
  await ua.close()
})

test('glare without end is given up, and a BYE ends the waiting', async () => {
  const all = await agent()
  const { ua, engine, timers } = all
  const { dialog } = await called(all)
  const stubborn = dialog.reinvite(sdp('x'))
  for (let attempt = 1; attempt <= 5; attempt++) {
    await settled()
    engine.reply(engine.lastTransactionId, { status: 491 }, { dialogId: 'd1' })
    await settled()
    timers.splice(0)[0]?.fire()
  }
  assert.equal((await stubborn).status, 491)
  const waiting = dialog.reinvite(sdp('y'))
  await settled()
  engine.reply(engine.lastTransactionId, { status: 491 }, { dialogId: 'd1' })
  await settled()
  engine.receive({ method: 'BYE' }, { transactionId: 'b1', dialogId: 'd1' })
  assert.equal((await waiting).status, 487)
  assert.equal((await answerTo(engine, 'b1')).status, 200)
  assert.equal(timers.length, 0)
  assert.equal((await dialog.info('a/b', 'x')).status, 481)
  await ua.close()
})

test('no answer to a re-INVITE, or 481, ends the call; the phone hears of it', async () => {
  for (const [status, generated] of [
    [408, true],
    [481, false],
  ] as const) {
    const all = await agent()
    const { ua, engine, phone } = all
    const { dialog } = await called(all)
    phone.take()
    const tried = dialog.reinvite(sdp('x'))
    await settled()
    engine.reply(engine.lastTransactionId, { status }, { dialogId: 'd1', generated })
    assert.equal((await tried).status, status)
    await settled()
    assert.deepEqual(phone.take(), [`onBye network SIP;cause=${status}`])
    assert.equal(engine.sent.at(-1)!.request.method, 'BYE')
    await ua.close()
  }
})

test('re-INVITE and UPDATE in: the answer of the phone, or its refusal', async () => {
  const all = await agent()
  const { ua, engine, phone } = all
  const { dialogId } = await received(all)
  phone.take()
  engine.receive({ method: 'INVITE', ...typed(sdp('hold')) }, { transactionId: 'r1', dialogId })
  const held = await answerTo(engine, 'r1')
  assert.deepEqual([held.status, nameOf(Buffer.from(held.body).toString())], [200, 'reanswer'])
  engine.receive({ method: 'ACK' }, { transactionId: 'r1', dialogId })
  engine.receive({ method: 'INVITE' }, { transactionId: 'r2', dialogId })
  assert.equal((await answerTo(engine, 'r2')).status, 200)
  engine.receive({ method: 'ACK', ...typed(sdp('their answer')) }, { transactionId: 'r2', dialogId })
  engine.receive({ method: 'UPDATE', ...typed(sdp('update')) }, { transactionId: 'r3', dialogId })
  assert.equal((await answerTo(engine, 'r3')).status, 200)
  engine.receive({ method: 'UPDATE' }, { transactionId: 'r4', dialogId })
  assert.equal((await answerTo(engine, 'r4')).body.length, 0)
  phone.onReinvite = () => ({ status: 488, reason: 'Nothing shared' })
  engine.receive({ method: 'INVITE', ...typed(sdp('opus')) }, { transactionId: 'r5', dialogId })
  const refused = await answerTo(engine, 'r5')
  assert.deepEqual([refused.status, refused.reason], [488, 'Nothing shared'])
  engine.receive({ method: 'INVITE', ...typed('x', 'text/plain') }, { transactionId: 'r6', dialogId })
  assert.equal((await answerTo(engine, 'r6')).status, 415)
  assert.deepEqual(phone.take(), [
    'onReinvite hold',
    'onAck',
    'onReinvite',
    'onAck their answer',
    'onReinvite update',
    'onReinvite opus',
  ])
  await ua.close()
})

test('an UPDATE while a request of ours is under way in the same dialog is answered', async () => {
  const all = await agent()
  const { ua, engine, phone } = all
  const { dialog } = await called(all)
  const callId = { name: 'Call-ID', value: dialog.sipCallId }
  void dialog.info('application/dtmf-relay', 'Signal=1')
  await settled()
  const update = typed(sdp('update'))
  engine.receive(
    { method: 'UPDATE', body: update.body, headers: [...update.headers, callId] },
    { transactionId: 'u1', dialogId: 'd1' },
  )
  assert.equal((await answerTo(engine, 'u1')).status, 200)
  void dialog.bye()
  await settled()
  engine.receive(
    { method: 'UPDATE', body: update.body, headers: [...update.headers, callId] },
    { transactionId: 'u2', dialogId: 'd1' },
  )
  assert.equal((await answerTo(engine, 'u2')).status, 481)
  assert.ok(phone.events.includes('onReinvite update'))
  await ua.close()
})

test('INFO both ways, its body in any script', async () => {
  const all = await agent()
  const { ua, engine, phone } = all
  const { dialog } = await called(all)
  phone.take()
  const asked = dialog.info('application/x', 'Grüße 張三')
  await settled()
  assert.equal(Buffer.from(engine.sent.at(-1)!.request.body).toString(), 'Grüße 張三')
  engine.reply(engine.lastTransactionId, { status: 405 }, { method: 'INFO', dialogId: 'd1' })
  assert.equal((await asked).status, 405)
  engine.receive(
    { method: 'INFO', ...typed('Signal=張\r\n', 'application/dtmf-relay') },
    { transactionId: 'i1', dialogId: 'd1' },
  )
  assert.equal((await answerTo(engine, 'i1')).status, 200)
  assert.deepEqual(phone.take(), ['onInfo application/dtmf-relay Signal=張\r\n'])
  await ua.close()
})

test('in a dialog, too, methods that are not there are refused and the call goes on', async () => {
  const all = await agent()
  const { ua, engine, phone, log } = all
  const { dialogId } = await received(all)
  for (const [method, status] of [
    ['REFER', 400],
    ['NOTIFY', 489],
    ['MESSAGE', 200],
    ['SUBSCRIBE', 489],
    ['PUBLISH', 405],
    ['DANCE', 405],
    ['PRACK', 481],
  ] as const) {
    engine.receive({ method, headers: [{ name: 'Expires', value: '0' }] }, { transactionId: method, dialogId })
    assert.equal((await answerTo(engine, method)).status, status, method)
  }
  phone.take()
  engine.receive({ method: 'INFO', ...typed('x', 'a/b') }, { transactionId: 'i1', dialogId })
  assert.equal((await answerTo(engine, 'i1')).status, 200)
  assert.deepEqual(log.faults, [])
  await ua.close()
})

test('BYE out: resolves with the answer or without; once; after it there is no dialog', async () => {
  const all = await agent()
  const { ua, engine, phone } = all
  const { dialog } = await called(all)
  phone.take()
  const gone = dialog.bye('my "words"')
  assert.equal(dialog.bye(), gone)
  await settled()
  assert.equal(value(engine.sent.at(-1)!.request, 'Reason'), 'SIP;cause=200;text="my \\"words\\""')
  engine.receive({ method: 'INFO' }, { transactionId: 'i1', dialogId: 'd1' })
  assert.equal((await answerTo(engine, 'i1')).status, 481)
  engine.reply(engine.lastTransactionId, { status: 481 }, { method: 'BYE', dialogId: 'd1' })
  await gone
  engine.receive({ method: 'INFO' }, { transactionId: 'i2', dialogId: 'd1' })
  assert.equal((await answerTo(engine, 'i2')).status, 481)
  assert.equal((await dialog.reinvite(sdp('x'))).status, 487)
  assert.deepEqual(phone.take(), [])
  await ua.close()
})

test('who was called waits with BYE and re-INVITE for the ACK', async () => {
  const all = await agent()
  const { ua, engine } = all
  const { dialog, dialogId } = await received(all, 'in-1', false)
  void dialog.bye()
  await settled()
  assert.equal(engine.sent.length, 0)
  engine.receive({ method: 'ACK', headers: [{ name: 'Call-ID', value: 'in-1' }] }, { transactionId: 'in-1', dialogId })
  await settled()
  assert.equal(engine.sent.at(-1)!.request.method, 'BYE')
  await ua.close()
})

test('BYE in, and the dialog the engine gave up', async () => {
  const all = await agent()
  const { ua, engine, phone } = all
  const { dialogId } = await received(all)
  phone.take()
  engine.receive(
    { method: 'BYE', headers: [{ name: 'Reason', value: 'Q.850;cause=16' }] },
    { transactionId: 'b1', dialogId },
  )
  assert.equal((await answerTo(engine, 'b1')).status, 200)
  assert.deepEqual(phone.take(), ['onBye remote Q.850;cause=16'])

  const second = await received(all, 'in-2', false)
  phone.take()
  const parted = second.dialog.bye()
  const reason = { name: 'Reason', value: 'SIP ;cause=200 ;text="ACK timeout"' }
  const bye = {
    kind: 'request',
    method: 'BYE',
    uri: 'sip:x@y',
    headers: [
      reason,
      { name: 'Call-ID', value: 'in-2' },
      { name: 'From', value: '<sip:a@b>;tag=1' },
      { name: 'To', value: '<sip:a@b>;tag=1' },
      { name: 'CSeq', value: '1 BYE' },
    ],
    body: new Uint8Array(),
  } as const
  engine.user?.onDialogEnded(second.dialogId, bye, engine.listening[0]!, engine.listening[0]!)
  await parted
  assert.equal(engine.sent.length, 0)

  const third = await received(all, 'in-3', false)
  phone.take()
  engine.user?.onDialogEnded(third.dialogId, bye, engine.listening[0]!, engine.listening[0]!)
  await settled()
  assert.deepEqual(phone.take(), ['onBye network SIP ;cause=200 ;text="ACK timeout"'])
  await ua.close()
})

test('a call to oneself is recognised', async () => {
  const { ua, engine, phone } = await agent()
  ua.invite(target, phone.outgoing())
  await settled()
  const sent = engine.sent[0]!.request
  const headers = ['From', 'Call-ID'].map((name) => ({ name, value: value(sent, name)! }))
  engine.receive({ method: 'INVITE', headers }, { transactionId: 't1' })
  await settled()
  assert.equal(phone.invites[0]!.fromSelf, true)
  engine.reply('c1', { status: 486 })
  await settled()
  engine.receive({ method: 'INVITE', headers: [{ name: 'Call-ID', value: 'other' }] }, { transactionId: 't2' })
  await settled()
  assert.equal(phone.invites[1]!.fromSelf, false)
  await ua.close()
})

for (const name of callbacks) {
  test(`a throw in ${name} costs no other call, and is reported`, async () => {
    const all = await agent()
    const { ua, engine, phone, log } = all
    const other = await received(all, 'other')
    phone.throwing.add(name)
    // One of everything.
    const going = ua.invite(target, phone.outgoing())
    await settled()
    engine.reply('c1', { status: 180 })
    engine.reply('c1', { status: 486 })
    await settled()
    ua.invite(target, phone.outgoing())
    await settled()
    engine.reply(engine.lastTransactionId, { status: 200, ...typed(sdp('answer')) }, { dialogId: 'd1' })
    await settled()
    const afterAccepted = engine.sent.at(-1)!.request.method
    engine.receive({ method: 'INVITE', headers: [{ name: 'Call-ID', value: 'in-1' }] }, { transactionId: 'in-1' })
    await settled()
    engine.receive({ method: 'CANCEL', headers: [{ name: 'Call-ID', value: 'in-1' }] }, { transactionId: 'in-1' })
    const coming = await received(all, 'in-2').catch(() => undefined)
    if (coming) {
      engine.receive({ method: 'INVITE', ...typed(sdp('hold')) }, { transactionId: 'r1', dialogId: coming.dialogId })
      engine.receive({ method: 'INFO', ...typed('x', 'a/b') }, { transactionId: 'i1', dialogId: coming.dialogId })
      const answers = [(await answerTo(engine, 'r1')).status, (await answerTo(engine, 'i1')).status]
      assert.deepEqual(answers, [name === 'onReinvite' ? 500 : 200, name === 'onInfo' ? 500 : 200])
      engine.receive({ method: 'BYE' }, { transactionId: 'b1', dialogId: coming.dialogId })
      assert.equal((await answerTo(engine, 'b1')).status, 200)
    }
    engine.receive({ method: 'OPTIONS' }, { transactionId: 'o1' })
    assert.equal((await answerTo(engine, 'o1')).status, 200)
    if (name === 'onInvite') assert.equal((await answerTo(engine, 'in-1')).status, 500)
    if (name === 'onAccepted') assert.equal(afterAccepted, 'BYE', 'nobody has that call')
    assert.ok(log.faults.length > 0)
    assert.ok(
      log.faults.every(({ detail }) => JSON.stringify(detail).includes(`injected into ${name}`)),
      JSON.stringify(log.faults),
    )
    // And the other call lives.
    phone.throwing.clear()
    phone.take()
    engine.receive({ method: 'INFO', ...typed('x', 'a/b') }, { transactionId: 'i9', dialogId: other.dialogId })
    assert.equal((await answerTo(engine, 'i9')).status, 200)
    assert.deepEqual(phone.take(), ['onInfo a/b x'])
    going.cancel()
    await ua.close()
  })
}

test('when the link breaks, what is under way is settled and confirmed calls go on', async (t) => {
  const made: Srf[] = []
  const { listen } = Srf.prototype
  t.mock.method(Srf.prototype, 'listen', function (this: Srf, ...options: Parameters<typeof listen>) {
    made.push(this)
    return listen.apply(this, options)
  })
  const all = await agent()
  const { ua, engine, phone, log } = all
  const { dialogId, dialog } = await received(all)
  ua.invite(target, phone.outgoing())
  engine.receive({ method: 'INVITE', headers: [{ name: 'Call-ID', value: 'in-2' }] }, { transactionId: 'in-2' })
  const asked = ua.options('sip:bob@far')
  const held = dialog.reinvite(sdp('hold'))
  await settled()
  phone.take()
  const agentOfSrf = (made[0]!.app as unknown as { client: { mapServer: Map<{ end(): void }, unknown> } }).client
  agentOfSrf.mapServer.keys().next().value!.end()
  await settled()
  assert.deepEqual(phone.take().toSorted(), ['onCancelled', 'onRejected 503 unreachable'])
  assert.equal((await asked).status, 503)
  assert.equal((await held).status, 503)
  assert.equal((await answerTo(engine, 'in-2')).status, 500)
  assert.deepEqual(
    log.faults.map(({ message }) => message),
    ['the control link broke and was opened again'],
  )
  engine.receive({ method: 'INFO', ...typed('x', 'a/b') }, { transactionId: 'i1', dialogId })
  assert.equal((await answerTo(engine, 'i1')).status, 200)
  void dialog.info('a/b', 'y')
  await settled()
  assert.equal(engine.sent.at(-1)!.request.method, 'INFO')
  await called(all, 'd9')
  assert.ok(phone.take().includes('onAccepted answer'))
  await ua.close()
})

test('close settles what is under way', async () => {
  const all = await agent()
  const { ua, engine, phone, timers } = all
  const { dialog } = await received(all, 'unacknowledged', false)
  const parting = dialog.bye()
  phone.take()
  ua.invite(target, phone.outgoing())
  const asked = ua.options('sip:bob@far')
  await settled()
  await ua.close()
  await parting
  assert.deepEqual(phone.take(), ['onRejected 503 unreachable'])
  assert.equal((await asked).status, 503)
  assert.equal(timers.length, 0)
  assert.equal(engine.closed, true)
})
