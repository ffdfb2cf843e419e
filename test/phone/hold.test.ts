import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerOffer, beginNegotiation, type Negotiation } from '../../electron/phone/offer-answer.ts'
import { benchPhone, peerSdp, type Bench } from '../support/phone-bench.ts'
import type { FakeDialog } from '../support/fake-user-agent.ts'

/** A peer that answers our re-INVITEs as RFC 3264 says, and holds when told to. */
function wellBehaved(dialog: FakeDialog): { holds: boolean } {
  const peer = { holds: false }
  let negotiation: Negotiation = beginNegotiation('7')
  dialog.onOffer = async (offer) => {
    const local = { address: '192.0.2.2', rtpPort: 30_000, rtcpPort: 30_001, codecs: ['PCMU', 'PCMA'] as const }
    const answer = answerOffer(negotiation, offer, { ...local, hold: peer.holds, source: '192.0.2.1' })
    if (!answer.ok) return { status: answer.status, reason: answer.reason, source: 'peer' }
    negotiation = answer.negotiation
    return { status: 200, reason: 'OK', source: 'peer', answer: answer.sdp }
  }
  return peer
}

async function talking(bench?: Bench): Promise<{ bench: Bench; callId: string; dialog: FakeDialog }> {
  const on = bench ?? (await benchPhone())
  const { callId } = on.phone.dial({ target: 'bob@192.0.2.2' })
  await on.time.advance(0)
  const dialog = on.agent.invites.at(-1)?.accept(peerSdp())
  assert.ok(dialog)
  return { bench: on, callId, dialog }
}

const directionIn = (sdp: string | undefined) => /a=(sendrecv|sendonly|recvonly|inactive)/.exec(sdp ?? '')?.[1]
const versionIn = (sdp: string | undefined) => BigInt(/o=- \d+ (\d+)/.exec(sdp ?? '')?.[1] ?? 0)

test('hold and resume from our side', async () => {
  const { bench, callId, dialog } = await talking()
  wellBehaved(dialog)
  const first = bench.agent.invites[0]?.invite.sdp
  await bench.phone.hold(callId)
  assert.equal(directionIn(dialog.offers[0]), 'sendonly')
  assert.equal(versionIn(dialog.offers[0]), versionIn(first) + 1n)
  assert.deepEqual(bench.phone.snapshot().calls[0]?.onHold, { local: true, remote: false })
  assert.deepEqual([bench.media.only.config?.sending, bench.media.only.config?.receiving], [false, false])
  await bench.phone.hold(callId)
  assert.equal(dialog.offers.length, 1, 'held already')
  await bench.phone.resume(callId)
  assert.equal(directionIn(dialog.offers[1]), 'sendrecv')
  assert.equal(versionIn(dialog.offers[1]), versionIn(first) + 2n)
  assert.deepEqual(bench.phone.snapshot().calls[0]?.onHold, { local: false, remote: false })
  assert.deepEqual([bench.media.only.config?.sending, bench.media.only.config?.receiving], [true, true])
})

test('hold before the answer, where the peer takes UPDATE; the answer changes nothing about it', async () => {
  const bench = await benchPhone()
  const { callId } = bench.phone.dial({ target: 'bob@192.0.2.2' })
  await bench.time.advance(0)
  const outgoing = bench.agent.invites[0]!
  outgoing.ring(183, peerSdp())
  assert.equal(bench.phone.snapshot().calls[0]?.canHold, undefined)
  await assert.rejects(bench.phone.hold(callId), { code: 'bad-state' })
  outgoing.canUpdate = true
  await assert.rejects(bench.phone.hold(callId), { code: 'rejected' })
  assert.equal(bench.phone.snapshot().calls[0]?.onHold.local, false)
  assert.equal(bench.phone.snapshot().calls[0]?.canHold, true)
  outgoing.onUpdate = async () => ({
    status: 200,
    reason: 'OK',
    source: 'peer',
    answer: peerSdp({ extra: ['a=recvonly'] }),
  })
  await bench.phone.hold(callId)
  assert.equal(directionIn(outgoing.updates.at(-1)), 'sendonly')
  const [call] = bench.phone.snapshot().calls
  assert.deepEqual([call?.state, call?.onHold.local], ['early', true])
  assert.deepEqual([bench.media.only.config?.sending, bench.media.only.config?.receiving], [false, false])
  outgoing.canUpdate = false
  const dialog = outgoing.accept('')
  wellBehaved(dialog)
  const [answered] = bench.phone.snapshot().calls
  assert.deepEqual([answered?.state, answered?.onHold.local, answered?.canHold], ['confirmed', true, undefined])
  assert.equal(bench.media.only.config?.sending, false)
  // Asked for anything, it goes on holding.
  const decided = dialog.delegate?.onReinvite(peerSdp())
  assert.ok(decided && 'sdp' in decided)
  assert.equal(directionIn(decided.sdp), 'sendonly')
  await bench.phone.resume(callId)
  assert.equal(directionIn(dialog.offers.at(-1)), 'sendrecv')
  assert.equal(bench.media.only.config?.sending, true)
})

