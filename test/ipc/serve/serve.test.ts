import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { serve } from '../../../electron/ipc/serve/serve.ts'
import type { TraceMessage } from '../../../electron/phone/trace-message.ts'
import { scopeOf } from '../../support/scope.ts'
import { testLog } from '../../support/silent-log.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'
import { ServeBench, snapshot } from './serve-bench.ts'

/** Who comes the right way sees the page and speaks with the phone. */

test('the file leads to an address, the address to a session, the session to the page', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const { carrier } = bench.behind
  assert.equal(fileURLToPath(carrier.openUrl), carrier.openFile)
  const ticket = await bench.ticketInFile()
  assert.doesNotMatch(carrier.openUrl, new RegExp(ticket))
  const entrance = await bench.ask('/enter')
  assert.equal(entrance.status, 200)
  const script = /src="([^"]+)"/.exec(entrance.body)?.[1] ?? ''
  assert.equal((await bench.ask(script)).status, 200)
  const entered = await bench.enter(ticket)
  const Cookie = entered.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  const page = await bench.ask('/?from=somewhere', { headers: { Cookie } })
  assert.deepEqual([page.status, page.headers['content-type']], [200, 'text/html; charset=utf-8'])
  assert.match(page.body, /<title>Page/)
  // The next one who opens the file finds a new ticket in it.
  await until('a new ticket', async () => (await bench.ticketInFile()) !== ticket)
  assert.equal((await bench.enter(await bench.ticketInFile())).status, 200)
})

test('who is in already comes in with an old address too', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const Cookie = await bench.session()
  assert.equal((await bench.enter('used', { Cookie })).status, 200)
})

test('the file is for its owner alone, and gone at the end', { skip: process.platform === 'win32' }, async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const page = join(folder, 'page')
  await mkdir(page)
  await writeFile(join(page, 'index.html'), '')
  // The folder of an earlier run, which anybody may read.
  await mkdir(join(folder, 'serve'))
  await chmod(join(folder, 'serve'), 0o755)
  await writeFile(join(folder, 'serve', 'open.html'), 'old', { mode: 0o644 })
  await writeFile(join(folder, 'serve', 'open.html.new'), 'unfinished', { mode: 0o644 })
  const dispatcher = { handle: async () => undefined, handleText: async () => undefined }
  const options = {
    pageFolder: page,
    port: 0,
    dataFolder: folder,
    dispatcher,
    snapshot: () => snapshot,
    log: testLog(),
  }
  const carrier = await serve(options)
  scope.after(() => carrier.close(0))
  assert.equal((await stat(carrier.openFile)).mode & 0o777, 0o600)
  assert.equal((await stat(join(folder, 'serve'))).mode & 0o777, 0o700)
  await carrier.close(0)
  await assert.rejects(stat(carrier.openFile), { code: 'ENOENT' })
})

test('another file in another folder opens the page as well', async (t) => {
  const scope = scopeOf(t)
  const bench = await ServeBench.start(scope)
  const { carrier } = bench.behind
  const url = await carrier.openUrlIn(join(await temporaryFolder(scope), 'a', 'b'))
  const ticket = async () => /#([\w-]{22})/.exec(await readFile(fileURLToPath(url), 'utf8'))?.[1] ?? ''
  const first = await ticket()
  assert.notEqual(first, await bench.ticketInFile())
  assert.equal((await bench.enter(first)).status, 200)
  await until('a new ticket', async () => (await ticket()) !== first)
  await carrier.close(0)
  await assert.rejects(ticket(), { code: 'ENOENT' })
})

test('files are kept by the browser as long as they are the same', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const Cookie = await bench.session()
  const script = await bench.ask('/assets/app.js', { headers: { Cookie } })
  assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8')
  assert.equal(script.headers['cache-control'], 'no-cache')
  const etag = script.headers.etag ?? ''
  const again = await bench.ask('/assets/app.js', { headers: { Cookie, 'If-None-Match': etag } })
  assert.deepEqual([again.status, again.body], [304, ''])
  const head = await bench.ask('/assets/app.js', { method: 'HEAD', headers: { Cookie } })
  assert.deepEqual([head.status, head.headers['content-length'], head.body], [200, String(script.body.length), ''])
  assert.equal((await bench.ask('/', { headers: { Cookie } })).headers['cache-control'], 'no-store')
})

test('every answer carries the rules for the page', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const Cookie = await bench.session()
  const answers = [
    await bench.ask('/', { headers: { Cookie } }),
    await bench.ask('/'),
    await bench.ask('/enter'),
    await bench.ask('/', { headers: { Host: 'evil' } }),
    await bench.ask('/no', { headers: { Cookie } }),
  ]
  for (const { headers } of answers) {
    const policy = String(headers['content-security-policy'])
    assert.match(policy, /^default-src 'none'; script-src 'self'; /)
    assert.match(policy, new RegExp(`connect-src 'self' ws://${bench.host.replaceAll('.', '\\.')} `))
    for (const rule of ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"])
      assert.ok(policy.includes(rule), rule)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
  }
})

