import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { scopeOf } from '../../support/scope.ts'
import { until } from '../../support/until.ts'
import { ServeBench } from './serve-bench.ts'

/** Who should not get in, and what it costs to try: a code, a line in the log without secrets, and nothing else. */

const unharmed = async (bench: ServeBench) => {
  const page = await bench.page()
  const answer = await page.ask('echo', { text: 'still here' })
  assert.deepEqual('result' in answer && answer.result, { text: 'still here' })
}

const refusedWith = (status: number) => new RegExp(`Unexpected server response: ${status}`)

test('without a session nothing is shown, not even what there is', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  for (const path of ['/', '/index.html', '/assets/app.js', '/nothing', '/rpc']) {
    const { status, body } = await bench.ask(path)
    assert.equal(status, 401, path)
    assert.doesNotMatch(body, /Page|title/)
  }
  await assert.rejects(bench.page({ Cookie: 'none=1' }), refusedWith(401))
  await assert.rejects(bench.page({ Cookie: `dialtone-${bench.behind.carrier.port}=` }), refusedWith(401))
  assert.ok(bench.behind.logged.some((line) => line.includes('without a session')))
})

test('a ticket works once, and a wrong or replayed one never', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const ticket = bench.ticket()
  const wrong = `${ticket.slice(0, -1)}${ticket.endsWith('A') ? 'B' : 'A'}`
  for (const text of ['', 'x', wrong, `${ticket}A`]) assert.equal((await bench.enter(text)).status, 401, text)
  const first = await bench.enter(ticket)
  assert.equal(first.status, 200)
  assert.match(first.headers['set-cookie']?.[0] ?? '', /^dialtone-\d+=[\w-]{22}; Path=\/; HttpOnly; SameSite=Strict$/)
  const replayed = await bench.enter(ticket)
  assert.equal(replayed.status, 401)
  assert.equal(replayed.headers['set-cookie'], undefined)
  assert.doesNotMatch(bench.behind.logged.join('\n'), new RegExp(ticket))
})

test('a ticket does not live long', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const [early, late] = [bench.ticket(), bench.ticket()]
  bench.behind.time.now += 10 * 60_000 - 1
  assert.equal((await bench.enter(early)).status, 200)
  bench.behind.time.now += 1
  assert.equal((await bench.enter(late)).status, 401)
})

test('who guesses is soon not listened to any more, for a while', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const statuses: number[] = []
  for (let guess = 0; guess < 12; guess++) statuses.push((await bench.enter(`guess-${guess}`)).status)
  assert.deepEqual(statuses, [...Array<number>(10).fill(401), 429, 429])
  const refused = await bench.enter(bench.ticket())
  assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '10'])
  bench.behind.time.now += 6000
  assert.equal((await bench.enter(bench.ticket())).status, 200)
})

test('a ticket of any length but its own is not taken in', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  assert.equal((await bench.enter('x'.repeat(65))).status, 413)
  const { status } = await bench.enter('x'.repeat(10_000_000)).catch(() => ({ status: 413 }))
  assert.equal(status, 413)
  await unharmed(bench)
})

test('a name that was made to point here is not ours (DNS rebinding)', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const { port } = bench.behind.carrier
  const Cookie = await bench.session()
  const names = ['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:1', `127.0.0.1.:${port}`]
  for (const Host of [...names, `LOCALHOST:${port}`, `127.0.0.1:${port}@evil`, `[::1]:${port}`]) {
    assert.equal((await bench.ask('/', { headers: { Host, Cookie } })).status, 403, Host)
    const entering = await bench.enter(bench.ticket(), { Host, Origin: `http://${Host}` })
    assert.equal(entering.status, 403, Host)
    await assert.rejects(bench.page({ Host, Origin: `http://${Host}`, Cookie }), refusedWith(403), Host)
  }
  const cookie = `Cookie: ${Cookie}`
  const own = `Host: ${bench.host}`
  assert.equal(await bench.raw(['GET / HTTP/1.1', own, cookie, 'Connection: close']), 200)
  assert.equal(await bench.raw(['GET / HTTP/1.1', own, 'Host: evil.example', cookie, 'Connection: close']), 403)
  assert.equal(await bench.raw(['GET / HTTP/1.1', 'Host:', cookie, 'Connection: close']), 403)
  assert.equal(await bench.raw(['GET / HTTP/1.1', cookie, 'Connection: close']), 400)
  assert.equal(await bench.raw(['GET / HTTP/1.0', cookie]), 403)
  const localhost = { Host: `localhost:${port}`, Cookie }
  assert.equal((await bench.ask('/', { headers: localhost })).status, 200)
  await bench.page({ ...localhost, Origin: `http://localhost:${port}` })
})

test('another page cannot act in the name of this one (CSRF, foreign WebSocket)', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const { port } = bench.behind.carrier
  const Cookie = await bench.session()
  const foreign = ['http://evil.example', 'null', `https://127.0.0.1:${port}`, 'http://127.0.0.1', 'http://127.0.0.1:1']
  // Another of our own names is another origin, too.
  for (const Origin of [...foreign, `http://localhost:${port}`, `${bench.origin}/`, `${bench.origin}.evil.example`]) {
    assert.equal((await bench.enter(bench.ticket(), { Origin, Cookie })).status, 403, Origin)
    assert.equal((await bench.ask('/assets/app.js', { headers: { Origin, Cookie } })).status, 403, Origin)
    await assert.rejects(bench.page({ Origin, Cookie }), refusedWith(403), Origin)
  }
  const silent = await bench.ask('/enter', { method: 'POST', headers: { Cookie }, body: bench.ticket() })
  assert.equal(silent.status, 403, 'who changes something says where it comes from')
  assert.ok(bench.behind.logged.some((line) => line.includes('a foreign origin') && line.includes('evil.example')))
})

