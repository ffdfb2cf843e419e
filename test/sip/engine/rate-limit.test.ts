import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { fullBucket, giveBack, take } from '../../../electron/sip/engine/rate-limit.ts'
import { defaultRates, RateLimitedSources, type Rates } from '../../../electron/sip/engine/rate-limit-sources.ts'
import { LossyNet } from '../../support/lossy-net.ts'
import { headerOf, RawPeer } from '../../support/raw-peer.ts'
import { Station } from '../../support/station.ts'
import { VirtualTime } from '../../support/virtual-time.ts'

const times = (count: number, ask: () => boolean) => Array.from({ length: count }, ask).filter(Boolean).length

suite('the bucket', () => {
  const limit = { burst: 3, perSecond: 2 }

  test('gives its burst at once, then its rate, and never more than its burst', () => {
    let bucket = fullBucket(limit, 0)
    const got = (now: number) => {
      const [next, one] = take(bucket, limit, now)
      bucket = next
      return one
    }
    assert.deepEqual(
      [got(0), got(0), got(0), got(0), got(499), got(500), got(999), got(1000)],
      [true, true, true, false, false, true, false, true],
    )
    assert.equal(
      times(10, () => got(1_000_000)),
      3,
    )
  })

  test('a clock set back takes nothing away, and what is given back has its bound', () => {
    const [bucket] = take(fullBucket(limit, 1000), limit, 1000)
    assert.equal(take(bucket, limit, 0)[0].tokens, 1)
    assert.equal(giveBack(bucket, limit, 1000).tokens, 3)
    assert.equal(giveBack(giveBack(bucket, limit, 1000), limit, 1000).tokens, 3)
  })
})

suite('the sources', () => {
  test('calls that are taken are not limited, at any rate; calls that are not are', () => {
    const sources = new RateLimitedSources({}, 0)
    for (let call = 0; call < 10_000; call++) {
      assert.ok(sources.admits('10.0.0.1', 'INVITE', call / 10), `call ${call}`)
      sources.completed('10.0.0.1', call / 10)
    }
    const { burst, perSecond } = defaultRates.invites
    assert.equal(
      times(5000, () => sources.admits('10.0.0.1', 'INVITE', 1000)),
      burst,
    )
    assert.equal(
      times(5000, () => sources.admits('10.0.0.1', 'INVITE', 2000)),
      perSecond,
    )
    assert.ok(sources.admits('10.0.0.1', 'OPTIONS', 2000), 'each kind has its own measure')
    assert.ok(sources.admits('10.0.0.2', 'INVITE', 2000), 'each source has its own measure')
  })

  test('invented addresses have one measure together, who is proven keeps his own', () => {
    const sources = new RateLimitedSources({}, 0)
    sources.proven('10.9.9.9', 0)
    let source = 0
    const admitted = times(20_000, () => sources.admits(`10.1.${source >> 8}.${source++ & 255}`, 'INVITE', 0))
    assert.equal(admitted, defaultRates.unproven.burst)
    assert.ok(sources.admits('10.9.9.9', 'INVITE', 0))
    assert.ok(sources.size <= 2 * defaultRates.sources, `${sources.size} are remembered`)
  })

  test('a host of IPv6 is its /64, however it is written', () => {
    const sources = new RateLimitedSources({ invites: { burst: 1, perSecond: 0 } }, 0)
    const admits = (address: string) => sources.admits(address, 'INVITE', 0)
    assert.ok(admits('2001:db8::1'))
    for (const same of ['2001:db8::2', '2001:DB8:0:0:ffff::1', '2001:0db8:0000:0:1:2:3:4'])
      assert.ok(!admits(same), same)
    for (const other of ['2001:db8:0:1::1', 'fe80::1%eth0', '::1', '::ffff:10.0.0.1', '::ffff:10.0.0.2'])
      assert.ok(admits(other), other)
  })
})