test('on another network the peer is told where we are now, and on hold it stays', async () => {
  const { bench, callId, dialog } = await talking()
  wellBehaved(dialog)
  const addressIn = (offer: string | undefined) => /^c=IN IP4 (\S+)/m.exec(offer ?? '')?.[1]
  bench.phone.networkChanged()
  await bench.time.advance(0)
  assert.deepEqual(dialog.offers, [])
  await bench.phone.hold(callId)
  dialog.movedTo = '192.0.2.44'
  bench.phone.networkChanged()
  await bench.time.advance(0)
  assert.deepEqual([addressIn(dialog.offers[1]), directionIn(dialog.offers[1])], ['192.0.2.44', 'sendonly'])
  await bench.phone.resume(callId)
  assert.deepEqual([addressIn(dialog.offers[2]), directionIn(dialog.offers[2])], ['192.0.2.44', 'sendrecv'])
  assert.equal(bench.phone.snapshot().calls[0]?.state, 'confirmed')
  // No way to the peer: it is told when there is one.
  dialog.relocate = () => Promise.reject(new Error('no network'))
  bench.phone.networkChanged()
  await bench.time.advance(0)
  assert.equal(dialog.offers.length, 3)
  assert.equal(bench.phone.snapshot().calls[0]?.state, 'confirmed')
})

test('on another network before the answer, the peer is told too, if it takes UPDATE', async () => {
  const bench = await benchPhone()
  bench.phone.dial({ target: 'bob@192.0.2.2' })
  await bench.time.advance(0)
  const outgoing = bench.agent.invites[0]!
  outgoing.onUpdate = async () => ({ status: 200, reason: 'OK', source: 'peer', answer: peerSdp() })
  const moved = async (to: string | undefined) => {
    outgoing.movedTo = to
    bench.phone.networkChanged()
    await bench.time.advance(0)
    return outgoing.updates.map((offer) => /^c=IN IP4 (\S+)/m.exec(offer)?.[1])
  }
  outgoing.ring(183, peerSdp())
  assert.deepEqual(await moved('192.0.2.44'), [], 'it would not understand')
  outgoing.canUpdate = true
  assert.deepEqual(await moved(undefined), [], 'nothing has changed')
  assert.deepEqual(await moved('192.0.2.44'), ['192.0.2.44'])
  assert.deepEqual([bench.phone.snapshot().calls[0]?.state, bench.phone.snapshot().calls.length], ['early', 1])
})

test('hold and resume from the peer, new style and old', async () => {
  for (const held of [
    peerSdp({ extra: ['a=sendonly'] }),
    peerSdp({ extra: ['a=inactive'] }),
    peerSdp({ address: '0.0.0.0' }),
    peerSdp({ port: 0 }),
  ]) {
    const { bench, dialog } = await talking()
    const answer = dialog.delegate?.onReinvite(held)
    assert.ok(answer && 'sdp' in answer)
    assert.deepEqual(bench.phone.snapshot().calls[0]?.onHold, { local: false, remote: true })
    assert.equal(bench.media.only.config?.sending, false)
    dialog.delegate?.onReinvite(peerSdp())
    assert.deepEqual(bench.phone.snapshot().calls[0]?.onHold, { local: false, remote: false })
    assert.equal(bench.media.only.config?.sending, true)
    assert.deepEqual(bench.media.only.config?.remote, { address: '192.0.2.2', rtpPort: 30_000, rtcpPort: 30_001 })
  }
})

