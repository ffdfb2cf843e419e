import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { cached } from '../../../electron/sip/locate/cache.ts'
import { createLocate, type LocateOptions } from '../../../electron/sip/locate/locate.ts'
import { dnsResolver } from '../../../electron/sip/locate/resolver.ts'
import { inSrvOrder } from '../../../electron/sip/locate/srv-order.ts'
import { readQuestion, writeAnswer, type DnsRecord } from '../../support/dns-message.ts'
import { DnsServer } from '../../support/dns-server.ts'
import { mutate } from '../../support/mutate.ts'
import { realClock } from '../../support/real-clock.ts'
import { seeded } from '../../support/seeded.ts'
import { VirtualTime } from '../../support/virtual-time.ts'

const a = (address: string): DnsRecord => ({ type: 'A', address })
const srv = (target: string, port: number, priority = 0, weight = 0): DnsRecord => ({
  type: 'SRV',
  target,
  port,
  priority,
  weight,
})
const naptr = (order: number, service: string, replacement: string): DnsRecord => ({
  type: 'NAPTR',
  order,
  preference: 0,
  flags: 's',
  service,
  replacement,
})

const zone: Record<string, readonly DnsRecord[]> = {
  'all.test': [
    naptr(20, 'SIP+D2T', '_sip._tcp.all.test'),
    naptr(10, 'SIPS+D2T', '_sips._tcp.all.test'),
    naptr(30, 'SIP+D2U', '_sip._udp.all.test'),
    naptr(5, 'E2U+sip', 'nonsense.test'),
  ],
  '_sips._tcp.all.test': [srv('one.all.test', 5071)],
  '_sip._tcp.all.test': [srv('two.all.test', 5070, 2), srv('one.all.test', 5070, 1)],
  '_sip._udp.all.test': [srv('one.all.test', 5060)],
  'one.all.test': [a('192.0.2.1'), { type: 'AAAA', address: '2001:db8::1' }],
  'two.all.test': [a('192.0.2.2')],
  'srv.test': [a('192.0.2.9')],
  '_sip._udp.srv.test': [srv('gone.srv.test', 5060), srv('one.all.test', 5062, 5)],
  '_sip._tcp.srv.test': [srv('two.all.test', 5063)],
  'plain.test': [a('192.0.2.7')],
  '_sip._udp.none.test': [srv('.', 0)],
  'none.test': [a('192.0.2.8')],
}

async function locate(t: TestContext, options: Partial<LocateOptions> = {}) {
  const server = await DnsServer.start(zone)
  t.after(() => server.close())
  const all: LocateOptions = {
    clock: realClock,
    ipVersion: '4',
    transports: ['udp', 'tcp', 'tls'],
    resolver: dnsResolver([server.address]),
    random: seeded(1),
    ...options,
  }
  const find = createLocate(all)
  const words = async (uri: string) =>
    (await find(uri)).map(({ transport, address, port, serverName }) =>
      [transport, address, port, ...(serverName ? [serverName] : [])].join(' '),
    )
  return Object.assign(words, { server })
}

