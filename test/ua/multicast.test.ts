import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { userAgentStarter } from '../../electron/ua/index.ts'
import { FakePhone } from '../support/fake-phone.ts'
import { freePorts } from '../support/free-ports.ts'
import { realClock } from '../support/real-clock.ts'
import { scopeOf } from '../support/scope.ts'
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
  const heard: string[] = []
  registrar.on('message', (bytes, from) => {
    const text = bytes.toString()
    if (text.trim() === '') return
    heard.push(text)
    const kept = text.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq|Contact):/.test(line))
    const answer = ['SIP/2.0 200 OK', ...kept, 'Expires: 60', 'Content-Length: 0', '', ''].join('\r\n')
    registrar.send(answer, from.port, from.address)
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
})