test('both hold, and let go one after the other', async () => {
  const { bench, callId, dialog } = await talking()
  const peer = wellBehaved(dialog)
  const held = () => bench.phone.snapshot().calls[0]?.onHold
  await bench.phone.hold(callId)
  const answer = dialog.delegate?.onReinvite(peerSdp({ extra: ['a=inactive'] }))
  assert.equal(answer && 'sdp' in answer && directionIn(answer.sdp), 'inactive')
  peer.holds = true
  assert.deepEqual(held(), { local: true, remote: true })
  await bench.phone.resume(callId)
  assert.deepEqual(held(), { local: false, remote: true })
  assert.equal(bench.media.only.config?.sending, false, 'the peer still holds')
  peer.holds = false
  dialog.delegate?.onReinvite(peerSdp())
  assert.deepEqual(held(), { local: false, remote: false })
  assert.equal(bench.media.only.config?.sending, true)
})

test('the peer refreshes its session while we hold: it stays held', async () => {
  const { bench, callId, dialog } = await talking()
  wellBehaved(dialog)
  await bench.phone.hold(callId)
  const answer = dialog.delegate?.onReinvite(peerSdp())
  assert.equal(answer && 'sdp' in answer && directionIn(answer.sdp), 'sendonly')
  assert.deepEqual(bench.phone.snapshot().calls[0]?.onHold, { local: true, remote: false })
  assert.equal(bench.media.only.config?.sending, false)
})

test('a peer that answers our hold with inactive is not taken for holding', async () => {
  const { bench, callId, dialog } = await talking()
  dialog.onOffer = async (offer) => ({
    status: 200,
    reason: 'OK',
    source: 'peer',
    answer: peerSdp({ extra: [directionIn(offer) === 'sendonly' ? 'a=inactive' : 'a=sendrecv'] }),
  })
  await bench.phone.hold(callId)
  assert.deepEqual(bench.phone.snapshot().calls[0]?.onHold, { local: true, remote: false })
  await bench.phone.resume(callId)
  assert.equal(bench.media.only.config?.sending, true)
})

test('a refused hold leaves everything as it was', async () => {
  const { bench, callId, dialog } = await talking()
  await assert.rejects(bench.phone.hold(callId), {
    code: 'rejected',
    data: { sipCode: 488, reason: 'Not Acceptable Here' },
  })
  assert.deepEqual(bench.phone.snapshot().calls[0]?.onHold, { local: false, remote: false })
  assert.equal(bench.media.only.config?.sending, true)
  const answer = dialog.delegate?.onReinvite(peerSdp())
  assert.equal(answer && 'sdp' in answer && directionIn(answer.sdp), 'sendrecv')
})

test('a hold that is answered 481 or not at all ends the call', async () => {
  for (const [status, source, code] of [
    [481, 'peer', 'rejected'],
    [408, 'timeout', 'timeout'],
    [503, 'unreachable', 'unreachable'],
  ] as const) {
    const { bench, callId, dialog } = await talking()
    dialog.onOffer = async () => ({ status, reason: 'Gone', source })
    await assert.rejects(bench.phone.hold(callId), { code })
    await bench.time.advance(0)
    assert.equal(bench.heard.ended[0]?.cause, 'network-lost')
  }
})

test('hold and resume in a hurry happen one after the other', async () => {
  const { bench, callId, dialog } = await talking()
  wellBehaved(dialog)
  const answerNow = dialog.onOffer
  const first = Promise.withResolvers<void>()
  dialog.onOffer = async (offer) => {
    await first.promise
    return answerNow(offer)
  }
  const all = Promise.all([bench.phone.hold(callId), bench.phone.resume(callId), bench.phone.hold(callId)])
  await bench.time.advance(0)
  assert.equal(dialog.offers.length, 1)
  first.resolve()
  await all
  assert.deepEqual(dialog.offers.map(directionIn), ['sendonly', 'sendrecv', 'sendonly'])
  assert.equal(bench.phone.snapshot().calls[0]?.onHold.local, true)
})

test('glare: the offer made again after the 491 stands on what the peer asked in between', async () => {
  const { bench, callId, dialog } = await talking()
  const peer = wellBehaved(dialog)
  const tries: string[] = []
  // As the user agent does it: the first attempt meets the peer's own re-INVITE, then a new offer is asked for.
  dialog.reinvite = async (offer) => {
    assert.ok(typeof offer === 'function')
    tries.push(offer())
    peer.holds = true
    const answer = dialog.delegate?.onReinvite(peerSdp({ extra: ['a=sendonly'] }))
    tries.push(answer && 'sdp' in answer ? answer.sdp : '')
    tries.push(offer())
    return dialog.onOffer(tries[2] ?? '')
  }
  await bench.phone.hold(callId)
  assert.deepEqual(tries.map(directionIn), ['sendonly', 'inactive', 'inactive'])
  const versions = tries.map(versionIn)
  assert.ok(
    versions.every((version, index) => index === 0 || version >= (versions[index - 1] ?? 0n)),
    `${versions}`,
  )
  assert.deepEqual(bench.phone.snapshot().calls[0]?.onHold, { local: true, remote: true })
})

