import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { LastWindow } from '../../electron/cli/last-window.ts'
import { wayThere } from '../../electron/cli/way-there.ts'
import { browserMissing, TestBrowser } from '../support/browser.ts'
import { startDialtone } from '../support/dialtone.ts'
import { childNamed, descendants, isAlive } from '../support/running-process.ts'
import { scopeOf } from '../support/scope.ts'
import { ServedPhone } from '../support/served-phone.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { until, within } from '../support/until.ts'

const quiet = ['--audio', 'null']
const noScreen = { DISPLAY: '', WAYLAND_DISPLAY: '', SSH_CONNECTION: '' }

test('one JSON line, with a file to open and no secret in it; it ends in order', { timeout: 120_000 }, async (t) => {
  const scope = scopeOf(t)
  const phone = await ServedPhone.start(scope, quiet, { env: noScreen })
  assert.deepEqual(Object.keys(phone.ready).toSorted(), ['listening', 'ready', 'url'])
  const file = fileURLToPath(phone.url)
  const [, origin, ticket] = /"(http:\/\/127\.0\.0\.1:\d+)\/enter#([\w-]{22})"/.exec(await readFile(file, 'utf8')) ?? []
  assert.ok(origin !== undefined && ticket !== undefined)
  assert.equal((await fetch(`${origin}/`)).status, 401)
  const children = descendants(phone.program.pid).map(({ pid }) => pid)
  phone.program.signal('SIGTERM')
  assert.deepEqual(await phone.program.finished(10_000), { code: 0, signal: null })
  assert.equal(phone.program.stdout.trim().split('\n').length, 1, 'nothing but the ready line on stdout')
  assert.doesNotMatch(phone.program.stdout + phone.program.stderr, new RegExp(ticket))
  await assert.rejects(readFile(file), { code: 'ENOENT' })
  await until('the end of its children', () => !children.some(isAlive))
})

test('without a screen it says how to get there from another machine', { timeout: 120_000 }, async (t) => {
  const scope = scopeOf(t)
  const phone = await ServedPhone.start(scope, [...quiet, '--open'], {
    env: { ...noScreen, SSH_CONNECTION: '192.0.2.7 50000 192.0.2.1 22' },
  })
  const way = /ssh -L (\d+):127\.0\.0\.1:\1 \S+@192\.0\.2\.1\n.*\n +(http:\/\/127\.0\.0\.1:\1\/enter#[\w-]{22})\n/
  const [, , address = ''] = await until('the way', () => way.exec(phone.program.stderr) ?? undefined)
  // The address that was printed opens the page.
  const { origin, hash } = new URL(address)
  const entered = await fetch(`${origin}/enter`, { method: 'POST', headers: { origin }, body: hash.slice(1) })
  assert.equal(entered.status, 200)
})

test('the printed way has what somebody at another machine has to type', () => {
  const carrier = { port: 8099, openFile: '/home/u/open.html', ticketAddress: () => 'http://127.0.0.1:8099/enter#T' }
  const lines = wayThere(carrier, {}).join('\n')
  for (const part of ['ssh -L 8099:127.0.0.1:8099 ', 'http://127.0.0.1:8099/enter#T', '/home/u/open.html'])
    assert.ok(lines.includes(part), part)
})

test('a demanded port that is taken ends the command with its code', { timeout: 120_000 }, async (t) => {
  const scope = scopeOf(t)
  const data = await temporaryFolder(scope)
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  scope.after(() => void taken.close())
  const port = String((taken.address() as AddressInfo).port)
  const args = ['serve', '--listen', '127.0.0.1', '--sip-port', '0', ...quiet, '--data', data, '--port', port]
  const program = await startDialtone(scope, args)
  const { code } = await program.finished(60_000)
  assert.equal(code, 1)
  assert.match(program.stderr, /^(The window is being built.*\n)?port-in-use - Port \d+ of this machine is taken/)
  assert.equal(program.stdout, '')
})

test(
  '--open starts the browser with a window of its own, without a secret on its command line',
  {
    skip: process.platform === 'win32' && 'a shell script stands in for the browser',
    timeout: 120_000,
  },
  async (t) => {
    const scope = scopeOf(t)
    const folder = await temporaryFolder(scope)
    await mkdir(folder, { recursive: true })
    const browser = join(folder, 'some-browser')
    await writeFile(browser, `#!/bin/sh\nprintf '%s\\n' "$@" > ${folder}/arguments\nexec sleep 60\n`, { mode: 0o755 })
    const env = { DIALTONE_BROWSER: browser, DISPLAY: ':99' }
    const phone = await ServedPhone.start(scope, [...quiet, '--open'], { env })
    const args = await until('the arguments', () => readFile(join(folder, 'arguments'), 'utf8').catch(() => undefined))
    assert.ok(args.split('\n').includes(`--app=${phone.url}`))
    assert.ok(args.split('\n').includes(`--user-data-dir=${join(phone.data, 'browser')}`))
    assert.doesNotMatch(args, /http:|enter|#/)
    const window = await childNamed(phone.program.pid, 'sleep 60')
    phone.program.signal('SIGTERM')
    assert.equal((await phone.program.finished(10_000)).code, 0)
    await until('the end of the window', () => !isAlive(window))
  },
)

test(
  'a browser that does not start is told, and the phone goes on',
  {
    skip: process.platform === 'win32' && 'a shell script stands in for the browser',
    timeout: 120_000,
  },
  async (t) => {
    const scope = scopeOf(t)
    const folder = await temporaryFolder(scope)
    const browser = join(folder, 'broken-browser')
    await writeFile(browser, '#!/bin/sh\necho cannot open display >&2\nexit 1\n', { mode: 0o755 })
    const phone = await ServedPhone.start(scope, [...quiet, '--open'], {
      env: { DIALTONE_BROWSER: browser, DISPLAY: ':99' },
    })
    await until('the complaint', () => /did not open: cannot open display.*file:\/\//.test(phone.program.stderr))
    assert.equal(phone.program.exit, undefined)
  },
)

test(
  '--end-with-window: closing the last page ends the phone, loading it again does not',
  {
    skip: browserMissing,
    timeout: 120_000,
  },
  async (t) => {
    const scope = scopeOf(t)
    const phone = await ServedPhone.start(scope, [...quiet, '--end-with-window'])
    const browser = await TestBrowser.start(scope)
    const { page } = await browser.open(phone.url)
    await page.getByRole('combobox').waitFor()
    await page.reload()
    await page.getByRole('combobox').waitFor()
    assert.equal(phone.program.exit, undefined)
    await page.close()
    assert.equal((await phone.program.finished(20_000)).code, 0)
  },
)

test('only the end of the last window counts, and only for good', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const windows = new LastWindow()
  let closed = false
  void windows.closed.then(() => (closed = true))
  for (const count of [1, 2, 1, 0, 1]) {
    windows.see(count)
    t.mock.timers.tick(2999)
  }
  t.mock.timers.tick(60_000)
  await Promise.resolve()
  assert.equal(closed, false)
  windows.see(0)
  t.mock.timers.tick(3000)
  await within('the end', windows.closed)
})
