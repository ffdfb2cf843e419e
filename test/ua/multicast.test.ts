import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { userAgentStarter } from '../../electron/ua/index.ts'
import { FakePhone } from '../support/fake-phone.ts'
import { freePorts } from '../support/free-ports.ts'
import { realClock } from '../support/real-clock.ts'
import { scopeOf } from '../support/scope.ts'
import { until } from '../support/until.ts'
import { testLog } from '../support/silent-log.ts'

/** sip.mcast.net (RFC 3261 10.2.6) */
const allSipServers = '224.0.1.75'

test('a REGISTER to all SIP servers is heard by one that has joined the group, and its answer counts', async (t) => {
  const scope = scopeOf(t)
  const port = await freePorts()
  const registrar = createSocket({ type: 'udp4', reuseAddr: true })
  registrar.bind(port, '0.0.0.0')
  await once(registrar, 'listening')
  scope.after(() => void registrar.close())
  registrar.addMembership(allSipServers, '127.0.0.1')
  registrar.setMulticastInterface('127.0.0.1')
  const heard: string[] = []
  registrar.on('message', (bytes, from) => {
    const text = bytes.toString()
    if (text.trim() === '') return
    heard.push(text)
    if (!text.startsWith('REGISTER')) return
    const kept = text.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq|Contact):/.test(line))
    const answer = ['SIP/2.0 200 OK', ...kept, 'Expires: 60', 'Content-Length: 0', '', ''].join('\r\n')
    // RFC 3261 18.2.2: to the group that the Via names, where everybody hears it; the first one straight to us
    if (heard.length === 1) registrar.send(answer, from.port, from.address)
    else registrar.send(answer, from.port, allSipServers)
  })
  const start = userAgentStarter({ clock: realClock, log: testLog() })
  const agent = await start({ address: '127.0.0.1', port: 0, product: 'Test' }, new FakePhone())
  scope.after(() => agent.close())
  const line = agent.openLine({
    from: { uri: 'sip:101@example.test' },
    registrar: `sip:sip.mcast.net:${port}`,
    route: [`sip:sip.mcast.net:${port}`],
    credentials: undefined,
    instanceId: 'urn:uuid:00000000-0000-4000-8000-000000000001',
  })
  const { status, source, grantedSeconds } = await line.register({ expiresSeconds: 3600 })
  assert.deepEqual([status, source, grantedSeconds], [200, 'peer', 60])
  assert.match(heard[0] ?? '', new RegExp(`^REGISTER sip:sip\\.mcast\\.net:${port} SIP/2\\.0`))
  // RFC 3261 18.1.1
  assert.match(heard[0] ?? '', /^Via: SIP\/2\.0\/UDP 127\.0\.0\.1:\d+;rport;maddr=224\.0\.1\.75;ttl=1;branch=/m)
  const again = await line.register({ expiresSeconds: 3600 })
  assert.deepEqual([again.status, again.source, heard.length], [200, 'peer', 2])
  // Others register there too; no phone has an answer to that (RFC 3261 10.2.6).
  const other = [
    'REGISTER sip:example.test SIP/2.0',
    `Via: SIP/2.0/UDP 127.0.0.1:${port};maddr=${allSipServers};branch=z9hG4bKx`,
  ]
  const rest = ['From: <sip:b@c>;tag=1', 'To: <sip:b@c>', 'Call-ID: x', 'CSeq: 1 REGISTER', 'Max-Forwards: 1', '', '']
  const [{ port: ours } = { port: 0 }] = agent.listening
  registrar.send([...other, ...rest].join('\r\n'), ours, allSipServers)
  registrar.send(
    [...other, ...rest].join('\r\n').replace(`;maddr=${allSipServers}`, '').replace('4bKx', '4bKy'),
    ours,
    '127.0.0.1',
  )
  await until('the answer to the other one', () => heard.find((text) => text.includes('4bKy')))
  assert.equal(heard.filter((text) => text.startsWith('SIP/2.0')).length, 1)
})