test('a re-INVITE that shares nothing is refused and changes nothing', async () => {
  const { bench, dialog } = await talking()
  const before = bench.media.only.config
  assert.deepEqual(dialog.delegate?.onReinvite(peerSdp({ formats: '18' })), {
    status: 488,
    reason: 'Not Acceptable Here',
  })
  assert.deepEqual(bench.media.only.config, before)
  assert.equal(bench.heard.path().at(-1), 'confirmed 200')
})

test('a re-INVITE without offer gets ours, and its ACK answers', async () => {
  const { bench, dialog } = await talking()
  const offer = dialog.delegate?.onReinvite(undefined)
  assert.equal(offer && 'sdp' in offer && directionIn(offer.sdp), 'sendrecv')
  dialog.delegate?.onAck(peerSdp({ port: 33_000 }))
  assert.equal(bench.media.only.config?.remote.rtpPort, 33_000)
})

test('answering a second call holds the first; resuming the first holds the second', async () => {
  const { bench, callId, dialog } = await talking()
  wellBehaved(dialog)
  const incoming = bench.agent.call({ offer: peerSdp({ port: 31_000 }) })
  wellBehaved(incoming.dialog)
  const second = bench.phone.snapshot().calls[1]?.callId ?? ''
  assert.equal(dialog.offers.length, 0, 'ringing alone holds nothing')
  await bench.phone.answer(second)
  await bench.time.advance(0)
  const local = () => bench.phone.snapshot().calls.map(({ onHold }) => onHold.local)
  assert.deepEqual(local(), [true, false])
  await bench.phone.resume(callId)
  await bench.time.advance(0)
  assert.deepEqual(local(), [false, true])
})

test('a peer that refuses to be held still hears nothing of the other call', async () => {
  const { bench, callId, dialog } = await talking()
  const first = bench.media.only
  bench.agent.call({ offer: peerSdp({ port: 31_000 }) })
  await bench.phone.answer(bench.phone.snapshot().calls[1]?.callId ?? '')
  await bench.time.advance(0)
  const heard = () => [first.config?.sending, first.config?.receiving]
  assert.deepEqual(heard(), [false, false])
  assert.equal(bench.phone.snapshot().calls[0]?.onHold.local, true)
  dialog.delegate?.onReinvite(peerSdp({ port: 34_000 }))
  assert.deepEqual(heard(), [false, false], 'not even when it asks for media again')
  await bench.phone.resume(callId)
  assert.deepEqual(heard(), [true, true])
  assert.equal(first.config?.remote.rtpPort, 34_000)
  assert.equal(bench.phone.snapshot().calls[0]?.onHold.local, false)
})

test('without automatic hold calls go on side by side', async () => {
  const bench = await benchPhone({ autoHold: false })
  const { dialog } = await talking(bench)
  bench.agent.call({ offer: peerSdp() })
  await bench.phone.answer(bench.phone.snapshot().calls[1]?.callId ?? '')
  await bench.time.advance(0)
  assert.equal(dialog.offers.length, 0)
})

test('a session refresh keeps what is agreed, held or not, and a refused one costs the call nothing', async () => {
  const { bench, callId, dialog } = await talking()
  wellBehaved(dialog)
  dialog.delegate?.onRefresh?.()
  await bench.time.advance(0)
  assert.equal(directionIn(dialog.offers[0]), 'sendrecv')
  await bench.phone.hold(callId)
  dialog.delegate?.onRefresh?.()
  await bench.time.advance(0)
  assert.deepEqual(dialog.offers.map(directionIn), ['sendrecv', 'sendonly', 'sendonly'])
  assert.deepEqual(bench.phone.snapshot().calls[0]?.onHold, { local: true, remote: false })
  dialog.onOffer = async () => ({ status: 500, reason: 'Server Internal Error', source: 'peer' })
  dialog.delegate?.onRefresh?.()
  await bench.time.advance(0)
  assert.equal(bench.phone.snapshot().calls[0]?.state, 'confirmed')
  wellBehaved(dialog)
  await bench.phone.resume(callId)
  assert.deepEqual(bench.phone.snapshot().calls[0]?.onHold, { local: false, remote: false })
})
