import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ringLimitMs } from '../../electron/phone/call.ts'
import { MediaError } from '../../electron/phone/ports.ts'
import { benchPhone, peerSdp, type Bench, type BenchOptions } from '../support/phone-bench.ts'

async function called(options: Parameters<Bench['agent']['call']>[0] = {}, bench?: Bench, more: BenchOptions = {}) {
  const on = bench ?? (await benchPhone(more))
  const incoming = on.agent.call({ offer: peerSdp(), ...options })
  const callId = on.phone.snapshot().calls.at(-1)?.callId ?? ''
  return { bench: on, incoming, callId }
}

test('rings, is answered, and ends', async () => {
  const { bench, incoming, callId } = await called()
  assert.deepEqual(incoming.answers, ['180'], 'rings before anything else')
  assert.equal(bench.media.tones.at(-1), 'ring')
  await bench.phone.answer(callId)
  assert.deepEqual(incoming.answers, ['180', '200'])
  assert.match(incoming.accepted ?? '', /m=audio 8000 RTP\/AVP 0 8 101\r\n/)
  assert.equal(bench.media.tones.at(-1), null)
  assert.equal(bench.media.only.config?.sending, true)
  await bench.time.advance(1500)
  incoming.dialog.delegate?.onBye('remote', undefined)
  await bench.time.advance(0)
  assert.deepEqual(bench.heard.path(), ['incoming', 'confirmed 200', 'terminated 200'])
  const [entry] = bench.store.entries
  assert.deepEqual(entry?.remote, { uri: 'sip:bob@192.0.2.2', displayName: 'Bob' })
  assert.deepEqual([entry?.answered, entry?.missed, entry?.durationMs], [true, false, 1500])
})

test('a delayed offer: we offer in the 200, the ACK answers', async () => {
  const { bench, incoming, callId } = await called({ offer: undefined })
  await bench.phone.answer(callId)
  assert.match(incoming.accepted ?? '', /m=audio 8000 RTP\/AVP 0 8 9 96 101 102\r\n/)
  assert.equal(bench.phone.snapshot().calls[0]?.codec, undefined)
  incoming.dialog.delegate?.onAck(peerSdp({ formats: '8' }))
  assert.equal(bench.media.only.config?.codec, 'PCMA')
})

test('an ACK without the answer we need ends the call', async () => {
  const { bench, incoming, callId } = await called({ offer: undefined })
  await bench.phone.answer(callId)
  incoming.dialog.delegate?.onAck(undefined)
  await bench.time.advance(0)
  assert.equal(incoming.dialog.byes, 1)
  assert.equal(bench.heard.ended[0]?.cause, 'not-acceptable')
})

test('an ordinary ACK changes nothing', async () => {
  const { bench, incoming, callId } = await called()
  await bench.phone.answer(callId)
  incoming.dialog.delegate?.onAck(undefined)
  assert.equal(bench.heard.path().at(-1), 'confirmed 200')
})

test('reject, reject with a code, hang up, redirect', async () => {
  const cases: readonly [(phone: Bench['phone'], id: string) => unknown, string][] = [
    [(phone, id) => phone.reject(id), '486 Busy Here'],
    [(phone, id) => phone.reject(id, 603), '603 Decline'],
    [(phone, id) => phone.hangup(id), '486 Busy Here'],
    [(phone, id) => phone.redirect(id, 'carol@192.0.2.9'), '302 sip:carol@192.0.2.9'],
  ]
  for (const [act, answer] of cases) {
    const { bench, incoming, callId } = await called()
    await act(bench.phone, callId)
    await bench.time.advance(0)
    assert.deepEqual(incoming.answers, ['180', answer])
    const [ended] = bench.heard.ended
    assert.deepEqual([ended?.by, ended?.cause, ended?.code], ['local', 'declined', Number(answer.slice(0, 3))])
    assert.equal(bench.store.entries[0]?.missed, false, 'what the user refused was not missed')
    assert.equal(bench.media.tones.at(-1), null)
  }
})

test('what cannot be asked of a ringing call', async () => {
  const { bench, callId } = await called()
  for (const code of [200, 302, 700, 4.5]) {
    assert.throws(() => bench.phone.reject(callId, code), { code: 'invalid-params', data: { field: 'code' } })
  }
  await assert.rejects(bench.phone.hold(callId), { code: 'bad-state' })
  await assert.rejects(bench.phone.resume(callId), { code: 'bad-state' })
  await assert.rejects(bench.phone.dtmf(callId, '1'), { code: 'bad-state' })
  assert.throws(() => bench.phone.redirect(callId, '@'), { code: 'invalid-params' })
  assert.equal(bench.heard.path().at(-1), 'incoming')
})

