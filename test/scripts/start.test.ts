import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Program } from '../support/process.ts'
import { scopeOf, type Scope } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/** `npm start`, as far as it can be told without Electron: a shell script stands in for the browser. */

const script = fileURLToPath(new URL('../../scripts/start.ts', import.meta.url))
const skip = process.platform === 'win32' && 'a shell script stands in for the browser'
const quiet = ['--listen', '127.0.0.1', '--sip-port', '0', '--audio', 'null']

async function start(scope: Scope, env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const folder = await temporaryFolder(scope)
  const browser = join(folder, 'browser')
  // The file of the arguments appears whole: a shell makes it first and writes then.
  const write = `printf '%s\\n' "$@" > ${folder}/writing && mv ${folder}/writing ${folder}/arguments`
  await writeFile(browser, `#!/bin/sh\n${write}\nexec sleep 60\n`, { mode: 0o755 })
  const all = [script, ...quiet, '--data', join(folder, 'data'), ...args]
  const program = await Program.start(scope, process.execPath, all, {
    env: { ELECTRON_SKIP_BINARY_DOWNLOAD: '1', DIALTONE_BROWSER: browser, WAYLAND_DISPLAY: '', ...env },
    patienceMs: 8000,
  })
  return { folder, program }
}

test(
  'without Electron it says so in one line and opens a browser, with the options',
  { skip, timeout: 120_000 },
  async (t) => {
    const scope = scopeOf(t)
    // An empty folder in the place of Electron's: as if nothing had been fetched.
    const ELECTRON_OVERRIDE_DIST_PATH = await temporaryFolder(scope)
    const { folder, program } = await start(scope, { ELECTRON_OVERRIDE_DIST_PATH, DISPLAY: ':99' }, '--user', 'carol')
    const path = join(folder, 'arguments')
    const args = await until('the browser', () => readFile(path, 'utf8').catch(() => undefined), 60_000)
    assert.match(args, /--app=file:\/\/.*open\.html\n/)
    const lines = program.stderr.split('\n').filter((line) => line.includes('Electron'))
    assert.equal(lines.length, 1, program.stderr)
    assert.match(lines[0] ?? '', /^No Electron here \(.+\): the phone opens in a browser\.$/)
    assert.match(program.stdout, /^\{"ready":true/)
    program.signal('SIGTERM')
    assert.equal((await program.finished(10_000)).code, 0)
  },
)

test('without a screen it says how to get there', { skip, timeout: 120_000 }, async (t) => {
  const { program } = await start(scopeOf(t), { DISPLAY: '' })
  await until('the way', () => /There is no screen here.*\n.*ssh -L/.test(program.stderr), 60_000)
  assert.doesNotMatch(program.stderr, /Electron/)
})
