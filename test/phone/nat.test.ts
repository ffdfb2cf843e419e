import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UserAgentError } from '../../electron/phone/ports.ts'
import { type Bench, benchPhone, type BenchOptions } from '../support/phone-bench.ts'

const seen = { address: '203.0.113.7', port: 61_000 }
const stunServers = ['stun.test']

function natBench(options: BenchOptions & { sees?: typeof seen } = {}): Promise<Bench> {
  const { sees, ...rest } = options
  return benchPhone({
    overrides: { network: { stunServers }, defaults: { sendInternalIp: 'never' } },
    prepare: ({ agent }) => {
      if (sees) agent.seen = sees
    },
    ...rest,
  })
}

function contactOf({ agent }: Bench, sendInternalIp: 'default' | 'always' | 'never' = 'default', transport = 'udp') {
  const local = { address: '192.0.2.1', port: 5060 }
  const place = { transport: transport as 'udp', local, remoteAddress: '198.51.100.1' }
  const told = agent.delegate?.ownAddress?.(place, sendInternalIp)
  return `${told?.address}:${told?.port}`
}

async function offered(bench: Bench): Promise<string> {
  bench.phone.dial({ target: '1001@198.51.100.1' })
  await bench.time.advance(0)
  return bench.agent.invites.at(-1)?.invite.sdp ?? 'no INVITE'
}

test('Contact and session description say how we are seen', async () => {
  const bench = await natBench({ sees: seen })
  bench.media.seen = { rtp: { address: seen.address, port: 40_000 }, rtcp: { address: seen.address, port: 40_007 } }
  await bench.time.advance(0)
  assert.equal(contactOf(bench), '203.0.113.7:61000')
  assert.equal(contactOf(bench, 'always'), '192.0.2.1:5060')
  // What the server saw is the UDP port
  assert.equal(contactOf(bench, 'never', 'tcp'), '192.0.2.1:5060')
  const sdp = await offered(bench)
  assert.match(sdp, /^c=IN IP4 203\.0\.113\.7\r$/m)
  assert.match(sdp, /^m=audio 40000 /m)
  assert.match(sdp, /^a=rtcp:40007\r$/m)
  assert.deepEqual(bench.media.only.options.stun, { address: '203.0.113.9', port: 3478 })
})

test('the RTP port is not seen: the address is told with the own port, and the trace says why', async () => {
  const bench = await natBench({ sees: seen })
  const sdp = await offered(bench)
  assert.match(sdp, /^c=IN IP4 203\.0\.113\.7\r$/m)
  assert.match(sdp, /^m=audio 8000 /m)
})

test('a silent STUN server costs a call nothing but its address, and is told once, with a code', async () => {
  const bench = await natBench()
  assert.match(await offered(bench), /^c=IN IP4 192\.0\.2\.1\r$/m)
  assert.equal(contactOf(bench), '192.0.2.1:5060')
  await bench.time.advance(120_000)
  const notices = bench.phone.info().notices.filter((notice) => notice.includes('STUN'))
  assert.equal(notices.length, 1)
  assert.match(notices[0] ?? '', /^unreachable - STUN server stun\.test: /)
  assert.ok(bench.agent.asked.length > 2, 'it is asked again')
})

test('a question that is never answered holds up a call for 3 s, and no longer', async () => {
  const bench = await natBench({
    prepare: ({ agent }) => {
      agent.discover = () => new Promise(() => {})
    },
  })
  bench.phone.dial({ target: '1001@198.51.100.1' })
  await bench.time.advance(2999)
  assert.equal(bench.agent.invites.length, 0)
  await bench.time.advance(1)
  assert.equal(bench.agent.invites.length, 1)
})

test('the next server is asked where the first is silent', async () => {
  const bench = await natBench({ overrides: { network: { stunServers: ['a.test', 'b.test'] } }, sees: seen })
  const { agent, time } = bench
  assert.deepEqual(agent.asked, ['a.test'])
  agent.discover = async (server) => {
    agent.asked.push(server)
    if (server === 'a.test') throw new UserAgentError('unresolvable', 'no such name')
    return { server: { address: '203.0.113.9', port: 3478 }, seen: { ...seen, port: 62_000 } }
  }
  await time.advance(30_000)
  assert.deepEqual(agent.asked, ['a.test', 'a.test', 'b.test'])
  assert.equal(contactOf(bench), '203.0.113.7:62000')
})

test('registrars hear at first, and whenever we are seen elsewhere; what was known survives one silence', async () => {
  const bench = await natBench({ sees: seen })
  const { agent, time, phone } = bench
  phone.saveAccount({ username: '101', domain: 'example.test', password: 'x' })
  await time.advance(0)
  const [line] = agent.lines
  assert.equal(line?.registers.length, 1)
  await time.advance(30_000)
  assert.equal(line?.registers.length, 1)
  agent.seen = { ...seen, port: 62_000 }
  await time.advance(30_000)
  assert.equal(line?.registers.length, 2)
  agent.seen = new UserAgentError('unreachable', 'no answer')
  await time.advance(30_000)
  assert.equal(line?.registers.length, 2)
  assert.equal(contactOf(bench), '203.0.113.7:62000')
})

test('an account registers when it is known how we are seen, not before', async () => {
  const { promise, resolve } = Promise.withResolvers<{ server: typeof seen; seen: typeof seen }>()
  const bench = await natBench({
    account: { fields: { username: '101', domain: 'example.test' } },
    prepare: ({ agent }) => {
      agent.discover = () => promise
    },
  })
  await bench.time.advance(1000)
  assert.equal(bench.agent.lines.length, 0)
  resolve({ server: { address: '203.0.113.9', port: 3478 }, seen })
  await bench.time.advance(0)
  assert.equal(bench.agent.lines[0]?.registers.length, 1)
})

test('other settings count at once', async () => {
  const bench = await natBench({ sees: seen, overrides: {} })
  const { phone, time, agent } = bench
  assert.deepEqual(agent.asked, [])
  assert.equal(contactOf(bench), '192.0.2.1:5060')
  phone.setSettings({ network: { stunServers } })
  await time.advance(0)
  assert.equal(contactOf(bench), '203.0.113.7:61000')
  phone.setSettings({ network: { useDiscoveredAddress: false } })
  assert.equal(contactOf(bench), '192.0.2.1:5060')
  phone.setSettings({ network: { natFirewallIp: '192.0.2.200' } })
  assert.equal(contactOf(bench), '192.0.2.200:5060')
  assert.match(await offered(bench), /^c=IN IP4 192\.0\.2\.200\r$/m)
  phone.setSettings({ defaults: { sendInternalIp: 'always' } })
  assert.equal(contactOf(bench), '192.0.2.1:5060')
  assert.equal(contactOf(bench, 'never'), '192.0.2.200:5060')
})