test('the caller gives up: missed', async () => {
  const { bench, incoming } = await called()
  incoming.cancel()
  await bench.time.advance(0)
  const [ended] = bench.heard.ended
  assert.deepEqual([ended?.by, ended?.cause, ended?.code], ['remote', 'cancelled', 487])
  assert.equal(bench.store.entries[0]?.missed, true)
})

test('answered elsewhere is not missed (RFC 3326)', async () => {
  for (const reason of ['SIP;cause=200;text="Call completed elsewhere"', 'Q.850;cause=26, sip ; cause = 200']) {
    const { bench, incoming } = await called()
    incoming.cancel(reason)
    await bench.time.advance(0)
    assert.equal(bench.heard.ended[0]?.cause, 'answered-elsewhere')
    assert.equal(bench.store.entries[0]?.missed, false)
  }
  const { bench, incoming } = await called()
  incoming.cancel('Q.850;cause=16, SIP;cause=487')
  await bench.time.advance(0)
  assert.equal(bench.heard.ended[0]?.cause, 'cancelled')
})

test('CANCEL comes while we answer', async () => {
  const { bench, incoming, callId } = await called()
  const accept = Promise.withResolvers<void>()
  incoming.beforeAccept = accept.promise
  const answer = bench.phone.answer(callId)
  await bench.time.advance(0)
  incoming.cancel()
  accept.resolve()
  await assert.rejects(answer, { code: 'bad-state' })
  await bench.time.advance(0)
  assert.equal(bench.heard.ended[0]?.cause, 'cancelled')
  assert.equal(bench.media.openSessions, 0)
})

test('hanging up while we answer: the dialog that comes is ended', async () => {
  const { bench, incoming, callId } = await called()
  const accept = Promise.withResolvers<void>()
  incoming.beforeAccept = accept.promise
  const answer = bench.phone.answer(callId)
  await bench.time.advance(0)
  await bench.phone.hangup(callId)
  accept.resolve()
  await assert.rejects(answer, { code: 'bad-state' })
  assert.equal(incoming.dialog.byes, 1)
  assert.equal(bench.heard.ended.length, 1)
})

test('two who answer at once get one answer', async () => {
  const { bench, incoming, callId } = await called()
  await Promise.all([bench.phone.answer(callId), bench.phone.answer(callId)])
  assert.deepEqual(incoming.answers, ['180', '200'])
  assert.equal(bench.media.sessions.size, 1)
})

test('no sound card: the peer hears a 500 that tells nothing, the user hears why', async () => {
  const { bench, incoming, callId } = await called()
  bench.media.openFault = new MediaError('no-audio-device', 'There is no microphone')
  await assert.rejects(bench.phone.answer(callId), { code: 'no-audio-device', message: 'There is no microphone' })
  await bench.time.advance(0)
  assert.deepEqual(incoming.answers, ['180', '500 Not Possible'])
  assert.equal(bench.heard.ended[0]?.reason, 'There is no microphone')
})

test('nobody is there', async () => {
  const { bench, incoming } = await called()
  await bench.time.advance(ringLimitMs)
  assert.deepEqual(incoming.answers, ['180', '480 Temporarily Unavailable'])
  assert.equal(bench.heard.ended[0]?.cause, 'no-answer')
  assert.equal(bench.store.entries[0]?.missed, true)
})

test('a call to oneself is busy and leaves no trace in the log', async () => {
  const { bench, incoming } = await called({ fromSelf: true })
  assert.deepEqual(incoming.answers, ['486 Busy Here'])
  assert.deepEqual(bench.heard.states, [])
  assert.deepEqual(bench.store.entries, [])
})

test('do not disturb, no call waiting, direct calls refused', async () => {
  const quiet = await called({}, undefined, { overrides: { calls: { doNotDisturb: true } } })
  assert.deepEqual(quiet.incoming.answers, ['480 Temporarily Unavailable'])
  assert.deepEqual([quiet.bench.store.entries[0]?.cause, quiet.bench.store.entries[0]?.missed], ['local-busy', true])

  const oneLine = await called({}, undefined, { overrides: { calls: { callWaiting: false } } })
  assert.deepEqual(oneLine.incoming.answers, ['180'])
  const second = oneLine.bench.agent.call({ offer: peerSdp() })
  assert.deepEqual(second.answers, ['486 Busy Here'])
  assert.equal(oneLine.bench.store.entries[0]?.cause, 'local-busy')

  const closed = await called({}, undefined, { overrides: { calls: { acceptDirect: 'never' } } })
  assert.deepEqual(closed.incoming.answers, ['403 Forbidden'])
  assert.deepEqual(closed.bench.store.entries, [], 'a scanner does not fill the log')

  const near: BenchOptions = { overrides: { calls: { acceptDirect: 'same-network' } } }
  const far = await called({}, undefined, near)
  assert.deepEqual(far.incoming.answers, ['403 Forbidden'])
  const own = { localAddress: '127.0.0.1', source: { address: '127.0.0.9', port: 5060 } }
  const local = await called({ ...own, offer: peerSdp({ address: '127.0.0.9' }) }, undefined, near)
  assert.deepEqual(local.incoming.answers, ['180'])
})

