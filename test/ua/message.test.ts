import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IncomingMessage, MessageVerdict } from '../../electron/phone/ports.ts'
import { mostDatagramBytes } from '../../electron/ua/message.ts'
import { accountBench, challenge, hasCredentials, requests, us } from '../support/account-bench.ts'
import { FakePhone } from '../support/fake-phone.ts'
import { LossyNet, perfectWire } from '../support/lossy-net.ts'
import { headerOf, type RawPeer } from '../support/raw-peer.ts'
import { virtualAgent } from '../support/virtual-agent.ts'
import { VirtualTime } from '../support/virtual-time.ts'

/** Messages (RFC 3428), both ways. */

const from = { uri: 'sip:alice@10.0.0.2', displayName: 'Alice' }

const bodyOf = (text: string) => text.slice(text.indexOf('\r\n\r\n') + 4)

function listening(phone: FakePhone, verdict: MessageVerdict = { status: 200 }): IncomingMessage[] {
  const heard: IncomingMessage[] = []
  const onMessage = (message: IncomingMessage) => {
    heard.push(message)
    return verdict
  }
  Object.assign(phone, { onMessage })
  return heard
}

function messageOf(peer: RawPeer, lines: readonly string[], body: string, to = `sip:alice@${us}`): string {
  const text = peer.request('MESSAGE', to, ['Call-ID: m', ...lines], `z9hG4bK-m${++made}`)
  return text.replace(/Content-Length: 0\r\n\r\n$/, `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

let made = 0

const asText = ['Content-Type: text/plain;charset=utf-8']

test('two phones write to each other, in any script, over several lines, on a bad network', async () => {
  const time = new VirtualTime()
  const net = new LossyNet(time, 7, { ...perfectWire, loss: 0.2, duplicates: 0.2, delayMs: 20, jitterMs: 30 })
  const phones = [new FakePhone(), new FakePhone()] as const
  const heard = phones.map((phone) => listening(phone))
  const alice = await virtualAgent(time, net, '10.0.0.1', 1, phones[0])
  const bob = await virtualAgent(time, net, '10.0.0.2', 2, phones[1])
  const texts = ['Hello', '你好,張三', 'Zeile 1\r\n\r\nZeile 3\n', '😀 ends in blanks  ', 'v=0 is no SDP', '%41|x']
  for (const text of texts) {
    const sending = alice.ua.message({ uri: bob.uri, from: { uri: 'sip:me@localhost', displayName: '愛' }, text })
    await time.advance(40_000)
    assert.deepEqual(await sending, { status: 200, reason: 'OK', source: 'peer' })
  }
  assert.deepEqual(
    heard[1]!.map(({ text }) => text),
    texts,
  )
  const [first] = heard[1]!
  assert.deepEqual(first?.from, { uri: 'sip:me@10.0.0.1:5060', displayName: '愛' })
  assert.deepEqual([first?.source.address, first?.localAddress, first?.line], ['10.0.0.1', '10.0.0.2', undefined])
  assert.deepEqual(bob.log.faults, [])
  const gone = alice.ua.message({ uri: 'sip:nobody@10.0.0.9', from: { uri: 'sip:me@localhost' }, text: 'x' })
  await time.advance(40_000)
  assert.notEqual((await gone).source, 'peer')
})

test('through the account: its route, its name, its credentials; 202 is as good as 200', async () => {
  const { time, ua, line, server } = await accountBench()
  server.onText = (text) => {
    const answer = hasCredentials(text)
      ? server.answer(text, 202, 'b')
      : server.answer(text, 407, 'a', [challenge(407)])
    if (text.startsWith('MESSAGE')) server.send(answer, us)
  }
  const sending = ua.message({ uri: 'sip:bob@10.0.0.2', from, text: 'Grüße', line })
  await time.pass(1000)
  assert.equal((await sending).status, 202)
  const [first = '', second = ''] = requests(server, 'MESSAGE')
  assert.equal(hasCredentials(first), false)
  assert.match(headerOf(second, 'Proxy-Authorization') ?? '', /uri="sip:bob@10\.0\.0\.2"/)
  assert.equal(headerOf(second, 'Call-ID'), headerOf(first, 'Call-ID'))
  assert.match(headerOf(second, 'From') ?? '', /^"?Alice"? <sip:alice@10\.0\.0\.2>;tag=/)
  assert.equal(headerOf(second, 'Content-Type'), 'text/plain;charset=UTF-8')
  assert.equal(bodyOf(second), 'Grüße')
  // RFC 3428 4: it makes no dialog, and has no Contact.
  assert.equal(headerOf(second, 'Contact'), undefined)
})

test('a stranger that a message goes to directly gets no credentials', async () => {
  const { time, ua, line, stranger } = await accountBench()
  stranger.onText = (text) => stranger.send(stranger.answer(text, 401, 's', [challenge(401)]), us)
  for (const through of [undefined, line]) {
    const sending = ua.message({ uri: 'sip:bob@10.0.0.3', from, text: 'x', ...(through && { line: through }) })
    await time.pass(40_000)
    await sending
  }
  assert.deepEqual(stranger.heard.filter(hasCredentials), [])
})

test('never a datagram above 1300 bytes; shorter ones go, as long as they may be', async () => {
  for (const [credentials, to] of [
    [undefined, 'sip:bob@10.0.0.2'],
    [{ username: 'alice', password: 'secret' }, 'sip:bob@10.0.0.2'],
  ] as const) {
    const { time, ua, line, server } = await accountBench({ credentials })
    server.onText = (text) => {
      const asked = credentials !== undefined && !hasCredentials(text)
      server.send(asked ? server.answer(text, 407, 'a', [challenge(407)]) : server.answer(text, 200, 'b'), us)
    }
    let [longest, tooLong] = [0, 1300]
    while (tooLong - longest > 1) {
      const length = (longest + tooLong) >> 1
      const sending = ua.message({ uri: to, from, text: 'é'.repeat(length >> 1) + 'e'.repeat(length % 2), line })
      const outcome = sending.then(
        ({ status }) => status,
        (error: { code: string; message: string }) => error,
      )
      await time.pass(1000)
      const result = await outcome
      if (result === 200) longest = length
      else {
        assert.equal((result as { code: string }).code, 'too-long')
        tooLong = length
      }
    }
    const sizes = server.heard.map((text) => Buffer.byteLength(text))
    assert.ok(Math.max(...sizes) <= mostDatagramBytes, `${Math.max(...sizes)} bytes`)
    assert.ok(Math.max(...sizes) > mostDatagramBytes - 90, `only ${Math.max(...sizes)} bytes`)
    assert.ok(longest > 500, `only ${longest} bytes of text`)
  }
})

test('what comes in is told once, and answered as the phone says', async () => {
  const { time, phone, line, server, stranger } = await accountBench()
  const heard = listening(phone)
  const registering = line.register({ expiresSeconds: 60 })
  server.onText = (text) => text.startsWith('REGISTER') && server.send(server.answer(text, 200, 'r'), us)
  await time.pass(1000)
  await registering
  server.heard.length = 0
  const text = messageOf(server, asText, 'Hallo 你')
  server.send(text, us)
  server.send(text, us)
  await time.pass(100)
  assert.deepEqual(server.firsts, ['200', '200'])
  assert.equal(heard.length, 1)
  assert.deepEqual([heard[0]?.text, heard[0]?.line], ['Hallo 你', line])
  assert.equal(headerOf(server.heard[0] ?? '', 'Contact'), undefined)
  Object.assign(phone, { onMessage: () => ({ status: 403, reason: 'Forbidden' }) })
  stranger.send(messageOf(stranger, ['CSeq: 2 MESSAGE', ...asText], 'psst'), us)
  await time.pass(100)
  assert.deepEqual(stranger.firsts, ['403'])
})

test('other types: 415 with what is taken; no text, no type, no taker', async () => {
  const { time, phone, stranger } = await accountBench()
  const heard = listening(phone)
  const cases: readonly (readonly [readonly string[], string, string])[] = [
    [['Content-Type: text/html'], '<p>', '415'],
    [['Content-Type: application/im-iscomposing+xml'], '<x/>', '415'],
    [['Content-Type: message/cpim'], 'x', '415'],
    [['Content-Type: text/plain;charset=gb2312'], 'x', '415'],
    [['Content-Type: text/plain', 'Content-Encoding: gzip'], 'x', '415'],
    [['Require: nonsense', ...asText], 'x', '420'],
    [['Content-Type: text/plain; charset="UTF-8"; format=flowed'], 'one', '200'],
    [['content-type: TEXT/PLAIN'], 'two', '200'],
    [[], 'three', '200'],
    [asText, '', '200'],
  ]
  for (const [lines, body, expected] of cases) {
    stranger.heard.length = 0
    stranger.send(messageOf(stranger, [`CSeq: ${++made} MESSAGE`, ...lines], body), us)
    await time.pass(100)
    assert.deepEqual(stranger.firsts, [expected], `${lines.join()} ${body}`)
    if (expected === '415') assert.equal(headerOf(stranger.heard[0] ?? '', 'Accept'), 'text/plain')
  }
  assert.deepEqual(
    heard.map(({ text }) => text),
    ['one', 'two', 'three'],
  )
  Object.assign(phone, { onMessage: undefined })
  stranger.heard.length = 0
  stranger.send(messageOf(stranger, asText, 'x'), us)
  await time.pass(100)
  assert.deepEqual(stranger.firsts, ['480'])
  Object.assign(phone, {
    onMessage: () => {
      throw new Error('injected')
    },
  })
  stranger.heard.length = 0
  stranger.send(messageOf(stranger, ['CSeq: 77 MESSAGE', ...asText], 'x'), us)
  await time.pass(100)
  assert.deepEqual(stranger.firsts, ['500'])
})

test('said within a call it is a message all the same, and the call goes on', async () => {
  const { time, phone, ua, stranger } = await accountBench()
  const heard = listening(phone)
  stranger.onText = () => {}
  phone.react = (invite) => void phone.accept(invite)
  const body = 'v=0\r\no=- 1 1 IN IP4 10.0.0.3\r\ns=x\r\nc=IN IP4 10.0.0.3\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n'
  const invite = stranger
    .request('INVITE', `sip:alice@${us}`, ['Call-ID: call', 'Content-Type: application/sdp'], 'z9hG4bK-i')
    .replace(/Content-Length: 0\r\n\r\n$/, `Content-Length: ${body.length}\r\n\r\n${body}`)
  stranger.send(invite, us)
  await time.pass(100)
  const to = headerOf(stranger.heard.at(-1) ?? '', 'To') ?? ''
  stranger.send(stranger.request('ACK', `sip:alice@${us}`, ['Call-ID: call', `To: ${to}`], 'z9hG4bK-a'), us)
  await time.pass(100)
  stranger.heard.length = 0
  const said = messageOf(stranger, asText, 'while we talk').replace('Call-ID: m', 'Call-ID: call')
  stranger.send(said.replace(/To: [^\r]*/, `To: ${to}`).replace('CSeq: 1 ', 'CSeq: 2 '), us)
  await time.pass(100)
  assert.deepEqual(stranger.firsts, ['200'])
  assert.deepEqual(
    heard.map(({ text }) => text),
    ['while we talk'],
  )
  stranger.send(
    stranger.request('BYE', `sip:alice@${us}`, ['Call-ID: call', `To: ${to}`, 'CSeq: 3 BYE'], 'z9hG4bK-b'),
    us,
  )
  await time.pass(100)
  assert.deepEqual(stranger.firsts.slice(1), ['200'])
  assert.ok(phone.take().includes('onBye remote'))
  await ua.close()
})

test('no way there; no URI', async () => {
  const { ua } = await accountBench()
  await assert.rejects(ua.message({ uri: 'nonsense', from, text: 'x' }), { code: 'bad-target' })
  await assert.rejects(ua.message({ uri: 'sip:x@no-such-host.invalid', from, text: 'x' }), { name: 'UserAgentError' })
})
