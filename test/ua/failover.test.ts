import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import type { UserAgent } from '../../electron/phone/ports.ts'
import { dnsResolver } from '../../electron/sip/index.ts'
import { userAgentStarter } from '../../electron/ua/index.ts'
import { DnsServer } from '../support/dns-server.ts'
import { FakePhone, sdp } from '../support/fake-phone.ts'
import { realClock } from '../support/real-clock.ts'
import { type Scope, scopeOf } from '../support/scope.ts'
import { testLog } from '../support/silent-log.ts'

/** RFC 3263 4.3, end to end: records of a real DNS server, real sockets, two raw peers of which the first is down. */

interface Peer {
  readonly socket: Socket
  readonly port: number
  readonly heard: string[]
}

async function rawPeer(scope: Scope, status: number): Promise<Peer> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  scope.after(() => void socket.close())
  const heard: string[] = []
  socket.on('message', (bytes, { port }) => {
    const text = bytes.toString()
    // The phone finds out whether the port is closed (RFC 5626 3.5.1)
    if (text.trim() === '') return
    heard.push(text.slice(0, text.indexOf(' ')))
    if (text.startsWith('ACK')) return
    const kept = text.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line))
    const tagged = kept.map((line) => (line.startsWith('To:') ? `${line};tag=raw` : line))
    socket.send([`SIP/2.0 ${status} Whatever`, ...tagged, 'Content-Length: 0', '', ''].join('\r\n'), port, '127.0.0.1')
  })
  return { socket, port: socket.address().port, heard }
}

/** `primary` and `second` are the ports that the domain's SRV records name, in that order. */
async function agentAt(scope: Scope, primary: number, second: number): Promise<UserAgent> {
  const record = (priority: number, port: number) =>
    ({ type: 'SRV', target: 'host.two.test', port, priority, weight: 0 }) as const
  const dns = await DnsServer.start({
    'two.test': [],
    '_sip._udp.two.test': [record(20, second), record(10, primary)],
    'host.two.test': [{ type: 'A', address: '127.0.0.1' }],
  })
  scope.after(() => dns.close())
  const start = userAgentStarter({ clock: realClock, log: testLog(), resolver: dnsResolver([dns.address]) })
  const agent = await start({ address: '127.0.0.1', port: 0, product: 'Test' }, new FakePhone())
  scope.after(() => agent.close())
  return agent
}

function lineTo(agent: UserAgent) {
  return agent.openLine({
    from: { uri: 'sip:101@two.test' },
    registrar: 'sip:two.test',
    route: ['sip:two.test'],
    credentials: undefined,
    instanceId: 'urn:uuid:00000000-0000-4000-8000-000000000001',
  })
}

test('the first server is down: registrations and calls go to the second', async (t) => {
  const scope = scopeOf(t)
  const gone = await rawPeer(scope, 200)
  const second = await rawPeer(scope, 200)
  // Its port is free again before anybody else can have it
  await new Promise<void>((resolve) => gone.socket.close(() => resolve()))
  gone.socket.close = () => gone.socket
  const agent = await agentAt(scope, gone.port, second.port)
  const line = lineTo(agent)
  const answer = await line.register({ expiresSeconds: 60 })
  assert.deepEqual([answer.status, answer.source], [200, 'peer'])
  assert.deepEqual([gone.heard, second.heard], [[], ['REGISTER']])
})

test('the first server says 503: the second is asked (RFC 3263 4.3)', async (t) => {
  const scope = scopeOf(t)
  const busy = await rawPeer(scope, 503)
  const second = await rawPeer(scope, 486)
  const agent = await agentAt(scope, busy.port, second.port)
  const line = lineTo(agent)
  const phone = new FakePhone()
  agent.invite({ uri: 'sip:102@two.test', line, from: { uri: 'sip:101@two.test' }, sdp: sdp('x') }, phone.outgoing())
  await phone.until('onRejected 486')
  assert.equal(busy.heard[0], 'INVITE')
  assert.equal(second.heard[0], 'INVITE')
})
