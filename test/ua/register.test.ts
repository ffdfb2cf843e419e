import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountBench, challenge, hasCredentials, requests, us } from '../support/account-bench.ts'
import { headerOf } from '../support/raw-peer.ts'

const contactOf = (request: string) => headerOf(request, 'Contact') ?? ''

test('MiniSipServer: 407 to REGISTER, its very digest, and two minutes granted', async () => {
  const { time, line, server } = await accountBench({
    from: { uri: 'sip:101@10.0.0.2' },
    registrar: 'sip:192.168.1.132',
    route: ['sip:10.0.0.2'],
    credentials: { username: '101', password: '101' },
  })
  const asked =
    'Proxy-Authenticate: Digest realm="myvoipapp.com",algorithm=MD5,nonce="18bf67854ae23d6d2cd772af69535f91",stale=FALSE'
  server.onText = (text) => {
    const credentials = headerOf(text, 'Proxy-Authorization')
    const [uri = ''] = /<([^>]+)>/.exec(contactOf(text))?.slice(1) ?? []
    const answer = credentials
      ? server.answer(text, 200, 'r', ['Expires: 120', `Contact: <${uri}>`])
      : server.answer(text, 407, 'r', [asked])
    server.send(answer, us)
  }
  const registering = line.register({ expiresSeconds: 3600 })
  await time.pass(1000)
  const answer = await registering
  assert.deepEqual([answer.status, answer.grantedSeconds], [200, 120])
  const [first = '', second = ''] = requests(server, 'REGISTER')
  assert.match(headerOf(second, 'Proxy-Authorization') ?? '', /response="581842f465276cd5fa908061d7bf2f69"/)
  assert.equal(headerOf(first, 'Call-ID'), headerOf(second, 'Call-ID'))
  assert.equal(headerOf(first, 'From'), headerOf(second, 'From'))
  assert.equal(Number.parseInt(headerOf(second, 'CSeq') ?? ''), 1 + Number.parseInt(headerOf(first, 'CSeq') ?? ''))
  assert.match(contactOf(first), /^<sip:101@10\.0\.0\.1:5060;rinstance=\w+>;\+sip\.instance="<urn:uuid:/)
  assert.match(headerOf(first, 'Route') ?? '', /^<sip:10\.0\.0\.2;lr>$/)
})

test('a refresh uses the nonce again, with its counter, and the next CSeq', async () => {
  const { time, line, server } = await accountBench()
  server.onText = (text) => {
    const known = headerOf(text, 'Authorization')
    server.send(
      known ? server.answer(text, 200, 'r', ['Expires: 60']) : server.answer(text, 401, 'r', [challenge(401)]),
      us,
    )
  }
  for (let round = 0; round < 3; round++) {
    const registering = line.register({ expiresSeconds: 60 })
    await time.pass(1000)
    assert.equal((await registering).status, 200)
  }
  const all = requests(server, 'REGISTER')
  const counts = all.map((text) => /nc=(\w+)/.exec(text)?.[1])
  assert.deepEqual(counts, [undefined, '00000001', '00000002', '00000003'])
  const numbers = all.map((text) => Number.parseInt(headerOf(text, 'CSeq') ?? ''))
  assert.deepEqual(numbers, [1, 2, 3, 4])
  assert.equal(new Set(all.map((text) => headerOf(text, 'Call-ID'))).size, 1)
})

test('the server names the next nonce', async () => {
  const { time, line, server } = await accountBench()
  server.onText = (text) => {
    const answer = headerOf(text, 'Authorization')
      ? server.answer(text, 200, 'r', ['Authentication-Info: nextnonce="fresh", qop=auth'])
      : server.answer(text, 401, 'r', [challenge(401)])
    server.send(answer, us)
  }
  for (let round = 0; round < 2; round++) {
    const registering = line.register({ expiresSeconds: 60 })
    await time.pass(1000)
    await registering
  }
  assert.match(headerOf(requests(server, 'REGISTER').at(-1) ?? '', 'Authorization') ?? '', /nonce="fresh".*nc=00000001/)
})

test('a wrong password is sent once', async () => {
  const { time, line, server } = await accountBench()
  let nonce = 0
  server.onText = (text) =>
    server.send(server.answer(text, 401, 'r', [challenge(401).replace('-1', `-${nonce++}`)]), us)
  const registering = line.register({ expiresSeconds: 60 })
  await time.pass(1000)
  const answer = await registering
  assert.deepEqual([answer.status, answer.refused], [401, 'rejected'])
  assert.equal(requests(server, 'REGISTER').length, 2)
})

test('a stale nonce is replaced at once; one that is always stale is given up', async () => {
  const { time, line, server } = await accountBench()
  let round = 0
  server.onText = (text) => {
    const asked = challenge(401).replace('-1', `-${round}`) + (round++ > 0 ? ',stale=true' : '')
    server.send(server.answer(text, 401, 'r', [asked]), us)
  }
  const registering = line.register({ expiresSeconds: 60 })
  await time.pass(1000)
  assert.equal((await registering).refused, 'rejected')
  assert.equal(requests(server, 'REGISTER').length, 4)
})

test('no credentials, a challenge nobody knows, no answer at all', async () => {
  const none = await accountBench({ credentials: undefined })
  none.server.onText = (text) => none.server.send(none.server.answer(text, 401, 'r', [challenge(401)]), us)
  const first = none.line.register({ expiresSeconds: 60 })
  await none.time.pass(1000)
  assert.equal((await first).refused, 'no-credentials')
  none.server.onText = () => {}
  const second = none.line.register({ expiresSeconds: 60 })
  await none.time.pass(40_000)
  assert.deepEqual([(await second).status, (await second).source], [408, 'timeout'])
  const strange = await accountBench()
  const bearer = 'WWW-Authenticate: Bearer authz_server="https://x"'
  strange.server.onText = (text) => strange.server.send(strange.server.answer(text, 401, 'r', [bearer]), us)
  const third = strange.line.register({ expiresSeconds: 60 })
  await strange.time.pass(1000)
  assert.equal((await third).refused, 'unsupported')
})

test('granted: by the parameter of our own Contact, by the header, or as asked', async () => {
  const { time, line, server } = await accountBench()
  const answers: ((contact: string) => string[])[] = [
    (contact) => ['Expires: 90', `Contact: <sip:other@h>;expires=30, ${contact};expires=45;q=0.5`],
    (contact) => ['Expires: 90', `Contact: ${contact}`],
    () => [],
  ]
  const granted: (number | undefined)[] = []
  for (const lines of answers) {
    server.onText = (text) => server.send(server.answer(text, 200, 'r', lines(contactOf(text))), us)
    const registering = line.register({ expiresSeconds: 600 })
    await time.pass(1000)
    granted.push((await registering).grantedSeconds)
  }
  assert.deepEqual(granted, [45, 90, 600])
})

test('423 says the least, 503 when to come again; bindings are asked for without a Contact', async () => {
  const { time, line, server } = await accountBench()
  const ask = async (status: number, lines: readonly string[], expiresSeconds: number | undefined) => {
    server.onText = (text) => server.send(server.answer(text, status, 'r', lines), us)
    const registering = line.register({ expiresSeconds })
    await time.pass(1000)
    return registering
  }
  assert.equal((await ask(423, ['Min-Expires: 300'], 60)).minExpiresSeconds, 300)
  assert.equal((await ask(503, ['Retry-After: 7 (busy)'], 60)).retryAfterSeconds, 7)
  const { bindings } = await ask(
    200,
    ['Contact: <sip:a@h>;expires=30;q=0.7', 'Contact: <sip:b@h>;expires=5'],
    undefined,
  )
  assert.deepEqual(bindings, [
    { uri: 'sip:a@h', expiresSeconds: 30, q: 0.7 },
    { uri: 'sip:b@h', expiresSeconds: 5 },
  ])
  const last = requests(server, 'REGISTER').at(-1) ?? ''
  assert.equal(headerOf(last, 'Contact'), undefined)
})

test('a Service-Route is followed by calls, not by REGISTER (RFC 3608)', async () => {
  const { time, line, server, stranger, ua, phone } = await accountBench()
  server.onText = (text) => {
    if (text.startsWith('REGISTER'))
      server.send(server.answer(text, 200, 'r', ['Service-Route: <sip:10.0.0.3;lr>, <sip:10.0.0.9;lr>']), us)
  }
  for (let round = 0; round < 2; round++) {
    const registering = line.register({ expiresSeconds: 60 })
    await time.pass(1000)
    await registering
  }
  assert.equal(headerOf(requests(server, 'REGISTER').at(-1) ?? '', 'Route'), undefined)
  ua.invite({ uri: 'sip:bob@sip.test', from: { uri: 'sip:alice@10.0.0.2' }, sdp: 'v=0\r\n', line }, phone.outgoing())
  await time.pass(100)
  const [invite = ''] = requests(server, 'INVITE')
  assert.deepEqual(
    invite.split('\r\n').filter((row) => row.startsWith('Route:')),
    ['Route: <sip:10.0.0.2;lr>', 'Route: <sip:10.0.0.3;lr>', 'Route: <sip:10.0.0.9;lr>'],
  )
  assert.equal(requests(stranger, 'INVITE').length, 0)
})

test('a thousand refreshes leave nothing behind', async () => {
  const { time, line, server, engine } = await accountBench()
  server.onText = (text) => {
    const answer = hasCredentials(text)
      ? server.answer(text, 200, 'r', ['Expires: 60'])
      : server.answer(text, 401, 'r', [challenge(401)])
    server.heard.length = 0
    server.send(answer, us)
  }
  for (let refresh = 0; refresh < 1000; refresh++) {
    const registering = line.register({ expiresSeconds: 60 })
    await time.pass(60)
    assert.equal((await registering).status, 200)
  }
  await time.pass(40_000)
  const { clientTransactions, serverTransactions, dialogs } = engine.counts()
  assert.deepEqual([clientTransactions, serverTransactions, dialogs], [0, 0, 0])
})
