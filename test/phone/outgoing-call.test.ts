import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MediaError, UserAgentError } from '../../electron/phone/ports.ts'
import type { Cause } from '../../electron/phone/shapes.ts'
import { cancelLimitMs, ringLimitMs } from '../../electron/phone/call.ts'
import { benchPhone, peerSdp, type Bench } from '../support/phone-bench.ts'

async function dialled(bench: Bench, target = '1001@192.0.2.2:50600') {
  const { callId } = bench.phone.dial({ target })
  await bench.time.advance(0)
  const outgoing = bench.agent.invites.at(-1)
  assert.ok(outgoing)
  return { callId, outgoing }
}

test('a call that is answered and hung up here', async () => {
  const bench = await benchPhone()
  const { callId, outgoing } = await dialled(bench)
  assert.equal(outgoing.invite.uri, 'sip:1001@192.0.2.2:50600')
  assert.equal(outgoing.invite.from.uri, 'sip:dialtone@192.0.2.1')
  assert.match(outgoing.invite.sdp, /c=IN IP4 192\.0\.2\.1\r\n/)
  assert.match(outgoing.invite.sdp, /m=audio 8000 RTP\/AVP 0 8 9 96 101 102\r\n/)
  outgoing.ring()
  await bench.time.advance(3000)
  assert.equal(bench.media.tones.at(-1), 'ringback')
  const dialog = outgoing.accept(peerSdp())
  assert.equal(bench.media.tones.at(-1), null)
  assert.deepEqual(bench.media.only.config?.remote, { address: '192.0.2.2', rtpPort: 30_000, rtcpPort: 30_001 })
  assert.equal(bench.media.only.config?.sending, true)
  await bench.time.advance(5000)
  await bench.phone.hangup(callId)
  assert.equal(dialog.byes, 1)
  assert.deepEqual(bench.heard.path(), ['calling', 'early 180', 'confirmed 200', 'terminated 200'])
  const [ended] = bench.heard.ended
  assert.equal(ended?.cause, 'normal')
  assert.equal(ended?.by, 'local')
  assert.equal(ended?.durationMs, 5000)
  assert.equal(ended?.quality?.received.mos, 4.3)
  assert.equal(bench.media.openSessions, 0)
  assert.deepEqual(
    bench.store.entries.map(({ direction, answered, missed, cause }) => ({ direction, answered, missed, cause })),
    [{ direction: 'outgoing', answered: true, missed: false, cause: 'normal' }],
  )
  assert.throws(() => bench.phone.mute(callId, true), { code: 'not-found' })
  assert.equal(bench.log.faults.length, 0)
})

test('the peer hangs up; the network loses the call', async () => {
  for (const [by, cause, code] of [
    ['remote', 'normal', 200],
    ['network', 'network-lost', 408],
  ] as const) {
    const bench = await benchPhone()
    const { outgoing } = await dialled(bench)
    const dialog = outgoing.accept(peerSdp())
    dialog.delegate?.onBye(by, undefined)
    await bench.time.advance(0)
    assert.equal(dialog.byes, 0)
    const [ended] = bench.heard.ended
    assert.deepEqual([ended?.by, ended?.cause, ended?.code], [by, cause, code])
  }
})

test('provisional answers: no tag is proceeding, a tag is early, and no way back', async () => {
  const bench = await benchPhone()
  const { outgoing } = await dialled(bench)
  outgoing.ring(181, undefined, '')
  outgoing.ring(180)
  outgoing.ring(180)
  outgoing.ring(182, undefined, '')
  outgoing.ring(183, undefined, 'b')
  assert.deepEqual(bench.heard.path(), ['calling', 'proceeding 181', 'early 180', 'early 182', 'early 183'])
  assert.equal(bench.media.tones.at(-1), null, '183 without SDP is not ringing')
})

test('early media silences the ringback and plays; the 200 may then come without SDP', async () => {
  const bench = await benchPhone()
  const { outgoing } = await dialled(bench)
  outgoing.ring()
  assert.equal(bench.media.tones.at(-1), 'ringback')
  outgoing.ring(183, peerSdp({ port: 31_000 }))
  assert.equal(bench.media.tones.at(-1), null)
  assert.equal(bench.media.only.config?.remote.rtpPort, 31_000)
  outgoing.ring(180)
  assert.equal(bench.media.tones.at(-1), null, 'a later 180 does not bring it back')
  outgoing.accept('')
  assert.equal(bench.media.only.config?.remote.rtpPort, 31_000)
  assert.equal(bench.heard.path().at(-1), 'confirmed 200')
})

test('another fork answers than the one whose early media played', async () => {
  const bench = await benchPhone()
  const { outgoing } = await dialled(bench)
  outgoing.ring(183, peerSdp({ port: 31_000, formats: '8' }), 'a')
  assert.equal(bench.media.only.config?.codec, 'PCMA')
  outgoing.accept(peerSdp({ port: 32_000, formats: '0' }))
  assert.equal(bench.media.only.config?.remote.rtpPort, 32_000)
  assert.equal(bench.media.only.config?.codec, 'PCMU')
})

