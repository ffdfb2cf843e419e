import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { suite, test, type TestContext } from 'node:test'
import type { Endpoint } from '../../../electron/sip/transaction-user.ts'
import { keepFlowAlive } from '../../../electron/sip/transport/flow-keep-alive.ts'
import { UdpTransport } from '../../../electron/sip/transport/udp.ts'
import { realClock } from '../../support/real-clock.ts'
import { until } from '../../support/until.ts'
import { VirtualTime } from '../../support/virtual-time.ts'

async function host(t: TestContext, address = '127.0.0.1') {
  const transport = await UdpTransport.bind({ address, port: 0, exact: true })
  const heard: string[] = []
  transport.delegate = {
    onBytes: (bytes) => void heard.push(Buffer.from(bytes).toString()),
    onError: (error) => assert.fail(error),
  }
  t.after(() => transport.close())
  return { transport, heard }
}

const ask = { clock: realClock, random: (bytes: number) => randomBytes(bytes) }

suite('STUN on the SIP socket', () => {
  for (const address of ['127.0.0.1', '::1']) {
    test(`${address}: each tells the other where it sees it, SIP goes on beside`, async (t) => {
      const [alice, bob] = [await host(t, address), await host(t, address)]
      const { port } = bob.transport.local
      const questions = Array.from({ length: 20 }, () =>
        alice.transport.discover({ server: { address, port }, ...ask }),
      )
      alice.transport.send(Buffer.from('INVITE'), bob.transport.local, () => {})
      const seen = await Promise.all(questions)
      assert.deepEqual(
        seen,
        Array.from(questions, () => ({ address, port: alice.transport.local.port })),
      )
      await until('the SIP arrived', () => bob.heard.length === 1)
      assert.deepEqual([alice.heard, bob.heard], [[], ['INVITE']])
    })
  }

  test('silence is told in virtual time, and the end of the socket at once', async (t) => {
    const alice = await host(t)
    const time = new VirtualTime()
    const question = { server: { address: '127.0.0.1', port: 9 }, ...ask, clock: time }
    const silent = assert.rejects(alice.transport.discover(question), { code: 'unreachable' })
    await time.advance(39_500)
    await silent
    const cut = assert.rejects(alice.transport.discover(question), { code: 'closed' })
    await alice.transport.close()
    await cut
    await assert.rejects(alice.transport.discover(question), { code: 'closed' })
    assert.equal(time.pending, 0)
  })
})

suite('keeping a UDP flow alive (RFC 5626 4.4)', () => {
  const remote: Endpoint = { transport: 'udp', address: '192.0.2.1', port: 5060 }

  /** A socket whose NAT the test plays. */
  function flow(kind: 'crlf' | 'stun') {
    const time = new VirtualTime()
    const log: string[] = []
    const nat: { port: number | undefined } = { port: 40_000 }
    const stop = keepFlowAlive({
      remote,
      kind,
      clock: time,
      intervalMs: 29_000,
      random: () => Uint8Array.of(255),
      onMapped: ({ port }) => log.push(`mapped ${port}`),
      onFailed: (error) => log.push(error.message),
      transport: {
        send: (bytes, _, done) => {
          log.push(`sent ${bytes.byteLength}`)
          queueMicrotask(() => done(undefined))
        },
        discover: async () => {
          if (nat.port === undefined) throw new Error('no answer')
          return { address: '203.0.113.1', port: nat.port }
        },
      },
    })
    return { time, log, nat, stop }
  }

  test('by line ends: one in each interval, until told to stop', async () => {
    const { time, log, stop } = flow('crlf')
    await time.advance(60_000)
    stop()
    await time.advance(600_000)
    assert.deepEqual([log, time.pending], [['sent 4', 'sent 4', 'sent 4'], 0])
  })

  test('by STUN: a new mapping is told, and a dead flow', async () => {
    const { time, log, nat } = flow('stun')
    await time.advance(60_000)
    nat.port = 40_001
    await time.advance(60_000)
    nat.port = undefined
    await time.advance(60_000)
    assert.deepEqual([log, time.pending], [['mapped 40000', 'mapped 40001', 'no answer'], 0])
  })
})