test('nothing but the entrance takes anything', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const headers = { Cookie: await bench.session(), Origin: bench.origin }
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])
    for (const path of ['/', '/rpc', '/assets/app.js'])
      assert.equal((await bench.ask(path, { method, headers })).status, 405, `${method} ${path}`)
})

test('no path leads out of the page', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const headers = { Cookie: await bench.session() }
  const paths = [
    '/../outside.html',
    '/assets/../../outside.html',
    '/..%2foutside.html',
    '/%2e%2e/outside.html',
    '/..\\outside.html',
    '//etc/passwd',
    '/etc/passwd',
    '/assets',
    '/assets/',
    '/index.html%00.js',
    '/__proto__',
    '/constructor',
    '/hasOwnProperty',
    'file:///etc/passwd',
    `${bench.origin}/index.html`,
    // There, but not of the page.
    '/link.html',
    '/notes.md',
  ]
  for (const path of paths) assert.equal((await bench.ask(path, { headers })).status, 404, path)
})

test('a WebSocket elsewhere than it belongs is refused', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  await assert.rejects(bench.page({}, '/'), refusedWith(404))
  await assert.rejects(bench.page({}, '/rpc/../rpc2'), refusedWith(404))
})

test('wrong types, unknown methods and file paths are refused with their codes', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const page = await bench.page()
  const code = async (method: string, params: unknown) => {
    const answer = await page.ask(method, params)
    return 'error' in answer ? answer.error.data.code : 'done'
  }
  assert.equal(await code('echo', { text: 7 }), 'invalid-params')
  assert.equal(await code('echo', ['x']), 'invalid-params')
  assert.equal(await code('constructor', {}), 'not-found')
  assert.equal(await code('export', { path: '/etc/passwd' }), 'invalid-params')
  assert.equal(await code('export', {}), 'done')
  page.socket.send('{')
  const broken = await until('an answer', () => page.heard.find(({ id }) => id === null))
  assert.match(JSON.stringify(broken), /-32700/)
})

test('messages that are too long, binary, or in a thousand pieces cost only their sender', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const [long, binary, pieces, other] = [await bench.page(), await bench.page(), await bench.page(), await bench.page()]
  long.socket.send('x'.repeat(10_000_000))
  assert.equal(await long.closeCode(), 1009)
  binary.socket.send(Buffer.from('{}'), { binary: true })
  assert.equal(await binary.closeCode(), 1003)
  for (let piece = 0; piece < 2000; piece++) pieces.socket.send('', { fin: false })
  assert.equal(await pieces.closeCode(), 1008)
  assert.ok(bench.behind.logged.some((line) => line.includes('WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')))
  assert.deepEqual(await other.ask('echo', { text: 'x' }), { jsonrpc: '2.0', id: 1, result: { text: 'x' } })
  await unharmed(bench)
})

test('exactly the longest message is still taken', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const page = await bench.page()
  const empty = JSON.stringify({ jsonrpc: '2.0', id: 'long', method: 'echo', params: { text: '' } })
  page.socket.send(empty.replace('"text":""', `"text":"${'x'.repeat(1024 * 1024 - empty.length)}"`))
  await until('the answer', () => page.heard.find(({ id }) => id === 'long'))
})

test('so many pages and no more', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const Cookie = await bench.session()
  const pages = await Promise.all(Array.from({ length: 32 }, () => bench.page({ Cookie })))
  await assert.rejects(bench.page({ Cookie }), refusedWith(503))
  assert.ok(bench.behind.logged.some((line) => line.includes('one page too many')))
  pages[0]?.socket.close()
  await until('a free place', () => bench.behind.counts.at(-1) === 31)
  await bench.page({ Cookie })
})

test('silent connections and endless headers do not keep the phone from its page', async (t) => {
  const scope = scopeOf(t)
  const bench = await ServeBench.start(scope)
  const { port } = bench.behind.carrier
  for (let index = 0; index < 60; index++) {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    scope.after(() => void socket.destroy())
  }
  const headers = { 'X-Long': 'x'.repeat(20_000) }
  assert.equal((await bench.ask('/', { headers })).status, 431)
  await unharmed(bench)
})

test('what was refused is written down without secrets, and not a thousand times', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const Cookie = await bench.session()
  const said = `evil\u001b[2J.example${'x'.repeat(500)}`
  for (let index = 0; index < 50; index++)
    await bench.ask(`/?key=${bench.ticket()}`, { headers: { Cookie, Host: said.replace('\u001b', '') } })
  const lines = bench.behind.logged.filter((line) => line.includes('a foreign host'))
  assert.equal(lines.length, 1)
  assert.ok((lines[0]?.length ?? 0) < 250)
  bench.behind.time.now += 1000
  await bench.ask('/', { headers: { Host: 'again' } })
  assert.match(bench.behind.logged.at(-1) ?? '', /"more":49/)
  const secret = Cookie.split('=')[1] ?? ''
  assert.doesNotMatch(bench.behind.logged.join('\n'), new RegExp(secret))
  assert.doesNotMatch(bench.behind.logged.join('\n'), /key=/)
})
