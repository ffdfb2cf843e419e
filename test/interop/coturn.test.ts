import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { UdpTransport } from '../../electron/sip/index.ts'
import { freePorts } from '../support/free-ports.ts'
import { FullConeNat } from '../support/full-cone-nat.ts'
import { missing } from '../support/needs.ts'
import { Program } from '../support/process.ts'
import { PlainAnswerer } from '../support/peers/plain-answerer.ts'
import { realClock } from '../support/real-clock.ts'
import { RpcPhone } from '../support/rpc-phone.ts'
import { type Scope, scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

test('a STUN server that nobody here wrote tells the SIP port', { skip: missing('turnserver') }, async (t) => {
  const scope = scopeOf(t)
  const port = await startCoturn(scope)
  const transport = await UdpTransport.bind({ address: '127.0.0.1', port: 0, exact: true })
  scope.after(() => transport.close())
  // Asked before it is up, as a phone would that starts together with its network: the repeated request gets there
  const server = { address: '127.0.0.1', port }
  const seen = await transport.discover({ server, clock: realClock, random: randomBytes })
  assert.deepEqual(seen, { address: '127.0.0.1', port: transport.local.port })
})

test('a call from behind a NAT names the addresses that coturn sees', { skip: missing('turnserver') }, async (t) => {
  const scope = scopeOf(t)
  const nat = await FullConeNat.open(scope, outside, await startCoturn(scope))
  const peer = await PlainAnswerer.open(scope, await freePorts())
  const rtp = await freePorts(2)
  const stun = ['--set', `network.stunServers=127.0.0.1:${nat.inside}`, '--set', 'defaults.sendInternalIp=never']
  const phone = await RpcPhone.start(scope, ['--audio', 'tone', '--rtp-ports', `${rtp}-${rtp + 1}`, ...stun])
  const { listening } = await phone.request('phone.info', {})
  const { callId } = await phone.request('call.dial', { target: peer.target })
  await phone.notification('call.state', (change) => change.callId === callId && change.state === 'confirmed')
  const invite = peer.invites[0] ?? ''
  const [, contact] = /^Contact: <sip:[^@]*@127\.0\.0\.77:(\d+)>/m.exec(invite) ?? []
  const [, via] = /^Via: SIP\/2\.0\/UDP 127\.0\.0\.77:(\d+);/m.exec(invite) ?? []
  const [, audio] = /^m=audio (\d+) /m.exec(invite) ?? []
  assert.match(invite, /^c=IN IP4 127\.0\.0\.77\r$/m)
  const sipPort = listening.find(({ transport }) => transport === 'udp')?.port
  assert.equal(nat.mapped.get(Number(contact)), sipPort, invite)
  assert.equal(via, contact)
  assert.equal(nat.mapped.get(Number(audio)), rtp, invite)
  await phone.request('call.hangup', { callId })
  assert.equal(peer.ended, 1)
})

/** What the NAT looks like from outside. */
const outside = '127.0.0.77'

/** The port that it listens on. */
async function startCoturn(scope: Scope): Promise<number> {
  const folder = await temporaryFolder(scope, 'coturn')
  const port = await freePorts()
  const where = ['-L', '127.0.0.1', '-E', '127.0.0.1', '-p', String(port)]
  const files = ['-c', '/dev/null', '--log-file', 'stdout', '--pidfile', join(folder, 'pid'), '-b', join(folder, 'db')]
  const less = ['-n', '--stun-only', '--no-tls', '--no-dtls', '--no-cli', '-m', '1']
  await Program.start(scope, 'turnserver', [...less, ...files, ...where], { cwd: folder })
  return port
}
