import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { createEngine, createLocate, KernelProbe, UdpTransport, type Engine } from '../../../electron/sip/index.ts'
import { realClock } from '../../support/real-clock.ts'
import { until } from '../../support/until.ts'

async function open(t: TestContext): Promise<{ engine: Engine; port: number; pings: () => number }> {
  const transport = await UdpTransport.bind({ address: '127.0.0.1', port: 0, exact: true })
  let pings = 0
  const engine = await createEngine({
    clock: realClock,
    random: randomBytes,
    transports: [transport],
    probe: new KernelProbe(realClock),
    locate: createLocate({ clock: realClock, ipVersion: '4', transports: ['udp', 'tcp'] }),
    user: { onRequest() {}, onResponse() {}, onDialogEnded() {} },
    wireTap: { onMessage: ({ direction, note }) => void (direction === 'in' && note === 'keep-alive' && pings++) },
    onFault: (error) => assert.fail(error as Error),
    userAgent: '',
    allow: [],
    supported: [],
  })
  t.after(() => engine.close())
  return { engine, port: transport.local.port, pings: () => pings }
}

test('an engine learns from another where its port is seen, and keeps the flow to it open', async (t) => {
  const [alice, bob] = [await open(t), await open(t)]
  const server = { address: '127.0.0.1', port: bob.port }
  const here = { address: '127.0.0.1', port: alice.port }
  assert.deepEqual(await alice.engine.discover(server), here)
  const onFailed = (error: Error) => assert.fail(error)
  const uri = `sip:bob@127.0.0.1:${bob.port}`
  const mapped = await new Promise((resolve) => {
    alice.engine.keepAlive(uri, { kind: 'stun', intervalMs: 60_000, onMapped: resolve, onFailed })
  })
  assert.deepEqual(mapped, here)
  const stop = alice.engine.keepAlive(uri, { kind: 'crlf', intervalMs: 20, onFailed })
  // Two line ends are a ping, and one comes back (RFC 5626 3.5.1)
  await until('pings and pongs', () => bob.pings() >= 3 && alice.pings() >= 3)
  stop()
  // Streams look after themselves
  alice.engine.keepAlive(`${uri};transport=tcp`, { kind: 'crlf', intervalMs: 20, onFailed })()
})

test('what leads nowhere is told, unless nobody wants to know any more', async (t) => {
  const { engine } = await open(t)
  const options = { kind: 'crlf', intervalMs: 1_000 } as const
  const error = await new Promise<Error>((resolve) => {
    engine.keepAlive('sip:a@127.0.0.1;transport=sctp', { ...options, onFailed: resolve })
  })
  assert.equal((error as { code?: string }).code, 'unresolvable')
  engine.keepAlive('sip:a@127.0.0.1;transport=sctp', { ...options, onFailed: (late) => assert.fail(late) })()
  await assert.rejects(engine.discover({ address: '::1', port: 3478 }), { code: 'no-transport' })
})