suite('the servers of a domain (RFC 3263)', () => {
  test('NAPTR chooses the transport among those we have, SRV the servers', async (t) => {
    const find = await locate(t)
    assert.deepEqual(await find('sip:a@all.test'), ['tcp 192.0.2.1 5070', 'tcp 192.0.2.2 5070', 'udp 192.0.2.1 5060'])
    assert.deepEqual(await find('sips:a@all.test'), ['tls 192.0.2.1 5071 all.test'])
    assert.deepEqual(await find('sip:a@all.test;transport=udp'), ['udp 192.0.2.1 5060'])
    const udp = await locate(t, { transports: ['udp'], ipVersion: 'auto' })
    assert.deepEqual(await udp('sip:a@all.test'), ['udp 192.0.2.1 5060', 'udp 2001:db8::1 5060'])
  })

  test('without NAPTR every transport is asked for; a server without address is passed over', async (t) => {
    const find = await locate(t)
    assert.deepEqual(await find('sip:a@srv.test'), ['udp 192.0.2.1 5062', 'tcp 192.0.2.2 5063'])
    assert.deepEqual(await find('sip:a@srv.test;transport=tcp'), ['tcp 192.0.2.2 5063'])
    assert.deepEqual(await find('sip:a@plain.test'), ['udp 192.0.2.7 5060'])
    assert.deepEqual(await find('sips:a@plain.test'), ['tls 192.0.2.7 5061 plain.test'])
    await assert.rejects(find('sip:a@unknown.test'), { code: 'not-found' })
  })

  test('a port or a number leaves nothing to ask (RFC 3263 4.1)', async (t) => {
    const find = await locate(t)
    assert.deepEqual(await find('sip:a@srv.test:5099'), ['udp 192.0.2.9 5099'])
    assert.deepEqual(new Set(find.server.asked), new Set(['A srv.test', 'AAAA srv.test']))
    assert.deepEqual(await find('sips:a@192.0.2.1'), ['tls 192.0.2.1 5061'])
  })

  test('answers are kept for a while, refusals for a short one, and asked for once at a time', async () => {
    const time = new VirtualTime()
    const asked: string[] = []
    const resolver = cached(
      {
        lookup: (host) => {
          asked.push(host)
          return host === 'a.test' ? Promise.resolve(['192.0.2.1']) : Promise.reject(new Error('no'))
        },
      },
      time,
    )
    const ask = async (host: string) => Promise.allSettled([resolver.lookup(host), resolver.lookup(host.toUpperCase())])
    for (const host of ['a.test', 'b.test', 'a.test', 'b.test']) await ask(host)
    assert.deepEqual(asked, ['a.test', 'b.test'])
    await time.advance(6_000)
    for (const host of ['a.test', 'b.test']) await ask(host)
    assert.deepEqual(asked, ['a.test', 'b.test', 'b.test'])
    await time.advance(30_000)
    for (let index = 0; index < 2_000; index++) await ask(`${index}.test`)
    await ask('a.test')
    assert.equal(asked.at(-1), 'a.test')
  })

  test('a DNS that is silent about services costs half the time, then addresses count', async () => {
    const time = new VirtualTime()
    const never = () => new Promise<never>(() => {})
    const resolver = { lookup: async () => ['192.0.2.1'], srv: never, naptr: never }
    const found = createLocate({ clock: time, ipVersion: '4', transports: ['udp'], resolver })('sip:a@slow.test')
    await time.advance(2_500)
    assert.deepEqual(await found, [{ transport: 'udp', address: '192.0.2.1', port: 5060 }])
    assert.equal(time.pending, 0)
  })
})

suite('the order of servers (RFC 2782)', () => {
  const record = (name: string, priority: number, weight: number) => ({ name, port: 1, priority, weight })

  test('priorities are kept, weights are shares', () => {
    const random = seeded(2782)
    const first = new Map<string, number>()
    for (let round = 0; round < 10_000; round++) {
      const order = inSrvOrder([record('late', 2, 900), record('heavy', 1, 75), record('light', 1, 25)], random)
      assert.equal(order[2]?.name, 'late')
      first.set(order[0]!.name, (first.get(order[0]!.name) ?? 0) + 1)
    }
    const share = (first.get('heavy') ?? 0) / 10_000
    assert.ok(share > 0.72 && share < 0.78, String(share))
    assert.deepEqual(inSrvOrder([record('.', 1, 1), record('', 1, 1)], random), [])
    const nulls = inSrvOrder([record('a', 1, 0), record('b', 1, 0)], random)
    assert.equal(nulls.length, 2)
  })
})

test('DNS questions from a hostile wire: none throws', () => {
  const random = seeded(1035)
  const question = Buffer.from('12340100000100000000000003616c6c04746573740000210001', 'hex')
  const read = readQuestion(question)
  assert.deepEqual([read?.name, read?.type], ['all.test', 33])
  let understood = 0
  for (let round = 0; round < 20_000; round++) {
    const mutant = readQuestion(mutate(question, [question], random))
    if (!mutant) continue
    understood++
    writeAnswer(mutant, zone['_sip._tcp.all.test'] ?? [], 0, 1)
  }
  assert.ok(understood > 1_000 && understood < 19_000, String(understood))
})
