import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { UdpTransport } from '../../electron/sip/index.ts'
import { freePorts } from '../support/free-ports.ts'
import { missing } from '../support/needs.ts'
import { Program } from '../support/process.ts'
import { realClock } from '../support/real-clock.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

test('a STUN server that nobody here wrote tells the SIP port', { skip: missing('turnserver') }, async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope, 'coturn')
  const port = await freePorts()
  const where = ['-L', '127.0.0.1', '-E', '127.0.0.1', '-p', String(port)]
  const files = ['-c', '/dev/null', '--log-file', 'stdout', '--pidfile', join(folder, 'pid'), '-b', join(folder, 'db')]
  const less = ['-n', '--stun-only', '--no-tls', '--no-dtls', '--no-cli', '-m', '1']
  await Program.start(scope, 'turnserver', [...less, ...files, ...where], { cwd: folder })
  const transport = await UdpTransport.bind({ address: '127.0.0.1', port: 0, exact: true })
  scope.after(() => transport.close())
  // Asked before it is up, as a phone would that starts together with its network: the repeated request gets there
  const server = { address: '127.0.0.1', port }
  const seen = await transport.discover({ server, clock: realClock, random: randomBytes })
  assert.deepEqual(seen, { address: '127.0.0.1', port: transport.local.port })
})
