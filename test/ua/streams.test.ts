import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import { suite, test, type TestContext } from 'node:test'
import { listen } from '../../electron/phone/listen.ts'
import type { UserAgent } from '../../electron/phone/ports.ts'
import type { TlsOptions, WireMessage } from '../../electron/sip/index.ts'
import { userAgentStarter } from '../../electron/ua/index.ts'
import { Authority } from '../support/certificates.ts'
import { FakePhone, sdp } from '../support/fake-phone.ts'
import { realClock } from '../support/real-clock.ts'
import { scopeOf } from '../support/scope.ts'
import { testLog } from '../support/silent-log.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/** Two whole user agents over real connections. */
interface Side {
  readonly ua: UserAgent
  readonly phone: FakePhone
  readonly log: ReturnType<typeof testLog>
  readonly wire: WireMessage[]
}

async function side(t: TestContext, tls: Partial<TlsOptions> = {}, address = '127.0.0.1'): Promise<Side> {
  const phone = new FakePhone()
  const log = testLog()
  const wire: WireMessage[] = []
  const wireTap = { onMessage: (message: WireMessage) => void wire.push(message) }
  const start = userAgentStarter({ clock: realClock, log, wireTap, tls })
  const ua = await start({ address, port: 0, product: 'Dialtone/test' }, phone)
  t.after(() => ua.close())
  return { ua, phone, log, wire }
}

const portOf = ({ ua }: Side, transport: string) =>
  ua.listening.find((point) => point.transport === transport)?.port ?? 0

const transports = ({ wire }: Side) => new Set(wire.map(({ remote }) => remote.transport))

async function call(caller: Side, callee: Side, uri: string) {
  callee.phone.react = (invite) => void callee.phone.accept(invite)
  const from = { uri: 'sip:alice@127.0.0.1' }
  caller.ua.invite({ uri, from, sdp: sdp('offer') }, caller.phone.outgoing())
  await caller.phone.until('onAccepted')
  await callee.phone.until('onAck')
  return [caller.phone.dialogs.at(-1)!, callee.phone.dialogs.at(-1)!] as const
}

/** Carries a TCP connection on, until it is to break. */
async function breakable(t: TestContext, port: number) {
  const sockets = new Set<Socket>()
  let broken = 0
  const server = createServer((one) => {
    const other = connect(port, '127.0.0.1')
    for (const socket of [one, other]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    one.pipe(other).pipe(one)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy()
    broken += sockets.size
    sockets.clear()
    return broken
  }
  t.after(() => {
    reset()
    server.close()
  })
  const address = server.address()
  return { reset, port: typeof address === 'object' && address ? address.port : 0 }
}

suite('user agents over streams', () => {
  test('UDP and TCP are listened on at the same port', async (t) => {
    const { ua } = await side(t)
    assert.deepEqual(
      ua.listening.map(({ transport, port }) => [transport, port]),
      [
        ['udp', ua.listening[0]!.port],
        ['tcp', ua.listening[0]!.port],
      ],
    )
  })

  test('a call over TCP, hung up by either', async (t) => {
    const [alice, bob] = [await side(t), await side(t)]
    for (const whoHangsUp of [0, 1] as const) {
      const dialogs = await call(alice, bob, `sip:bob@127.0.0.1:${portOf(bob, 'tcp')};transport=tcp`)
      assert.equal((await dialogs[1].info('text/plain', 'hello')).status, 200)
      await dialogs[whoHangsUp].bye()
      await [bob, alice][whoHangsUp]!.phone.until('onBye remote')
      for (const { phone } of [alice, bob]) phone.take()
    }
    assert.deepEqual([transports(alice), transports(bob)], [new Set(['tcp']), new Set(['tcp'])])
    assert.deepEqual([alice.log.faults, bob.log.faults], [[], []])
  })

  test('a reset in the call: it goes on, and the BYE of each side finds its way', async (t) => {
    const [alice, bob] = [await side(t), await side(t)]
    for (const whoHangsUp of [0, 1] as const) {
      const way = await breakable(t, portOf(bob, 'tcp'))
      const dialogs = await call(alice, bob, `sip:bob@127.0.0.1:${way.port};transport=tcp`)
      assert.ok(way.reset() > 0)
      await dialogs[whoHangsUp].bye()
      await [bob, alice][whoHangsUp]!.phone.until('onBye remote')
      for (const { phone } of [alice, bob]) phone.take()
    }
    assert.deepEqual([alice.log.faults, bob.log.faults], [[], []])
  })

  test('a call over TLS to a phone with a certificate; one that listens nowhere is still reached', async (t) => {
    const authority = new Authority(await temporaryFolder(scopeOf(t)))
    const identity = authority.issue('bob', 'IP:127.0.0.1,DNS:localhost')
    const bob = await side(t, { identity })
    const alice = await side(t, { authorities: [authority.root.certificate] })
    assert.equal(portOf(alice, 'tls'), 0)
    const dialogs = await call(alice, bob, `sip:bob@127.0.0.1:${portOf(bob, 'tls')};transport=tls`)
    assert.equal((await dialogs[1].info('text/plain', 'hello')).status, 200)
    await dialogs[1].bye()
    await alice.phone.until('onBye remote')
    assert.deepEqual([transports(alice), transports(bob)], [new Set(['tls']), new Set(['tls'])])
    assert.deepEqual([alice.log.faults, bob.log.faults], [[], []])
  })

  test('nothing of a call reaches a phone whose certificate is not accepted', async (t) => {
    const authority = new Authority(await temporaryFolder(scopeOf(t)))
    const bob = await side(t, { identity: authority.selfSigned('bob', 'IP:127.0.0.1') })
    const asked: string[] = []
    const alice = await side(t, {
      onUntrusted: async ({ host }) => {
        asked.push(host)
        return asked.length > 1 ? 'once' : 'never'
      },
    })
    const uri = `sip:bob@127.0.0.1:${portOf(bob, 'tls')};transport=tls`
    alice.ua.invite({ uri, from: { uri: 'sip:alice@127.0.0.1' }, sdp: sdp('offer') }, alice.phone.outgoing())
    await alice.phone.until('onRejected')
    assert.deepEqual([asked, bob.wire.length], [['127.0.0.1'], 0])
    await until('it is told why', () => alice.phone.events.some((event) => event.includes('unreachable')))
  })
})

test('a TCP port that is taken does not cost UDP, and is told', async (t) => {
  const taken = createServer()
  await once(taken.listen(0, '127.0.0.1'), 'listening')
  t.after(() => void taken.close())
  const address = taken.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const start = userAgentStarter({ clock: realClock, log: testLog() })
  const options = { address: '127.0.0.1', port, demanded: true, product: 'Dialtone/test' }
  const { agent, notice } = await listen(start, options, new FakePhone())
  t.after(() => agent.close())
  const [udp, tcp] = agent.listening
  assert.deepEqual([udp?.port, tcp?.transport], [port, 'tcp'])
  assert.equal(notice, `TCP port ${port} is taken; SIP over TCP is listened for on ${tcp?.port} instead`)
})
