import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MediaError } from '../../electron/phone/ports.ts'
import type { FakeUserAgent } from '../support/fake-user-agent.ts'
import { FakeMedia, someQuality } from '../support/fake-media.ts'
import { MemoryStore } from '../support/memory-store.ts'
import { benchPhone, peerSdp } from '../support/phone-bench.ts'

test('listens where the settings say', async () => {
  const { phone, agent } = await benchPhone({ overrides: { network: { listenIp: '192.0.2.1', sipPort: 5070 } } })
  assert.deepEqual(agent.tried, [5070])
  assert.partialDeepStrictEqual(phone.info(), {
    version: '1.0',
    userAgent: 'Dialtone/1.0',
    profile: 'default',
    dataFolder: '/nowhere',
    listening: [{ transport: 'udp', address: '192.0.2.1', port: 5070 }],
    addresses: ['192.0.2.1'],
    notices: [],
  })
})

test('a taken port gives way to the next free one, and the phone says so', async () => {
  const { phone, agent } = await benchPhone({ prepare: ({ agent }) => agent.taken.add(5060).add(5061) })
  assert.deepEqual(agent.tried, [5060, 5061, 5062])
  assert.deepEqual(phone.info().notices, ['SIP port 5060 is taken; listening on 5062 instead'])
  assert.equal(phone.info().listening[0]?.port, 5062)
})

test('when all near ones are taken, any free port will do', async () => {
  const everything = new Set(Array.from({ length: 100 }, (_, index) => 5060 + index))
  const { agent } = await benchPhone({ prepare: ({ agent }) => everything.forEach((port) => agent.taken.add(port)) })
  assert.equal(agent.tried.at(-1), 0)
  assert.equal(agent.tried.length, 21)
})

test('a demanded port is had or nothing', async () => {
  const store = new MemoryStore()
  const media = new FakeMedia()
  const prepare = ({ agent }: { agent: FakeUserAgent }) => agent.taken.add(5060)
  const demanded = { sipPort: true }
  const start = benchPhone({ prepare, demanded, store, startMedia: media.start })
  await assert.rejects(start, { code: 'port-in-use', message: 'SIP port 5060 is taken' })
  assert.equal(store.closed, true)
  assert.equal(media.ended, true)
})

test('demanded RTP ports that are taken are told at the start', async () => {
  const store = new MemoryStore()
  const prepare = ({ media }: { media: FakeMedia }) =>
    (media.openFault = new MediaError('port-in-use', 'RTP ports 9000-9001 are taken'))
  const start = benchPhone({ prepare, store, demanded: { rtpPorts: true } })
  await assert.rejects(start, { code: 'port-in-use', message: 'RTP ports 9000-9001 are taken' })
  assert.equal(store.closed, true)
  const fine = await benchPhone({ demanded: { rtpPorts: true } })
  assert.equal(fine.media.openSessions, 0, 'the trial pair is given back')
  fine.phone.dial({ target: 'bob@192.0.2.2' })
  await fine.time.advance(0)
  assert.equal(fine.media.only.options.demanded, true)
})

test('RTP binds where the phone listens', async () => {
  const cases = [
    ['', '192.0.2.1', '0.0.0.0'],
    ['', '2001:db8::1', '::'],
    ['192.0.2.1', '192.0.2.1', '192.0.2.1'],
  ] as const
  for (const [listenIp, localAddress, bound] of cases) {
    const bench = await benchPhone({ overrides: { network: { listenIp } } })
    bench.agent.localAddress = localAddress
    bench.phone.dial({ target: 'bob@192.0.2.2' })
    await bench.time.advance(0)
    assert.equal(bench.media.only.options.address, bound)
    assert.deepEqual(bench.media.only.options.ports, [8000, 8999])
  }
})

test('bad settings on the command line are told by name', async () => {
  const store = new MemoryStore()
  const overrides = { network: { sipPort: -1 } }
  await assert.rejects(benchPhone({ overrides, store }), { code: 'invalid-params', data: { field: 'network.sipPort' } })
  assert.equal(store.closed, true)
})

test('stored settings at fault are told and passed over', async () => {
  const { phone } = await benchPhone({ prepare: ({ store }) => (store.storedSettings = { network: { sipPort: 'x' } }) })
  assert.match(phone.info().notices[0] ?? '', /^A stored setting was not used: network\.sipPort/)
})

