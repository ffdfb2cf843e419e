import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Line, Notify } from '../../electron/phone/ports.ts'
import { subscriptionStateOf } from '../../electron/ua/notify.ts'
import { accountBench, challenge, hasCredentials, requests, us } from '../support/account-bench.ts'
import { headerOf, type RawPeer } from '../support/raw-peer.ts'

/** Subscriptions of ours (RFC 6665), message by message. */

type Bench = Awaited<ReturnType<typeof accountBench>>

const from = { uri: 'sip:alice@10.0.0.2', displayName: 'Alice' }
const what = { uri: 'sip:bob@10.0.0.2', from, event: 'presence', accept: ['application/pidf+xml'] }
const proxy = 'Record-Route: <sip:10.0.0.2;lr;ftag=x>'

function watching({ ua, line }: Bench, more: { line?: Line | undefined; uri?: string } = { line }) {
  const heard: Notify[] = []
  const { line: through, ...rest } = more
  const subscription = ua.subscribe(
    { ...what, ...rest, ...(through && { line: through }) },
    { onNotify: (notify) => void heard.push(notify) },
  )
  return { subscription, heard }
}

let made = 0

/** A NOTIFY in the dialog of a SUBSCRIBE as text. */
function notifyOf(peer: RawPeer, subscribe: string, lines: readonly string[], body = '', tag = 'n', cseq = ++made) {
  const has = (name: string) => lines.some((line) => line.startsWith(`${name}:`))
  const [uri = ''] = /<([^>]+)>/.exec(headerOf(subscribe, 'Contact') ?? '')?.slice(1) ?? []
  const { address, port } = peer.local
  const all = [
    `From: <sip:bob@10.0.0.2>;tag=${tag}`,
    `To: ${headerOf(subscribe, 'From')}`,
    `Call-ID: ${headerOf(subscribe, 'Call-ID')}`,
    `CSeq: ${cseq} NOTIFY`,
    ...(has('Contact') ? [] : [`Contact: <sip:bob@${address}:${port};x=${tag}>`]),
    ...(has('Event') ? [] : ['Event: presence']),
    ...(body === '' || has('Content-Type') ? [] : ['Content-Type: application/pidf+xml']),
    ...lines,
  ]
  const text = peer.request('NOTIFY', uri, all, `z9hG4bK-n${++made}`)
  return text.replace(/Content-Length: 0\r\n\r\n$/, `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

const active = 'Subscription-State: active;expires=600'

test('subscribe, be told, refresh in the dialog, take it back', async () => {
  const bench = await accountBench()
  const { time, server } = bench
  const { subscription, heard } = watching(bench)
  server.onText = (text) => {
    if (!text.startsWith('SUBSCRIBE')) return
    const known = hasCredentials(text)
    const granted = [`Expires: ${headerOf(text, 'Expires')}`, `Contact: <sip:pa@10.0.0.2;pa=1>`, proxy]
    server.send(known ? server.answer(text, 200, 'n', granted) : server.answer(text, 407, 'c', [challenge(407)]), us)
  }
  const first = subscription.send(600)
  await time.pass(1000)
  assert.deepEqual(await first, { status: 200, reason: 'Whatever', source: 'peer', grantedSeconds: 600 })
  const [asked = '', authorised = ''] = requests(server, 'SUBSCRIBE')
  for (const name of ['Call-ID', 'From', 'Event', 'Accept', 'Expires', 'Contact']) {
    assert.equal(headerOf(asked, name), headerOf(authorised, name), name)
  }
  assert.equal(headerOf(asked, 'Contact'), '<sip:alice@10.0.0.1:5060>')
  server.heard.length = 0
  server.send(notifyOf(server, authorised, [active, 'Contact: <sip:pa@10.0.0.2;pa=2>'], '<presence/>'), us)
  await time.pass(100)
  assert.deepEqual(server.firsts, ['200'])
  assert.deepEqual(heard, [
    {
      event: 'presence',
      subscription: { state: 'active', expiresSeconds: 600 },
      contentType: 'application/pidf+xml',
      body: '<presence/>',
    },
  ])
  for (const seconds of [600, 0]) {
    server.heard.length = 0
    const again = subscription.send(seconds)
    await time.pass(1000)
    assert.equal((await again).status, 200)
    const [refresh = ''] = requests(server, 'SUBSCRIBE')
    assert.match(refresh, /^SUBSCRIBE sip:pa@10\.0\.0\.2;pa=2 SIP/)
    assert.equal(headerOf(refresh, 'Route'), '<sip:10.0.0.2;lr;ftag=x>')
    assert.match(headerOf(refresh, 'To') ?? '', /;tag=n$/)
    assert.equal(headerOf(refresh, 'From'), headerOf(authorised, 'From'))
    assert.equal(headerOf(refresh, 'Expires'), String(seconds))
    const number = (text: string) => Number.parseInt(headerOf(text, 'CSeq') ?? '', 10)
    assert.ok(number(refresh) > number(authorised))
  }
  subscription.close()
  server.heard.length = 0
  server.send(notifyOf(server, authorised, ['Subscription-State: terminated;reason=timeout']), us)
  await time.pass(100)
  assert.deepEqual(server.firsts, ['481'])
  assert.equal(heard.length, 1)
})

test('the NOTIFY overtakes the answer; another fork of it is sent away', async () => {
  const bench = await accountBench()
  const { time, server } = bench
  const { subscription, heard } = watching(bench)
  const answer = subscription.send(600)
  await time.pass(100)
  const [asked = ''] = requests(server, 'SUBSCRIBE')
  server.heard.length = 0
  server.send(notifyOf(server, asked, [active, proxy], '<one/>', 'first'), us)
  server.send(notifyOf(server, asked, [active, proxy], '<two/>', 'second'), us)
  await time.pass(100)
  assert.deepEqual(server.firsts.sort(), ['200', '481'])
  assert.deepEqual(
    heard.map(({ body }) => body),
    ['<one/>'],
  )
  server.send(server.answer(asked, 202, 'second', ['Expires: 300']), us)
  await time.pass(100)
  assert.equal((await answer).grantedSeconds, 300)
  server.heard.length = 0
  void subscription.send(600)
  await time.pass(100)
  const [refresh = ''] = requests(server, 'SUBSCRIBE')
  assert.match(headerOf(refresh, 'To') ?? '', /;tag=first$/)
  assert.match(refresh, /^SUBSCRIBE sip:bob@10\.0\.0\.2:5060;x=first SIP/)
})

test('NOTIFYs that are old, of another event, of another type, broken', async () => {
  const bench = await accountBench()
  const { time, server } = bench
  const { subscription, heard } = watching(bench)
  server.onText = (text) => text.startsWith('SUBSCRIBE') && server.send(server.answer(text, 200, 'n'), us)
  const answer = subscription.send(600)
  await time.pass(100)
  await answer
  const [asked = ''] = requests(server, 'SUBSCRIBE')
  const cases: readonly (readonly [string, string, readonly string[], string, number])[] = [
    ['in order', '200', [active], '<a/>', 500],
    ['old', '500', [active], '<b/>', 499],
    ['another event', '489', [active, 'Event: dialog'], '', 501],
    ['another type', '415', [active, 'Content-Type: text/html'], '<b/>', 502],
    ['state left out', '200', [], '<c/>', 503],
    ['parameters and compact name', '200', ['o: PRESENCE;id=7', 'Event:', active].slice(0, 1).concat(active), '', 504],
  ]
  for (const [name, expected, lines, body, cseq] of cases) {
    server.heard.length = 0
    const text = notifyOf(server, asked, lines, body, 'n', cseq)
    server.send(name.startsWith('parameters') ? text.replace('Event: presence\r\n', '') : text, us)
    await time.pass(100)
    assert.deepEqual(server.firsts, [expected], name)
    if (expected === '489') assert.equal(headerOf(server.heard[0] ?? '', 'Allow-Events'), 'refer')
    if (expected === '415') assert.equal(headerOf(server.heard[0] ?? '', 'Accept'), 'application/pidf+xml')
  }
  assert.deepEqual(
    heard.map(({ body, subscription: { state } }) => `${body} ${state}`),
    ['<a/> active', '<c/> active', ' active'],
  )
})

test('a NOTIFY that nobody asked for: 481, unless it is of the voicemail and from the own server', async () => {
  const bench = await accountBench()
  const { time, server, stranger, line, phone } = bench
  const told: (readonly [Line, Notify])[] = []
  Object.assign(phone, { onUnsolicited: (line: Line, notify: Notify) => void told.push([line, notify]) })
  const summary = ['Event: message-summary', 'Content-Type: application/simple-message-summary', active]
  const unsolicited = (peer: RawPeer, lines = summary, user = 'alice') => {
    const request = peer.request('NOTIFY', `sip:${user}@${us}`, [`Call-ID: ${++made}`, ...lines], `z9hG4bK-u${++made}`)
    const body = 'Messages-Waiting: yes\r\n'
    peer.heard.length = 0
    peer.send(request.replace(/Content-Length: 0\r\n\r\n$/, `Content-Length: ${body.length}\r\n\r\n${body}`), us)
  }
  // Before anything went to the server nobody knows whether it is one.
  unsolicited(server)
  await time.pass(100)
  assert.deepEqual(server.firsts, ['481'])
  server.onText = (text) => text.startsWith('REGISTER') && server.send(server.answer(text, 200, 'r'), us)
  const registering = line.register({ expiresSeconds: 60 })
  await time.pass(100)
  await registering
  unsolicited(server)
  await time.pass(100)
  assert.deepEqual(server.firsts, ['200'])
  assert.deepEqual(
    told.map(([whose, { event, body }]) => [whose === line, event, body]),
    [[true, 'message-summary', 'Messages-Waiting: yes\r\n']],
  )
  for (const [peer, lines, user] of [
    [stranger, summary, 'alice'],
    [server, summary, 'somebody'],
    [server, [active, 'Event: presence'], 'alice'],
    [server, [active, 'Event: constructor'], 'alice'],
    [server, [active], 'alice'],
  ] as const) {
    unsolicited(peer, [...lines], user)
    await time.pass(100)
    assert.deepEqual(peer.firsts, ['481'])
  }
  unsolicited(server, ['Event: message-summary', 'Content-Type: text/html', active])
  await time.pass(100)
  assert.deepEqual(server.firsts, ['415'])
  assert.equal(told.length, 1)
})

test('who subscribes to us learns that there is nothing', async () => {
  const { time, stranger } = await accountBench()
  for (const [event, expected] of [
    ['presence', '489'],
    ['nonsense;id=3', '489'],
    ['', '489'],
    ['refer', '403'],
  ] as const) {
    stranger.heard.length = 0
    const lines = [`Call-ID: ${++made}`, ...(event === '' ? [] : [`Event: ${event}`]), 'Expires: 600']
    stranger.send(stranger.request('SUBSCRIBE', `sip:alice@${us}`, lines, `z9hG4bK-s${++made}`), us)
    await time.pass(100)
    assert.deepEqual(stranger.firsts, [expected], event)
    if (expected === '489') assert.equal(headerOf(stranger.heard[0] ?? '', 'Allow-Events'), 'refer')
  }
})

test('a stranger that is watched directly gets no credentials, at first or later', async () => {
  const bench = await accountBench()
  const { time, stranger } = bench
  for (const line of [undefined, bench.line]) {
    const { subscription } = watching(bench, { line, uri: 'sip:bob@10.0.0.3' })
    stranger.onText = (text) => {
      if (text.startsWith('SUBSCRIBE'))
        stranger.send(stranger.answer(text, 200, 'n', ['Contact: <sip:bob@10.0.0.3>']), us)
    }
    const first = subscription.send(600)
    await time.pass(40_000)
    await first
    stranger.onText = (text) => stranger.send(stranger.answer(text, 401, 'n', [challenge(401)]), us)
    const second = subscription.send(600)
    await time.pass(40_000)
    await second
  }
  assert.deepEqual(stranger.heard.filter(hasCredentials), [])
})

test('423, Retry-After, nobody there', async () => {
  const bench = await accountBench()
  const { time, server } = bench
  const ask = async (status: number, lines: readonly string[]) => {
    server.onText = (text) => text.startsWith('SUBSCRIBE') && server.send(server.answer(text, status, 'n', lines), us)
    const { subscription } = watching(bench)
    const answer = subscription.send(60)
    await time.pass(1000)
    return answer
  }
  assert.deepEqual(await ask(423, ['Min-Expires: 300']), {
    status: 423,
    reason: 'Whatever',
    source: 'peer',
    minExpiresSeconds: 300,
  })
  assert.equal((await ask(503, ['Retry-After: 17 (busy)'])).retryAfterSeconds, 17)
  const { subscription } = watching(bench, { uri: 'sip:bob@10.0.0.9', line: undefined })
  const answer = subscription.send(60)
  await time.pass(40_000)
  assert.notEqual((await answer).source, 'peer')
})

test('Subscription-State as peers write it', () => {
  const cases: readonly (readonly [string, ReturnType<typeof subscriptionStateOf>])[] = [
    ['active;expires=3600', { state: 'active', expiresSeconds: 3600 }],
    [' Pending ; expires = 5', { state: 'pending' }],
    ['terminated;reason=Giveup;retry-after=10', { state: 'terminated', reason: 'giveup', retryAfterSeconds: 10 }],
    ['TERMINATED', { state: 'terminated' }],
    ['', { state: 'active' }],
    ['waiting;expires=x', { state: 'active' }],
    ['active;expires=99999999999999999999', { state: 'active', expiresSeconds: 4_294_967_295 }],
    [`active${';'.repeat(50_000)}`, { state: 'active' }],
  ]
  for (const [value, expected] of cases) assert.deepEqual(subscriptionStateOf(value), expected, value.slice(0, 40))
})

test('PUBLISH: with the tag of the one before, and what the server says to it', async () => {
  const { time, ua, line, server } = await accountBench()
  const publish = { uri: 'sip:alice@10.0.0.2', from, line, event: 'presence', expiresSeconds: 600 }
  const body = { contentType: 'application/pidf+xml', text: '<presence/>' }
  server.onText = (text) => {
    const answer = hasCredentials(text)
      ? server.answer(text, 200, 'p', ['SIP-ETag: abc.1', 'Expires: 300'])
      : server.answer(text, 401, 'c', [challenge(401)])
    server.send(answer, us)
  }
  const first = ua.publish({ ...publish, body })
  await time.pass(1000)
  assert.deepEqual(await first, {
    status: 200,
    reason: 'Whatever',
    source: 'peer',
    entityTag: 'abc.1',
    grantedSeconds: 300,
  })
  const [, sent = ''] = requests(server, 'PUBLISH')
  assert.match(sent, /^PUBLISH sip:alice@10\.0\.0\.2 SIP/)
  assert.equal(headerOf(sent, 'Event'), 'presence')
  assert.equal(headerOf(sent, 'SIP-If-Match'), undefined)
  assert.ok(sent.endsWith('\r\n\r\n<presence/>'))
  server.heard.length = 0
  server.onText = (text) => server.send(server.answer(text, 412, 'p'), us)
  const second = ua.publish({ ...publish, entityTag: 'abc.1' })
  await time.pass(1000)
  assert.equal((await second).status, 412)
  const [refresh = ''] = requests(server, 'PUBLISH')
  assert.equal(headerOf(refresh, 'SIP-If-Match'), 'abc.1')
  assert.ok(refresh.endsWith('\r\n\r\n'))
  server.onText = (text) => server.send(server.answer(text, 423, 'p', ['Min-Expires: 900']), us)
  const third = ua.publish(publish)
  await time.pass(1000)
  assert.equal((await third).minExpiresSeconds, 900)
})