test('every page sees the state at once, and hears every notification', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const pages = [await bench.page(), await bench.page()]
  for (const page of pages) assert.deepEqual((await page.notified('phone.snapshot')).params, snapshot)
  const change = { callId: 'c1', state: 'incoming' } as const
  bench.behind.carrier.notify('call.state', change)
  for (const page of pages) assert.deepEqual((await page.notified('call.state')).params, change)
  assert.deepEqual(bench.behind.counts, [1, 2])
})

test("only who watches the trace hears of it; one page that leaves ends nobody else's watch", async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const [one, other, neither] = [await bench.page(), await bench.page(), await bench.page()]
  const message = (id: number) => {
    bench.behind.carrier.notify('trace.message', { id } as TraceMessage)
    bench.behind.carrier.notify('call.state', { callId: String(id), state: 'early' })
  }
  const after = (page: typeof one, id: number) =>
    page.notified('call.state', (params) => (params as { callId: string }).callId === String(id))
  const heard = (page: typeof one) =>
    page.heard.filter(({ method }) => method === 'trace.message').map(({ params }) => (params as TraceMessage).id)
  message(1)
  await one.ask('watch', { on: true })
  await other.ask('watch', { on: true })
  await other.ask('watch', { on: true })
  message(2)
  await after(other, 2)
  await one.ask('watch', { on: false })
  message(3)
  for (const page of [one, other, neither]) await after(page, 3)
  assert.deepEqual([heard(one), heard(other), heard(neither)], [[2], [2, 3], []])
  assert.deepEqual(bench.behind.watched, [true])
  other.socket.close()
  await until('nobody watches', () => bench.behind.watched.length === 2)
  assert.deepEqual(bench.behind.watched, [true, false])
})

test('a page that does not read keeps the newest state only, and all that must not be lost', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const page = await bench.page()
  page.socket.pause()
  const last = 4000
  const names = 'x'.repeat(4000)
  for (let turn = 1; turn <= last; turn++) {
    const audio = { input: `${turn} ${names}`, output: '', state: 'idle' } as const
    bench.behind.carrier.notify('phone.snapshot', { ...snapshot, audio })
    if (turn % 1000 === 0) bench.behind.carrier.notify('call.state', { callId: String(turn), state: 'early' })
    if (turn % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  page.socket.resume()
  const newest = (params: unknown) => (params as typeof snapshot).audio.input.startsWith(`${last} `)
  await page.notified('phone.snapshot', newest)
  const states = page.heard.filter(({ method }) => method === 'call.state')
  assert.deepEqual(
    states.map(({ params }) => (params as { callId: string }).callId),
    ['1000', '2000', '3000', '4000'],
  )
  assert.ok(page.heard.length < last, 'some were passed over')
})

test('requests beyond what may be under way wait, and are all answered', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const page = await bench.page()
  const padding = ' '.repeat(8000)
  for (let id = 1; id <= 300; id++)
    page.socket.send(`${JSON.stringify({ jsonrpc: '2.0', id: `w${id}`, method: 'wait' })}${padding}`)
  await until('the first ones', () => bench.behind.waiting.count >= 64)
  const other = await bench.page()
  await other.ask('echo', { text: 'x' })
  // What lay in the pipe's own buffers may have come too, but not all.
  assert.ok(bench.behind.waiting.count < 300, `${bench.behind.waiting.count}`)
  bench.behind.waiting.release()
  await until('all answers', () => page.heard.filter(({ id }) => String(id).startsWith('w')).length === 300)
})

test('the end waits for answers under way, says goodbye and frees the port', async (t) => {
  const scope = scopeOf(t)
  const bench = await ServeBench.start(scope)
  const { carrier, waiting } = bench.behind
  const page = await bench.page()
  const answer = page.ask('wait')
  await until('the request', () => waiting.count === 1)
  const closing = carrier.close(5000)
  waiting.release()
  assert.deepEqual(await answer, { jsonrpc: '2.0', id: 1, result: {} })
  assert.equal(await page.closeCode(), 1001)
  await closing
  await ServeBench.start(scope, carrier.port)
})

test('a port that is taken is told by its code', async (t) => {
  const scope = scopeOf(t)
  const bench = await ServeBench.start(scope)
  await assert.rejects(ServeBench.start(scope, bench.behind.carrier.port), { code: 'port-in-use' })
})

test('a folder without a page is told by its code', async (t) => {
  const folder = await temporaryFolder(scopeOf(t))
  const dispatcher = { handle: async () => undefined, handleText: async () => undefined }
  const options = { port: 0, dataFolder: folder, dispatcher, snapshot: () => snapshot, log: testLog() }
  for (const pageFolder of [folder, join(folder, 'missing')])
    await assert.rejects(serve({ ...options, pageFolder }), { code: 'internal', message: /no page/ })
})

test('no other address of this machine listens', async (t) => {
  const bench = await ServeBench.start(scopeOf(t))
  const others = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).filter(({ address, scopeid }) => address !== '127.0.0.1' && !scopeid).map(({ address }) => address),
  )
  // Any other address of the loopback network, too.
  for (const host of [...others, '127.0.0.2']) {
    const code = await new Promise((resolve) => {
      const socket = connect({ host, port: bench.behind.carrier.port, timeout: 2000 })
      socket.on('connect', () => resolve('connected'))
      socket.on('timeout', () => resolve('timeout'))
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
      socket.on('close', () => socket.destroy())
    })
    assert.notEqual(code, 'connected', host)
  }
})