suite('the engine under a flood', () => {
  async function bench(rates: Partial<Rates> = {}) {
    const time = new VirtualTime()
    const net = new LossyNet(time, 3)
    const phone = await Station.open(net, time, '10.0.0.1', { rates })
    const flooder = new RawPeer(net, '10.6.6.6')
    const friend = new RawPeer(net, '10.0.0.2')
    phone.handle = ({ method }, { transactionId }) => {
      if (method === 'INVITE' || method === 'INFO') void phone.respond(transactionId, 200)
    }
    let count = 0
    const invite = (peer: RawPeer) => {
      const id = `c${++count}`
      peer.send(
        peer.request('INVITE', phone.uri, [`Call-ID: ${id}`, `From: <sip:x@y>;tag=${id}`], `z9hG4bK${id}`),
        phone.address,
      )
      return id
    }
    /** What the INVITE is answered finally, the ACK included. */
    const call = async (peer: RawPeer) => {
      const id = invite(peer)
      await time.advance(50)
      const final = peer.heard.find((text) => text.includes(`Call-ID: ${id}\r`) && !text.startsWith('SIP/2.0 1')) ?? ''
      const lines = ['To', 'From', 'Call-ID'].map((name) => `${name}: ${headerOf(final, name)}`)
      peer.send(peer.request('ACK', phone.uri, lines, `z9hG4bKack${id}`), phone.address)
      await time.advance(50)
      return { status: Number(final.split(' ')[1]), lines }
    }
    return { time, net, phone, flooder, friend, invite, call }
  }

  test('503 with Retry-After, then silence; others are served meanwhile, and the source itself afterwards', async () => {
    const { time, phone, flooder, friend, invite, call } = await bench()
    const kept = await call(flooder)
    assert.equal(kept.status, 200)
    for (let ms = 0; ms < 10_000; ms += 20) {
      for (let n = 0; n < 10; n++) invite(flooder)
      await time.advance(20)
      if (ms % 1_000 === 500) assert.equal((await call(friend)).status, 200, `after ${ms} ms`)
    }
    const refused = flooder.heard.filter((text) => text.startsWith('SIP/2.0 503'))
    assert.ok(refused.length >= 500 && refused.length <= 700, `${refused.length} are refused`)
    assert.ok(refused.every((text) => /^\d+$/.test(headerOf(text, 'Retry-After') ?? '')))
    assert.ok(
      phone.engine.counts().serverTransactions < 300,
      `${phone.engine.counts().serverTransactions} transactions`,
    )
    const noted = phone.wire.filter(({ note }) => note?.startsWith('flood:'))
    assert.ok(noted.length >= 3 && noted.length <= 6, `${noted.length} notes in the trace`)
    // In its own dialog the flooder is served as anybody
    flooder.send(flooder.request('INFO', phone.uri, [...kept.lines, 'CSeq: 7 INFO'], 'z9hG4bKinfo'), phone.address)
    await time.advance(50)
    assert.ok(flooder.heard.some((text) => text.startsWith('SIP/2.0 200') && headerOf(text, 'CSeq') === '7 INFO'))
    await time.advance(1_000)
    assert.equal((await call(flooder)).status, 200)
    assert.deepEqual(phone.faults, [])
  })

  test('a thousand calls one after another, as fast as they go, are all taken', async () => {
    const { friend, call } = await bench()
    for (let n = 0; n < 1_000; n++) assert.equal((await call(friend)).status, 200, `call ${n}`)
  })

  test('an answer of the peer to a request of ours proves it', async () => {
    const { time, net, phone, friend, flooder, call, invite } = await bench({ unproven: { burst: 300, perSecond: 0 } })
    friend.onText = (text) => {
      if (text.startsWith('OPTIONS')) friend.send(friend.answer(text, 200, 'x'), phone.address)
    }
    void phone.send('OPTIONS', 'sip:10.0.0.2')
    await time.advance(100)
    for (let n = 0; n < 400; n++) {
      const text = flooder.request('INVITE', phone.uri, [`Call-ID: s${n}`], `z9hG4bKs${n}`)
      const invented = { transport: 'udp', address: `10.7.${n >> 8}.${n & 255}`, port: 5060 } as const
      net.send(Buffer.from(text), invented, { transport: 'udp', address: phone.address, port: 5060 })
    }
    await time.advance(100)
    invite(flooder)
    await time.advance(100)
    assert.equal(flooder.firsts.at(-1), '503', 'there is no room for who is not proven')
    assert.equal((await call(friend)).status, 200)
  })
})