test('snapshots come at most every 50 ms and the last one wins', async () => {
  const { phone, agent, time, heard } = await benchPhone()
  await time.advance(1000)
  heard.snapshots.length = 0
  const begin = time.now()
  phone.dial({ target: 'bob@192.0.2.2' })
  await time.advance(0)
  for (let burst = 0; burst < 20; burst++) {
    agent.invites[0]?.ring(180 + (burst % 3))
    await time.advance(10)
  }
  agent.invites[0]?.accept(peerSdp())
  await time.advance(200)
  const times = heard.snapshots.map(({ at }) => at - begin)
  assert.equal(times[0], 0, 'the first at once')
  assert.ok(
    times.every((at, index) => index === 0 || at - (times[index - 1] ?? 0) >= 50),
    `${times}`,
  )
  assert.ok(times.length >= 4 && times.length <= 6, `${times}`)
  assert.equal(heard.snapshots.at(-1)?.snapshot.calls[0]?.state, 'confirmed')
  const quiet = heard.snapshots.length
  await time.advance(10_000)
  assert.equal(heard.snapshots.length, quiet, 'nothing changed, nothing said')
})

test('what a call looks like', async () => {
  const { phone, agent, time } = await benchPhone()
  const { callId } = phone.dial({ target: 'bob@192.0.2.2' })
  await time.advance(0)
  await time.advance(2000)
  agent.invites[0]?.accept(peerSdp({ formats: '8' }))
  phone.mute(callId, true)
  assert.deepEqual(phone.snapshot(), {
    accounts: [],
    calls: [
      {
        callId,
        sipCallId: 'call-1@fake',
        direction: 'outgoing',
        state: 'confirmed',
        remote: { uri: 'sip:bob@192.0.2.2' },
        codec: 'PCMA',
        srtp: false,
        muted: true,
        onHold: { local: false, remote: false },
        recording: false,
        conference: false,
        startedAt: '2026-01-01T00:00:01.000Z',
        answeredAt: '2026-01-01T00:00:03.000Z',
      },
    ],
    voicemail: [],
    presence: [],
    audio: { input: '', output: '', state: 'idle' },
    doNotDisturb: false,
    certificates: [],
    transferRequests: [],
  })
})

test('mute before there are media is kept', async () => {
  const { phone, media, time } = await benchPhone()
  const opened = Promise.withResolvers<void>()
  media.beforeOpen = opened.promise
  const { callId } = phone.dial({ target: 'bob@192.0.2.2' })
  phone.mute(callId, true)
  opened.resolve()
  await time.advance(0)
  assert.equal(media.only.muted, true)
  phone.mute(callId, false)
  assert.equal(media.only.muted, false)
})

test('quality and the state of the sound card are passed on', async () => {
  const { phone, agent, media, time, heard } = await benchPhone()
  const { callId } = phone.dial({ target: 'bob@192.0.2.2' })
  await time.advance(0)
  agent.invites[0]?.accept(peerSdp())
  media.delegate?.onQuality(callId, someQuality)
  media.delegate?.onQuality('nobody', someQuality)
  assert.deepEqual(heard.qualities, [{ callId, quality: someQuality }])
  media.delegate?.onAudioState('lost', 'The headset was unplugged')
  await time.advance(50)
  assert.equal(heard.snapshots.at(-1)?.snapshot.audio.state, 'lost')
})

test('a call that plays to no speaker rings on none', async () => {
  const { phone, agent, media } = await benchPhone({
    audio: () => ({ source: { kind: 'silence' }, sink: { kind: 'discard' } }),
  })
  agent.call({ offer: peerSdp() })
  assert.equal(phone.snapshot().calls[0]?.state, 'incoming')
  assert.deepEqual(media.tones, [])
})

test('ringback and ring: one tone at a time, ring first', async () => {
  const { phone, agent, media, time } = await benchPhone()
  phone.dial({ target: 'bob@192.0.2.2' })
  await time.advance(0)
  agent.invites[0]?.ring()
  const incoming = agent.call({ offer: peerSdp() })
  incoming.cancel()
  agent.invites[0]?.reject(486)
  await time.advance(0)
  assert.deepEqual(media.tones, ['ringback', 'ring', 'ringback', null, 'busy'])
  await time.advance(3000)
  assert.deepEqual(media.tones.slice(5), [null], 'and not for ever')
})