test('an offer nothing can be shared with is refused before it rings', async () => {
  const { bench, incoming } = await called({ offer: peerSdp({ formats: '18' }) })
  assert.deepEqual(incoming.answers, ['488 Not Acceptable Here'])
  assert.equal(bench.store.entries[0]?.cause, 'not-acceptable')
  const broken = await called({ offer: 'hello' })
  assert.match(broken.incoming.answers[0] ?? '', /^400 Bad Session Description/)
})

test('answers by itself when the settings say so', async () => {
  const all = await called({}, undefined, { overrides: { calls: { autoAnswer: { mode: 'all', delaySeconds: 2 } } } })
  await all.bench.time.advance(1999)
  assert.deepEqual(all.incoming.answers, ['180'])
  await all.bench.time.advance(1)
  assert.deepEqual(all.incoming.answers, ['180', '200'])

  const byHeader: BenchOptions = { overrides: { calls: { autoAnswer: { mode: 'header', delaySeconds: 0 } } } }
  for (const [headers, answers] of [
    [{ 'Call-Info': '<sip:x>;answer-after=0' }, ['180', '200']],
    [{ 'Alert-Info': '<http://x>;info=alert-autoanswer' }, ['180', '200']],
    [{}, ['180']],
  ] as const) {
    const { bench, incoming } = await called({ headers }, undefined, byHeader)
    await bench.time.advance(10)
    assert.deepEqual(incoming.answers, answers)
  }
  const off = await called({ headers: { 'Call-Info': '<sip:x>;answer-after=0' } })
  await off.bench.time.advance(10_000)
  assert.deepEqual(off.incoming.answers, ['180'], 'a header alone decides nothing')
})

test('more calls than the table holds get 503', async () => {
  const bench = await benchPhone()
  for (let index = 0; index < 500; index++) {
    bench.agent.call({ offer: peerSdp(), source: { address: `192.0.2.${index % 250}`, port: 5060 } })
  }
  assert.equal(bench.phone.snapshot().calls.length, 500)
  assert.deepEqual(bench.agent.call({ offer: peerSdp() }).answers, ['503 Service Unavailable'])
})

test('a caller that insists on 100rel gets our answer while it rings; nothing is said or heard before the user answers', async () => {
  const bench = await benchPhone()
  const incoming = bench.agent.call({ offer: peerSdp(), reliable: true })
  await bench.time.advance(0)
  assert.deepEqual(incoming.answers, ['180'])
  assert.match(incoming.rung ?? '', /^m=audio \d+ RTP\/AVP/m)
  const quiet = () => [bench.media.only.config?.sending, bench.media.only.config?.receiving]
  assert.deepEqual(quiet(), [false, false])
  // It thinks again, before anybody answers.
  const decision = incoming.delegate?.onOffer?.(peerSdp({ port: 40_404 }))
  assert.ok(decision && 'sdp' in decision)
  assert.deepEqual(quiet(), [false, false])
  const { callId } = bench.phone.snapshot().calls[0]!
  await bench.phone.answer(callId)
  assert.deepEqual([incoming.answers, incoming.accepted], [['180', '200'], undefined])
  assert.deepEqual(quiet(), [true, true])
  assert.equal(bench.media.only.config?.remote.rtpPort, 40_404)
})

test('a delayed offer that insists on 100rel: ours in the 180; with an answer that shares nothing there is no call', async () => {
  for (const good of [true, false]) {
    const bench = await benchPhone()
    const incoming = bench.agent.call({ reliable: true })
    await bench.time.advance(0)
    assert.match(incoming.rung ?? '', /^m=audio \d+ RTP\/AVP/m)
    incoming.delegate?.onAnswer?.(good ? peerSdp() : undefined)
    const [call] = bench.phone.snapshot().calls
    if (!good) {
      assert.match(incoming.answers.at(-1) ?? '', /^488/)
      assert.ok(call === undefined || call.state === 'terminated')
      await assert.rejects(bench.phone.answer(call?.callId ?? ''))
      continue
    }
    await bench.phone.answer(call?.callId ?? '')
    assert.equal(bench.media.only.config?.sending, true)
    assert.equal(bench.phone.snapshot().calls[0]?.state, 'confirmed')
  }
})
