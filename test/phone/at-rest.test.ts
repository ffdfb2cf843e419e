import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LossyNet } from '../support/lossy-net.ts'
import { benchPhone } from '../support/phone-bench.ts'
import { headerOf, RawPeer } from '../support/raw-peer.ts'
import { virtualAgent } from '../support/virtual-agent.ts'
import type { VirtualTime } from '../support/virtual-time.ts'

const hourMs = 3_600_000

/** How often something came due. */
function countWakes(time: VirtualTime): () => number {
  const after = time.after.bind(time)
  let wakes = 0
  time.after = (ms, fire) =>
    after(ms, () => {
      wakes += 1
      fire()
    })
  return () => wakes
}

test('a registered phone that nobody uses hardly works: an hour of it, engine and all', async (t) => {
  let wakes = () => 0
  let net: LossyNet | undefined
  let clock: VirtualTime | undefined
  const bench = await benchPhone({
    prepare: ({ time }) => {
      wakes = countWakes(time)
      clock = time
      net = new LossyNet(time, 1)
    },
    startUserAgent: async (_, delegate) => (await virtualAgent(clock!, net!, '10.0.0.1', 1, delegate)).ua,
  })
  const { phone, time, heard } = bench
  const server = new RawPeer(net!, '10.0.0.2')
  server.onText = (text) => {
    const bound = text.startsWith('REGISTER') ? [`Contact: ${headerOf(text, 'Contact')};expires=600`] : []
    server.send(server.answer(text, 200, 'r', bound), '10.0.0.1')
  }
  phone.saveAccount({ username: 'alice', password: 'secret', domain: '10.0.0.2' })
  await time.advance(60_000)
  const state = () => phone.snapshot().accounts[0]?.registration.state
  assert.equal(state(), 'registered')

  const before = {
    wakes: wakes(),
    cpu: process.cpuUsage(),
    snapshots: heard.snapshots.length,
    sent: server.heard.length,
  }
  await time.advance(hourMs)
  const { user, system } = process.cpuUsage(before.cpu)
  const [woken, sent] = [wakes() - before.wakes, server.heard.length - before.sent]
  const share = (user + system) / (hourMs * 1000)
  t.diagnostic(`${woken} times in an hour, ${sent} requests, ${(share * 100).toFixed(3)} % of a core in here`)
  assert.equal(state(), 'registered')
  assert.ok(sent >= 100, 'it keeps asking whether its server is there')
  // Each of them costs well below a millisecond: at one a second the whole would be 0.1 % of a core.
  assert.ok(woken < hourMs / 1000, `${woken} times`)
  assert.ok(share < 0.005)
  assert.ok(heard.snapshots.length - before.snapshots < 60, 'nothing is told where nothing changes')
  const ended = phone.shutdown()
  await time.advance(10_000)
  await ended
})