test('shutdown ends calls in order: BYE, CANCEL, reject', async () => {
  const { phone, agent, media, store, time, heard } = await benchPhone()
  phone.dial({ target: 'bob@192.0.2.2' })
  await time.advance(0)
  const dialog = agent.invites[0]?.accept(peerSdp())
  const bye = Promise.withResolvers<void>()
  assert.ok(dialog)
  dialog.byeAnswered = bye.promise
  phone.dial({ target: 'carol@192.0.2.2' })
  await time.advance(0)
  agent.invites[1]?.ring()
  const incoming = agent.call({ offer: peerSdp() })
  const shutdown = phone.shutdown()
  assert.equal(dialog.byes, 1)
  assert.equal(agent.invites[1]?.cancelled, true)
  assert.deepEqual(incoming.answers, ['180', '486 Busy Here'])
  assert.deepEqual(agent.call({ offer: peerSdp() }).answers, ['480 Temporarily Unavailable'])
  assert.throws(() => phone.dial({ target: 'bob@192.0.2.2' }), { code: 'bad-state' })
  agent.invites[1]?.reject(487)
  await time.advance(0)
  assert.equal(agent.closed, false, 'the BYE is not answered yet')
  bye.resolve()
  await time.advance(0)
  await shutdown
  assert.deepEqual([agent.closed, media.ended, store.closed], [true, true, true])
  assert.equal(heard.ended.length, 3)
  assert.equal(store.entries.length, 3)
  await phone.shutdown()
  assert.equal(time.pending, 0, 'no timer is left')
})

test('a peer that has gone keeps a shutdown for two seconds at most', async () => {
  const { phone, agent, store, time, heard } = await benchPhone()
  phone.dial({ target: 'bob@192.0.2.2' })
  await time.advance(0)
  agent.invites[0]?.ring()
  phone.dial({ target: 'carol@192.0.2.2' })
  await time.advance(0)
  const shutdown = phone.shutdown()
  await time.advance(1999)
  assert.equal(store.closed, false)
  await time.advance(1)
  await shutdown
  assert.deepEqual([store.closed, heard.ended.length], [true, 2])
})

test('one fault at shutdown does not keep the rest from ending', async () => {
  const bench = await benchPhone()
  bench.media.shutdown = async () => {
    throw new Error('the media process is gone')
  }
  await bench.phone.shutdown()
  assert.deepEqual([bench.agent.closed, bench.store.closed], [true, true])
  assert.equal(bench.log.faults.length, 1)
})

test('a delegate that throws costs nothing', async () => {
  const bench = await benchPhone()
  bench.heard.onCallState = () => {
    throw new Error('broken listener')
  }
  bench.phone.dial({ target: 'bob@192.0.2.2' })
  await bench.time.advance(0)
  bench.agent.invites[0]?.accept(peerSdp())
  await bench.time.advance(0)
  assert.equal(bench.phone.snapshot().calls[0]?.state, 'confirmed')
  assert.ok(bench.log.faults.length > 0)
})

test('what does not exist is not found', async () => {
  const { phone } = await benchPhone()
  await assert.rejects(phone.hangup('nobody'), { code: 'not-found' })
  await assert.rejects(phone.answer('nobody'), { code: 'not-found' })
  assert.throws(() => phone.reject('nobody'), { code: 'not-found' })
  assert.throws(() => phone.trace.get(7), { code: 'not-found' })
  assert.throws(() => phone.dial({ target: 'bob@192.0.2.2', accountId: 'x' }), { code: 'not-found' })
})

test('OPTIONS learns what we can', async () => {
  const { agent } = await benchPhone({ overrides: { audio: { codecs: ['PCMA'] } } })
  assert.match(agent.delegate?.capabilities('192.0.2.1') ?? '', /m=audio 0 RTP\/AVP 8 101\r\n/)
})

test('log, trace and devices are at hand', async () => {
  const { phone, agent, time, trace } = await benchPhone()
  phone.dial({ target: 'bob@192.0.2.2' })
  await time.advance(0)
  agent.invites[0]?.reject(486)
  await time.advance(0)
  assert.equal(phone.listLog()[0]?.cause, 'busy')
  phone.removeLog([1])
  assert.deepEqual(phone.listLog(), [])
  const here = { transport: 'udp', address: '192.0.2.1', port: 5060 } as const
  const bytes = Buffer.from('OPTIONS sip:x SIP/2.0\r\n\r\n')
  trace.onMessage({ direction: 'out', local: here, remote: here, bytes, retransmission: false })
  assert.equal(phone.trace.list()[0]?.method, 'OPTIONS')
  assert.match(phone.trace.get(1).text, /^OPTIONS/)
  assert.deepEqual(await phone.audioDevices(), [{ name: 'Fake', kind: 'input', default: true }])
})

test('a thousand calls leave nothing behind', async () => {
  const { phone, agent, media, time } = await benchPhone()
  for (let round = 0; round < 1000; round++) {
    const { callId } = phone.dial({ target: 'bob@192.0.2.2' })
    await time.advance(0)
    agent.invites.pop()?.accept(peerSdp())
    await phone.hangup(callId)
  }
  await time.advance(50)
  assert.equal(phone.snapshot().calls.length, 0)
  assert.equal(media.openSessions, 0)
  assert.equal(time.pending, 0)
})
