import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { findElectron, NoElectron } from '../../scripts/electron-program.ts'
import { scopeOf, type Scope } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

/** Electron's package as npm leaves it: with an installer that does `work` in the package's folder. */
async function makePackage(scope: Scope, work = ''): Promise<string> {
  const folder = await temporaryFolder(scope)
  await writeFile(join(folder, 'install.js'), `process.chdir(__dirname)\n${work}`)
  return folder
}

const quiet = () => {}
const failsWith = (message: RegExp) => (error: unknown) => error instanceof NoElectron && message.test(error.message)
const program = process.platform === 'win32' ? 'electron.exe' : 'electron'

test('the program that is there is taken, without a question to anybody', async (t) => {
  const folder = await makePackage(scopeOf(t), 'throw new Error("never")')
  await mkdir(join(folder, 'dist'))
  await writeFile(join(folder, 'path.txt'), 'Some.app/Electron')
  await mkdir(join(folder, 'dist', 'Some.app'))
  await writeFile(join(folder, 'dist', 'Some.app', 'Electron'), '')
  assert.equal(await findElectron(folder, quiet, {}), join(folder, 'dist', 'Some.app', 'Electron'))
})

test('another folder may stand in for it', async (t) => {
  const scope = scopeOf(t)
  const folder = await makePackage(scope)
  const other = await temporaryFolder(scope)
  await writeFile(join(other, program), '')
  assert.equal(await findElectron(folder, quiet, { ELECTRON_OVERRIDE_DIST_PATH: other }), join(other, program))
})

test('it is fetched where there is a connection, and only then', async (t) => {
  const scope = scopeOf(t)
  const work = `const fs = require('fs'); fs.mkdirSync('dist'); fs.writeFileSync('dist/e', ''); fs.writeFileSync('path.txt', 'e')`
  const mirror = createServer((_, response) => response.writeHead(404).end()).listen(0, '127.0.0.1')
  await once(mirror, 'listening')
  scope.after(() => void mirror.close())
  const env = { ELECTRON_MIRROR: `http://127.0.0.1:${(mirror.address() as AddressInfo).port}/` }
  const said: string[] = []
  const folder = await makePackage(scope, work)
  assert.equal(await findElectron(folder, (line) => said.push(line), env), join(folder, 'dist', 'e'))
  assert.equal(said.length, 1)
  const failing = await makePackage(scope, 'process.exit(1)')
  await assert.rejects(findElectron(failing, quiet, env), failsWith(/could not be fetched/))
})

test('offline, skipped or not installed: it says which, and does not wait', { timeout: 20_000 }, async (t) => {
  const scope = scopeOf(t)
  const folder = await makePackage(scope, 'setInterval(() => {}, 1000)')
  // Accepts, and never answers: a network that swallows everything.
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  scope.after(() => {
    silent.closeAllConnections()
    silent.close()
  })
  const { port } = silent.address() as AddressInfo
  const swallowed = { ELECTRON_MIRROR: `http://127.0.0.1:${port}/` }
  await assert.rejects(findElectron(folder, quiet, swallowed), failsWith(/127\.0\.0\.1:\d+ cannot be reached/))
  const nobody = { ELECTRON_MIRROR: 'http://127.0.0.1:1/' }
  await assert.rejects(findElectron(folder, quiet, nobody), failsWith(/cannot be reached/))
  await assert.rejects(findElectron(folder, quiet, { ELECTRON_SKIP_BINARY_DOWNLOAD: '1' }), failsWith(/SKIP/))
  await assert.rejects(findElectron(await temporaryFolder(scope), quiet, {}), failsWith(/not installed/))
})