test('what a refusal means', async () => {
  const expectations: readonly [number, Cause][] = [
    [302, 'unavailable'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [404, 'not-found'],
    [407, 'unauthorized'],
    [408, 'timeout'],
    [410, 'not-found'],
    [415, 'not-acceptable'],
    [480, 'unavailable'],
    [484, 'not-found'],
    [486, 'busy'],
    [487, 'cancelled'],
    [488, 'not-acceptable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [600, 'busy'],
    [603, 'declined'],
    [604, 'not-found'],
    [606, 'not-acceptable'],
  ]
  for (const [status, cause] of expectations) {
    const bench = await benchPhone()
    const { outgoing } = await dialled(bench)
    outgoing.reject(status, 'Because', status === 408 ? 'timeout' : 'peer')
    await bench.time.advance(0)
    const [ended] = bench.heard.ended
    assert.deepEqual([ended?.code, ended?.reason, ended?.cause], [status, 'Because', cause], `${status}`)
    assert.equal(ended?.durationMs, 0)
    assert.equal(ended?.quality, undefined)
    assert.equal(bench.media.openSessions, 0)
  }
})

test('a silence after ringing is no answer, without it a timeout; a dead host is unreachable', async () => {
  const cases = [
    ['timeout', false, 'timeout'],
    ['timeout', true, 'no-answer'],
    ['unreachable', false, 'unreachable'],
    ['unreachable', true, 'network-lost'],
  ] as const
  for (const [source, ringing, cause] of cases) {
    const bench = await benchPhone()
    const { outgoing } = await dialled(bench)
    if (ringing) outgoing.ring()
    outgoing.reject(source === 'timeout' ? 408 : 503, 'Gone', source)
    await bench.time.advance(0)
    assert.deepEqual([bench.heard.ended[0]?.cause, bench.heard.ended[0]?.by], [cause, 'network'])
  }
})

test('giving up while it rings: CANCEL, 487, cancelled', async () => {
  const bench = await benchPhone()
  const { callId, outgoing } = await dialled(bench)
  outgoing.ring()
  const hangup = bench.phone.hangup(callId)
  assert.equal(outgoing.cancelled, true)
  assert.equal(bench.media.tones.at(-1), null)
  assert.equal(bench.heard.path().at(-1), 'early 180', 'not over before the peer agrees')
  outgoing.reject(487, 'Request Terminated')
  await hangup
  assert.deepEqual([bench.heard.ended[0]?.cause, bench.heard.ended[0]?.by], ['cancelled', 'local'])
  assert.equal(bench.store.entries.length, 1)
})

test('a 200 crosses our CANCEL: BYE, and still cancelled', async () => {
  const bench = await benchPhone()
  const { callId, outgoing } = await dialled(bench)
  outgoing.ring()
  const hangup = bench.phone.hangup(callId)
  const dialog = outgoing.accept(peerSdp())
  await hangup
  assert.equal(dialog.byes, 1)
  assert.deepEqual(bench.heard.path(), ['calling', 'early 180', 'terminated 487'])
  assert.equal(bench.heard.ended[0]?.cause, 'cancelled')
  assert.equal(bench.media.only.config, undefined, 'no audio was started')
})

test('giving up before anybody answered at all is over at once, and a late 200 is ended', async () => {
  const bench = await benchPhone()
  const { callId, outgoing } = await dialled(bench)
  await bench.phone.hangup(callId)
  assert.equal(outgoing.cancelled, true)
  assert.deepEqual(bench.heard.path(), ['calling', 'terminated 487'])
  const dialog = outgoing.accept(peerSdp())
  assert.equal(dialog.byes, 1)
  assert.equal(bench.heard.ended.length, 1)
})

test('a peer that never answers the CANCEL does not keep the user', async () => {
  const bench = await benchPhone()
  const { callId, outgoing } = await dialled(bench)
  outgoing.ring()
  const hangup = bench.phone.hangup(callId)
  await bench.time.advance(cancelLimitMs)
  await hangup
  assert.equal(bench.heard.ended[0]?.cause, 'cancelled')
})

test('hanging up before the INVITE is out sends none', async () => {
  const bench = await benchPhone()
  const opened = Promise.withResolvers<void>()
  bench.media.beforeOpen = opened.promise
  const { callId } = bench.phone.dial({ target: 'bob@192.0.2.2' })
  await bench.time.advance(0)
  await bench.phone.hangup(callId)
  opened.resolve()
  await bench.time.advance(0)
  assert.equal(bench.agent.invites.length, 0)
  assert.equal(bench.media.openSessions, 0, 'the port is given back')
})

test('nobody picks up within our own limit', async () => {
  const bench = await benchPhone()
  const { outgoing } = await dialled(bench)
  outgoing.ring()
  await bench.time.advance(ringLimitMs - 1)
  assert.equal(outgoing.cancelled, false)
  await bench.time.advance(1)
  assert.equal(outgoing.cancelled, true)
  assert.equal(bench.heard.ended[0]?.cause, 'no-answer')
})

test('faults of ours end the call with a reason', async () => {
  const unreachable = await benchPhone()
  unreachable.agent.routeFault = new UserAgentError('unreachable', 'There is no route to 192.0.2.2')
  unreachable.phone.dial({ target: 'bob@192.0.2.2' })
  await unreachable.time.advance(0)
  assert.equal(unreachable.heard.ended[0]?.cause, 'unreachable')
  assert.equal(unreachable.heard.ended[0]?.reason, 'There is no route to 192.0.2.2')

  const noPort = await benchPhone()
  noPort.media.openFault = new MediaError('port-in-use', 'All RTP ports are taken')
  noPort.phone.dial({ target: 'bob@192.0.2.2' })
  await noPort.time.advance(0)
  assert.deepEqual(
    [noPort.heard.ended[0]?.cause, noPort.heard.ended[0]?.reason],
    ['internal', 'All RTP ports are taken'],
  )
})

test('an UPDATE in the early dialog moves the early media; the 200 that says nothing new leaves it there', async () => {
  const bench = await benchPhone()
  const { outgoing } = await dialled(bench)
  outgoing.ring(183, peerSdp())
  const moved = outgoing.delegate.onUpdate?.(peerSdp({ address: '192.0.2.9', port: 31_000, formats: '8 101' }))
  assert.ok(moved && 'sdp' in moved)
  assert.match(moved.sdp, /m=audio 8000 RTP\/AVP 8 101\r\n/)
  const elsewhere = { address: '192.0.2.9', rtpPort: 31_000, rtcpPort: 31_001 }
  assert.deepEqual(bench.media.only.config?.remote, elsewhere)
  const refused = outgoing.delegate.onUpdate?.(peerSdp({ formats: '18' }))
  assert.deepEqual(refused, { status: 488, reason: 'Not Acceptable Here' })
  outgoing.accept('')
  assert.deepEqual(bench.media.only.config?.remote, elsewhere)
  assert.deepEqual(bench.heard.path(), ['calling', 'early 183', 'confirmed 200'])
})

test('our loopback address never goes to another host', async () => {
  const bench = await benchPhone()
  bench.agent.localAddress = '127.0.0.1'
  bench.phone.dial({ target: 'bob@192.0.2.2' })
  await bench.time.advance(0)
  assert.equal(bench.agent.invites.length, 0)
  assert.equal(bench.heard.ended[0]?.cause, 'unreachable')
})

test('a 200 without a shared codec ends in BYE', async () => {
  const bench = await benchPhone()
  const { outgoing } = await dialled(bench)
  const dialog = outgoing.accept(peerSdp({ formats: '18' }))
  await bench.time.advance(0)
  assert.equal(dialog.byes, 1)
  assert.deepEqual([bench.heard.ended[0]?.cause, bench.heard.ended[0]?.code], ['not-acceptable', 488])
})

test('a peer that answers c=127.0.0.1 is sent audio where its signalling is, and the trace explains it', async () => {
  const bench = await benchPhone()
  const { outgoing } = await dialled(bench)
  const wire = { transport: 'udp', address: '192.0.2.2', port: 5060 } as const
  const bytes = Buffer.from(`SIP/2.0 200 OK\r\nCall-ID: ${outgoing.sipCallId}\r\nCSeq: 1 INVITE\r\n\r\n`)
  bench.trace.onMessage({ direction: 'in', local: wire, remote: wire, bytes, retransmission: false })
  outgoing.accept(peerSdp({ address: '127.0.0.1' }))
  assert.equal(bench.media.only.config?.remote.address, '192.0.2.2')
  assert.match(bench.phone.trace.list()[0]?.note ?? '', /127\.0\.0\.1.*192\.0\.2\.2/)
})

test('media that hang at the end do not keep the call, nor does a broken log', async () => {
  const bench = await benchPhone()
  bench.media.hangs = true
  bench.store.callLog.append = () => {
    throw new Error('disk full')
  }
  const { callId, outgoing } = await dialled(bench)
  outgoing.accept(peerSdp())
  bench.media.delegate?.onQuality(callId, { ...(await import('../support/fake-media.ts')).someQuality })
  const hangup = bench.phone.hangup(callId)
  await bench.time.advance(3000)
  await hangup
  assert.equal(bench.heard.ended[0]?.quality?.received.mos, 4.3, 'the last figures known')
  assert.equal(bench.log.faults.length, 1)
})

test('only some codecs, and who calls', async () => {
  const bench = await benchPhone({ identity: { username: '1001', displayName: 'Ann' } })
  bench.phone.dial({ target: 'bob@192.0.2.2', codecs: ['PCMA'] })
  await bench.time.advance(0)
  const invite = bench.agent.invites[0]?.invite
  assert.match(invite?.sdp ?? '', /m=audio 8000 RTP\/AVP 8 101\r\n/)
  assert.deepEqual(invite?.from, { uri: 'sip:1001@192.0.2.1', displayName: 'Ann' })
  assert.throws(() => bench.phone.dial({ target: 'bob@192.0.2.2', codecs: [] }), { code: 'invalid-params' })
  assert.throws(() => bench.phone.dial({ target: 'bob@' }), { code: 'invalid-params' })
})
