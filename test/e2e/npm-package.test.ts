import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Ready } from '../../electron/ipc/contract.ts'
import { builtOutput } from '../support/build.ts'
import { Program } from '../support/process.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/** The command as npm installs it: Node refuses TypeScript below node_modules, so that the package carries built code. */

const checkout = fileURLToPath(new URL('../../', import.meta.url))

test('installed from its tarball, the command calls and serves its window', { timeout: 240_000 }, async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const [source, prefix] = [join(folder, 'source'), join(folder, 'prefix')]
  mkdirSync(source)
  for (const name of [
    'package.json',
    'README.md',
    'LICENSE',
    'native/audio/segfault-handler',
    'assets/icon.svg',
    'assets/shell',
  ])
    cpSync(join(checkout, name), join(source, name), { recursive: true })
  cpSync(await builtOutput(), join(source, 'out'), { recursive: true })
  npm(source, 'pack', '--ignore-scripts')
  const quiet = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund']
  npm(folder, 'install', '--global', '--prefix', prefix, ...quiet, join(source, 'dialtone-0.1.0.tgz'))

  const command = join(prefix, 'bin', 'dialtone')
  // The Node of the checkout is found first, nothing else of it
  const env = { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` }
  const start = (...args: readonly string[]) =>
    Program.start(scope, command, args, { cwd: folder, env, patienceMs: 8000 })
  const shown = await start('--version')
  assert.equal((await shown.finished(10_000)).code, 0, shown.stderr)
  assert.match(shown.stdout, /^\d+\.\d+\.\d+\n$/)
  assert.ok(existsSync(join(prefix, 'share', 'man', 'man1', 'dialtone.1')), 'man dialtone')
  const ready = async (program: Program) =>
    JSON.parse(
      (await until('the ready line', () => program.stdout.includes('\n') && program.stdout.split('\n')[0])) as string,
    ) as Ready

  const bob = await start('answer', '--once', '--echo', '--listen', '127.0.0.1', '--sip-port', '0')
  const { port } = (await ready(bob)).listening[0]!
  const way = ['--listen', '127.0.0.1', '--sip-port', '0', '--audio', 'tone', '--duration', '4', '--json']
  const opus = ['--set', 'audio.codecs=Opus']
  const alice = await start('call', `bob@127.0.0.1:${port}`, ...way, ...opus)
  assert.equal((await alice.finished(20_000)).code, 0, alice.stderr)
  assert.match(alice.stdout, /"codec":"Opus"/, 'its library is among what npm installed')
  assert.equal((await bob.finished(10_000)).code, 0, bob.stderr)

  const window = await start('serve', '--listen', '127.0.0.1', '--sip-port', '0', '--data', join(folder, 'data'))
  const { url } = await ready(window)
  // The file leads to the entrance, which exchanges the ticket for the cookie and shows the page of the package
  const address = new URL(/http:[^"]*/.exec(readFileSync(new URL(url!), 'utf8'))![0])
  const { origin } = address
  const entering = { method: 'POST', body: address.hash.slice(1), headers: { origin } }
  const entered = await fetch(new URL('/enter', origin), entering)
  assert.ok(entered.ok, `${entered.status}`)
  const cookie = entered.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
  const page = await fetch(origin, { headers: { cookie } })
  assert.equal(page.status, 200)
  assert.match(await page.text(), /<script type="module"/)
})

function npm(cwd: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8', timeout: 120_000 })
  assert.equal(status, 0, stderr)
}
