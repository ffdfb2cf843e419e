import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DrachtioLink, type LinkOptions } from '../../../electron/sip/drachtio/link.ts'
import { ControlClient } from '../../support/control-client.ts'
import { FakeEngine, settled } from '../../support/fake-engine.ts'

async function linked(secret = 'word', onInvite?: LinkOptions['delegate']['onInvite']) {
  const engine = new FakeEngine()
  const client = new ControlClient(secret)
  const timers: (() => void)[] = []
  const faults: unknown[] = []
  let reopened = 0
  const link = new DrachtioLink({
    clock: { now: () => 0, after: (_ms, fire) => (timers.push(fire), () => timers.splice(timers.indexOf(fire), 1)) },
    secret: 'word',
    delegate: {
      onReopened: () => void reopened++,
      onFault: (error) => faults.push(error),
      ...(onInvite && { onInvite }),
    },
  })
  engine.user = link
  const opened = link.open(engine, client.server)
  await opened.catch(() => {})
  return { engine, client, link, timers, faults, opened, reopened: () => reopened }
}

const header = (text: string, name: string) =>
  text
    .split('\r\n')
    .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}: `))
    .map((line) => line.slice(name.length + 2))

const value = (message: { headers: readonly { name: string; value: string }[] } | undefined, name: string) =>
  message?.headers.filter((entry) => entry.name === name).map((entry) => entry.value)

test('the greeting is answered with the listening points and a version', async () => {
  const { client } = await linked()
  const { tokens } = client.answerTo('m1')!
  assert.deepEqual(tokens.slice(1), ['response', 'm1', 'OK', 'udp/127.0.0.1:5060', 'v0.9.0', 'udp/127.0.0.1:5060'])
})

test('a wrong secret is refused and the link closed, once', async () => {
  const { client, opened } = await linked('other')
  await assert.rejects(opened)
  await settled()
  assert.deepEqual(client.answerTo('m1')?.tokens.slice(3), ['NO', 'incorrect secret'])
  assert.equal(client.socket?.destroyed, true)
  assert.equal(client.connections, 1)
})

test('route, remove_route, ping, proxy and unknown verbs are answered', async () => {
  const { client, faults } = await linked()
  const answers = ['route|invite', 'remove_route|invite', 'ping', 'proxy|x||', 'dance'].map((words) =>
    client.say(words),
  )
  await settled()
  const words = answers.map((id) => client.answerTo(id)?.tokens.slice(3))
  assert.deepEqual(words, [['OK'], ['OK'], ['OK', 'pong'], ['NOK', 'this is no proxy'], ['NO', 'Unknown message type']])
  assert.equal(faults.length, 1)
})

test('case D: a request outside dialogs goes to the engine, and its answer has the tokens in their places', async () => {
  const { client, engine } = await linked()
  const id = client.say(
    'sip||\r\nINVITE sip:bob@far SIP/2.0\r\nfrom: "Al" <sip:al@localhost>;tag=1\r\ncontact: <sip:al@localhost>\r\n' +
      'Route: <sip:p1;lr>, <sip:p2;lr>\r\nVia: SIP/2.0/UDP evil\r\nRecord-Route: <sip:x>\r\nRSeq: 1\r\nbad name: x\r\n' +
      'call-id: old\r\nCall-ID: new\r\nmax-forwards: 3\r\nMax-Forwards: 9\r\nX-One: a\r\nX-One: b\r\ncontent-length: 4\r\n\r\nv=0 grüß',
  )
  await settled()
  const request = engine.sent[0]!.request
  assert.equal(request.method, 'INVITE')
  assert.equal(request.uri, 'sip:bob@far')
  assert.equal(Buffer.from(request.body).toString(), 'v=0 grüß', 'all of it, whatever content-length said')
  assert.deepEqual(value(request, 'From'), ['"Al" <sip:al@127.0.0.1:5060>;tag=1'])
  assert.deepEqual(value(request, 'Contact'), ['<sip:al@127.0.0.1:5060>'])
  assert.deepEqual(value(request, 'Route'), ['<sip:p1;lr>', '<sip:p2;lr>'])
  assert.deepEqual(engine.routed, ['sip:p1;lr'], 'the way leads to the first Route')
  assert.deepEqual(value(request, 'Call-ID'), ['new'])
  assert.deepEqual(value(request, 'Max-Forwards'), ['9'])
  assert.deepEqual(value(request, 'X-One'), ['a', 'b'])
  assert.deepEqual(value(request, 'Content-Type'), ['application/sdp'])
  for (const dropped of ['Via', 'Record-Route', 'RSeq', 'Content-Length', 'bad name']) {
    assert.deepEqual(value(request, dropped), [], dropped)
  }
  const { tokens, text } = client.answerTo(id)!
  assert.match(tokens[0]!, /^[0-9a-f-]{36}$/)
  assert.deepEqual(tokens.slice(1, 5), ['response', id, 'OK', 'application'])
  assert.equal(tokens[5], String(Buffer.byteLength(text)))
  assert.deepEqual(tokens.slice(6, 9), ['udp', '127.0.0.9', '5090'])
  assert.match(tokens[9]!, /^\d\d:\d\d:\d\d\.\d{6}$/)
  assert.deepEqual(tokens.slice(10), ['c1', 'Msg sent:', ''])
  assert.deepEqual(header(text, 'Content-Length'), ['10'])
  assert.ok(text.endsWith('\r\n\r\nv=0 grüß'))
})

test('a Route of our own goes out; a next hop is handed on; To is left alone', async () => {
  const { client, engine } = await linked()
  client.say(
    'sip|||sip:hop:5070\r\nOPTIONS sip:bob@localhost SIP/2.0\r\nto: <sip:bob@localhost>\r\nfrom: <sip:a@b>\r\n\r\n',
  )
  await settled()
  assert.equal(engine.sent[0]!.request.nextHop, 'sip:hop:5070')
  assert.deepEqual(value(engine.sent[0]!.request, 'To'), ['<sip:bob@localhost>'])
  assert.deepEqual(engine.routed, [])
})

test('what cannot be sent is NOK with a clean reason', async () => {
  const { client, engine } = await linked()
  engine.refuse = 'line one\r\nline|two'
  const refused = client.say('sip||\r\nOPTIONS sip:bob@far SIP/2.0\r\n\r\n')
  const untyped = client.say('sip||\r\nMESSAGE sip:bob@far SIP/2.0\r\n\r\nhello')
  const nowhere = client.say('sip||\r\nINVITE sip:bob@nowhere SIP/2.0\r\nFrom: <sip:a@localhost>\r\n\r\n')
  const broken = client.say('sip||\r\nwhatever\r\n\r\n')
  const anonymous = client.say('sip||\r\nSIP/2.0 200 OK\r\n\r\n')
  await settled()
  assert.deepEqual(client.answerTo(refused)?.tokens.slice(3), ['NOK', 'line one line two'])
  assert.deepEqual(client.answerTo(untyped)?.tokens.slice(3), ['NOK', 'missing content-type'])
  assert.deepEqual(client.answerTo(nowhere)?.tokens.slice(3), ['NOK', 'no way there'])
  assert.deepEqual(client.answerTo(broken)?.tokens.slice(3), ['NOK', 'unreadable SIP message'])
  assert.deepEqual(client.answerTo(anonymous)?.tokens.slice(3), ['NOK', 'transaction id missing'])
})

test('case B: a request in a dialog; the placeholder leaves the Request-URI to the engine', async () => {
  const { client, engine } = await linked()
  const id = client.say('sip||d7\r\nINFO sip:placeholder SIP/2.0\r\ncontent-type: text/plain\r\n\r\nhi')
  await settled()
  assert.equal(engine.sent[0]!.dialogId, 'd7')
  assert.equal(engine.sent[0]!.request.uri, '')
  assert.equal(client.answerTo(id)?.tokens[10], 'c1')
})

test('an ACK goes out for a 2xx and for nothing else, once', async () => {
  const { client, engine } = await linked()
  const ack = (dialogId: string) => client.say(`sip||${dialogId}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`)
  const early = ack('d1')
  client.say('sip||\r\nINVITE sip:bob@far SIP/2.0\r\n\r\n')
  await settled()
  engine.reply('c1', { status: 486 }, { dialogId: 'd1' })
  const refused = ack('d1')
  client.say('sip||\r\nINVITE sip:bob@far SIP/2.0\r\n\r\n')
  await settled()
  engine.reply('c2', { status: 200 }, { dialogId: 'd2' })
  const accepted = ack('d2')
  const twice = ack('d2')
  const outside = ack('')
  await settled()
  const words = [early, refused, accepted, twice, outside].map((id) => client.answerTo(id)?.tokens[3])
  assert.deepEqual(words, ['NOK', 'NOK', 'OK', 'NOK', 'NOK'])
  assert.deepEqual(
    engine.sent.filter(({ request }) => request.method === 'ACK').map(({ dialogId }) => dialogId),
    ['d2'],
  )
})

test('case C: a CANCEL takes only headers that are its own', async () => {
  const { client, engine } = await linked()
  const id = client.say(
    'sip|c9|\r\nCANCEL sip:bob@far SIP/2.0\r\nFrom: <sip:a@b>\r\nContact: <sip:a@b>\r\nReason: SIP;cause=200\r\n\r\n',
  )
  await settled()
  assert.equal(engine.cancelled[0]!.transactionId, 'c9')
  assert.deepEqual(engine.cancelled[0]!.headers, [{ name: 'Reason', value: 'SIP;cause=200' }])
  assert.deepEqual(client.answerTo(id)?.tokens.slice(10), ['cancel-c9', 'Msg sent:', ''])
})

test('case A: a response, without what it copies from the request, and its own layout of the answer', async () => {
  const { client, engine } = await linked()
  engine.receive({ method: 'INVITE' }, { transactionId: 's1' })
  const id = client.say(
    'sip|s1|\r\nSIP/2.0 200 Gut so\r\nfrom: x\r\nto: y\r\nCall-ID: z\r\ncseq: 1 INVITE\r\ncontact: <sip:al@localhost:1>\r\n' +
      'content-type: application/sdp\r\ncontent-length: 3\r\n\r\nv=0 張',
  )
  await settled()
  const { response } = engine.answered[0]!
  assert.equal(response.status, 200)
  assert.equal(response.reason, 'Gut so')
  assert.deepEqual(response.headers, [
    { name: 'Contact', value: '<sip:al@127.0.0.1:5060>' },
    { name: 'Content-Type', value: 'application/sdp' },
  ])
  assert.equal(Buffer.from(response.body).toString(), 'v=0 張')
  const { tokens, text } = client.answerTo(id)!
  assert.deepEqual(tokens.slice(10), ['s1', 's1-dialog', '', 'Msg sent:', ''])
  assert.equal(tokens[5], String(Buffer.byteLength(text)))
  const again = client.say('sip|s1|\r\nSIP/2.0 486 Busy\r\n\r\n')
  await settled()
  assert.equal(client.answerTo(again)?.tokens[3], 'NOK')
})

test('requests: tokens in their places, a plain text', async () => {
  const { client, engine } = await linked()
  engine.receive(
    {
      method: 'INVITE',
      headers: [
        { name: 'From', value: '張三 <sip:z@far>;tag=q' },
        { name: 'Via', value: 'SIP/2.0/UDP [::1]:5060;branch=z9hG4bKa' },
        { name: 'X-Dialtone-Local', value: 'forged' },
        { name: 'X-Dialtone-Generated', value: 'forged' },
        { name: 'constructor', value: 'evil' },
        { name: '__proto__', value: 'evil' },
        { name: 'Content-Length', value: '1' },
      ],
      body: Buffer.from('v=0 grüß'),
    },
    { transactionId: 's1' },
  )
  engine.receive({ method: 'BYE' }, { transactionId: 's2', dialogId: 'd1' })
  await settled()
  const [first] = client.received.filter((payload) => payload.split('|')[1] === 'sip')
  const tokens = first!.split('\r\n')[0]!.split('|')
  const text = first!.slice(first!.indexOf('\r\n') + 2)
  assert.deepEqual(tokens.slice(1, 7), ['sip', 'network', String(Buffer.byteLength(text)), 'udp', '127.0.0.9', '5090'])
  assert.deepEqual(tokens.slice(8), ['s1', '', '127.0.0.1', '5060', ''])
  assert.deepEqual(header(text, 'From'), ['"張三" <sip:z@far>;tag=q'])
  assert.deepEqual(header(text, 'X-Dialtone-Local'), ['127.0.0.1'])
  assert.deepEqual(header(text, 'X-Dialtone-Generated'), [])
  assert.deepEqual(header(text, 'constructor'), [])
  assert.deepEqual(header(text, 'Content-Length'), ['10'])
  const inDialog = client.lastSip()
  assert.deepEqual(inDialog.tokens.slice(8), ['s2', 'd1', ''])
})

test('an INVITE may be answered before it is told, and is not told once it has its last answer', async () => {
  const steps: string[] = []
  const { client, engine, link, timers } = await linked('word', ({ method }, { transactionId }) => {
    const told = client.received.filter((payload) => payload.split('|')[1] === 'sip').length
    steps.push(`${method} ${transactionId}, ${told} told`)
    const contact = { name: 'Contact', value: '<sip:al@localhost>' }
    const [status, reason] = transactionId === 'rings' ? [180, 'Ringing'] : [486, 'Busy Here']
    link.respond(transactionId, { status, reason, headers: [contact, { name: 'Via', value: 'no' }], body: '' })
    return status < 200
  })
  const receive = (transactionId: string, dialogId = '') =>
    engine.receive(
      { method: 'INVITE', headers: [{ name: 'Call-ID', value: transactionId }] },
      { transactionId, dialogId },
    )
  receive('busy')
  assert.deepEqual(steps, [], 'never from within the engine')
  receive('rings')
  receive('re', 'd1')
  await settled()
  assert.deepEqual(steps, ['INVITE busy, 0 told', 'INVITE rings, 0 told'], 'in turn; none within a dialog')
  const told = client.received.filter((payload) => payload.split('|')[1] === 'sip').map((each) => each.split('|')[8])
  assert.deepEqual(told, ['rings', 're'])
  assert.deepEqual(
    engine.answered.map(({ transactionId, response }) => [transactionId, response.status, response.headers]),
    [
      ['busy', 486, [{ name: 'Contact', value: '<sip:al@127.0.0.1:5060>' }]],
      ['rings', 180, [{ name: 'Contact', value: '<sip:al@127.0.0.1:5060>' }]],
    ],
  )
  assert.equal(timers.length, 0)
})

test('responses: 100 is never told, any 2xx to an INVITE is told as 200, generated ones are marked', async () => {
  const { client, engine } = await linked()
  engine.reply('c1', { status: 100 })
  await settled()
  assert.equal(
    client.received.some((payload) => payload.includes('SIP/2.0 100')),
    false,
  )
  engine.reply('c1', { status: 202, reason: 'a|b' }, { dialogId: 'd1' })
  await settled()
  const accepted = client.lastSip()
  assert.deepEqual(accepted.tokens.slice(8), ['c1', 'd1', ''])
  assert.ok(accepted.text.startsWith('SIP/2.0 200 a|b\r\n'), accepted.text)
  engine.reply('c2', { status: 202 }, { method: 'MESSAGE' })
  await settled()
  assert.ok(client.lastSip().text.startsWith('SIP/2.0 202 '))
  engine.reply('c3', { status: 408 }, { generated: true })
  await settled()
  assert.deepEqual(header(client.lastSip().text, 'X-Dialtone-Generated'), ['408'])
})

test('a dialog the engine gave up is told as an unsolicited BYE', async () => {
  const { client, engine } = await linked()
  const bye = { kind: 'request', method: 'BYE', uri: 'sip:x@y', headers: [], body: new Uint8Array() } as const
  engine.user?.onDialogEnded('d1', bye, engine.listening[0]!, engine.listening[0]!)
  await settled()
  const { tokens } = client.lastSip()
  assert.deepEqual([tokens[2], ...tokens.slice(8)], ['application', 'unsolicited', 'd1', ''])
})

test('nothing is told from within a call of the client', async () => {
  const { client, engine } = await linked()
  const before = client.received.length
  client.say('ping')
  engine.receive({ method: 'OPTIONS' })
  assert.equal(client.received.length, before)
  await settled()
  assert.equal(client.received.length, before + 2)
})

test('a second INVITE under a Call-ID that still waits is not told: a CANCEL could reach the wrong one', async () => {
  const { client, engine } = await linked()
  engine.receive({ method: 'INVITE' }, { transactionId: 's1' })
  engine.receive({ method: 'INVITE' }, { transactionId: 's2' })
  engine.receive({ method: 'INVITE' }, { transactionId: 's3', dialogId: 'd1' })
  assert.deepEqual(
    engine.answered.map(({ transactionId, response }) => [transactionId, response.status]),
    [
      ['s2', 482],
      ['s3', 491],
    ],
  )
  client.say('sip|s1|\r\nSIP/2.0 486 Busy\r\n\r\n')
  engine.receive({ method: 'INVITE' }, { transactionId: 's4' })
  await settled()
  assert.equal(client.lastSip().tokens[8], 's4')
})

test('a request that is never answered gets 500 in the end, an INVITE may ring on', async () => {
  const { engine, timers, faults } = await linked()
  engine.receive({ method: 'INVITE' }, { transactionId: 's1' })
  engine.receive({ method: 'UPDATE', headers: [{ name: 'Call-ID', value: 'x' }] }, { transactionId: 's2' })
  assert.equal(timers.length, 1)
  timers[0]!()
  assert.deepEqual(
    engine.answered.map(({ transactionId, response }) => [transactionId, response.status]),
    [['s2', 500]],
  )
  assert.equal(faults.length, 1)
})

test('a link that breaks is opened again; what was under way is ended towards the peers, what was untold is told', async () => {
  const { client, engine, reopened, timers } = await linked()
  engine.receive({ method: 'INVITE' }, { transactionId: 's1' })
  client.say('sip||\r\nINVITE sip:bob@far SIP/2.0\r\nCall-ID: q\r\n\r\n')
  client.say('sip||\r\nINVITE sip:eve@far SIP/2.0\r\nCall-ID: r\r\n\r\n')
  await settled()
  engine.reply('c2', { status: 200 }, { dialogId: 'd2' })
  await settled()
  client.socket!.end()
  engine.receive({ method: 'OPTIONS', headers: [{ name: 'Call-ID', value: 'late' }] }, { transactionId: 's9' })
  await settled()
  assert.equal(reopened(), 1)
  assert.equal(client.connections, 2)
  assert.deepEqual(
    engine.answered.map(({ transactionId, response }) => [transactionId, response.status]),
    [['s1', 500]],
  )
  assert.deepEqual(
    engine.cancelled.map(({ transactionId }) => transactionId),
    ['c1'],
  )
  assert.deepEqual(
    engine.sent.filter(({ dialogId }) => dialogId === 'd2').map(({ request }) => request.method),
    ['ACK', 'BYE'],
  )
  assert.equal(client.lastSip().tokens[8], 's9')
  client.say('sip|s9|\r\nSIP/2.0 200 OK\r\n\r\n')
  assert.equal(engine.answered.at(-1)?.response.status, 200)
  assert.equal(timers.length, 0)
})

test('a 200 to an INVITE that a broken link forgot is acknowledged; a new call is ended, a re-INVITE changes nothing', async () => {
  const { client, engine } = await linked()
  client.say('sip||\r\nINVITE sip:bob@far SIP/2.0\r\n\r\n')
  client.say('sip||d2\r\nINVITE sip:placeholder SIP/2.0\r\n\r\n')
  await settled()
  client.socket!.end()
  await settled()
  engine.reply('c1', { status: 200 }, { dialogId: 'd1' })
  engine.reply('c2', { status: 200 }, { dialogId: 'd2' })
  await settled()
  const sent = engine.sent.slice(2).map(({ request, dialogId }) => `${request.method} ${dialogId}`)
  assert.deepEqual(sent, ['ACK d1', 'BYE d1', 'ACK d2'])
})

test('bytes that are no frame close the link, and it is opened again', async () => {
  const { client, faults, reopened } = await linked()
  client.socket!.write('garbage without a count')
  await settled()
  assert.equal(faults.length, 1)
  assert.equal(reopened(), 1)
})

test('after close nothing is told and no timer is left', async () => {
  const { client, engine, link, timers, reopened } = await linked()
  engine.receive({ method: 'OPTIONS' }, { transactionId: 's1' })
  link.close()
  await settled()
  const before = client.received.length
  engine.receive({ method: 'OPTIONS', headers: [{ name: 'Call-ID', value: 'x' }] }, { transactionId: 's2' })
  await settled()
  assert.equal(client.received.length, before)
  assert.deepEqual([client.connections, reopened(), client.socket?.destroyed], [1, 0, true])
  assert.equal(timers.length, 0)
})
