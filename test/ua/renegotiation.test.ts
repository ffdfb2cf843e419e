import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agentAndPeer } from '../support/agent-and-peer.ts'
import { FakePhone, sdp } from '../support/fake-phone.ts'
import { LossyNet } from '../support/lossy-net.ts'
import { headerOf, RawPeer, withSdp } from '../support/raw-peer.ts'
import { virtualAgent } from '../support/virtual-agent.ts'
import { VirtualTime } from '../support/virtual-time.ts'

/** Offers that come before, beside or across others: UPDATE in early dialogs (RFC 3311), glare (RFC 3261 14.1). */

const contact = 'Contact: <sip:p@10.0.0.2>'
const statusOf = (text: string) => Number(text.split(' ')[1])

/** A call of ours to a peer of plain text. */
async function calling() {
  const { time, net, phone, agent, peer, send } = await agentAndPeer(() => '10.0.0.1')
  const call = agent.ua.invite({ uri: 'sip:p@10.0.0.2', from: { uri: agent.uri }, sdp: sdp('o') }, phone.outgoing())
  await time.advance(10)
  const invite = peer.heard.find((text) => text.startsWith('INVITE')) ?? ''
  let cseq = 0
  /** An UPDATE of the fork with this tag; resolves with the answer. */
  const update = async (tag: string, offer?: string, at = contact) => {
    const lines = [
      `From: ${headerOf(invite, 'To')};tag=${tag}`,
      `To: ${headerOf(invite, 'From')}`,
      `Call-ID: ${headerOf(invite, 'Call-ID')}`,
      `CSeq: ${++cseq} UPDATE`,
      at,
    ]
    const text = peer.request('UPDATE', 'sip:phone@10.0.0.1', lines, `z9hG4bK-update-${tag}-${cseq}`)
    await send(offer === undefined ? text : withSdp(text, sdp(offer)))
    return peer.heard.findLast((heard) => headerOf(heard, 'CSeq') === `${cseq} UPDATE`) ?? ''
  }
  const answer = (status: number, tag: string, lines: readonly string[] = []) =>
    peer.answer(invite, status, tag, [contact, ...lines])
  const pracked = async () => {
    for (const text of peer.heard.filter((heard) => heard.startsWith('PRACK'))) await send(peer.answer(text, 200, ''))
  }
  phone.take()
  return { time, net, phone, agent, peer, send, call, update, answer, pracked }
}

test('UPDATE with an offer before ours is answered: 491; after a reliable answer it gets one, and is what holds', async () => {
  const { phone, peer, send, update, answer, pracked, agent, time } = await calling()
  await send(answer(180, 'x'))
  assert.equal(statusOf(await update('x', 'early')), 491)
  // A preview is no answer.
  await send(withSdp(answer(183, 'x'), sdp('preview')))
  assert.equal(statusOf(await update('x', 'early')), 491)
  await send(withSdp(answer(183, 'x', ['Require: 100rel', 'RSeq: 1']), sdp('reliable')))
  await pracked()
  const taken = await update('x', 'moved')
  assert.equal(statusOf(taken), 200)
  assert.match(taken, /^Contact: .*10\.0\.0\.1/m)
  assert.match(taken, /s=reanswer/)
  // Nothing to agree on: it only says that the peer is there.
  const empty = await update('x')
  assert.deepEqual([statusOf(empty), headerOf(empty, 'Content-Length')], [200, '0'])
  await send(withSdp(answer(200, 'x'), sdp('reliable')))
  assert.deepEqual(phone.take(), [
    'onProvisional 180 x',
    'onProvisional 183 x preview',
    'onProvisional 183 x reliable',
    'onUpdate moved',
    'onAccepted ?',
  ])
  assert.equal(statusOf(await update('x', 'later')), 200)
  assert.deepEqual(phone.take(), ['onReinvite later'])
  await time.advance(40_000)
  assert.equal(peer.heard.filter((text) => text.startsWith('PRACK')).length, 1)
  assert.deepEqual(agent.log.faults, [])
})

test('of two forks only the one that answered may offer; what the phone refuses is refused', async () => {
  const { phone, send, update, answer, pracked, agent } = await calling()
  await send(withSdp(answer(183, 'x', ['Require: 100rel', 'RSeq: 1']), sdp('one')))
  await send(answer(180, 'y'))
  await pracked()
  assert.equal(statusOf(await update('y', 'other')), 491)
  phone.onReinvite = () => ({ status: 488, reason: 'Not Acceptable Here' })
  assert.equal(statusOf(await update('x', 'bad')), 488)
  phone.throwing.add('onUpdate')
  assert.equal(statusOf(await update('x', 'worse')), 500)
  phone.throwing.clear()
  assert.equal(agent.log.faults.length, 1)
  await send(withSdp(answer(200, 'y'), sdp('two')))
  assert.equal(phone.take().at(-1), 'onAccepted two')
})

const takesUpdate = 'Allow: INVITE, ACK, UPDATE, PRACK'

test('our UPDATE before the answer: only once the PRACK is answered, and what it agrees on holds', async () => {
  const { phone, peer, send, update, answer, pracked, call, agent, time } = await calling()
  const updates = () => peer.heard.filter((text) => text.startsWith('UPDATE'))
  await send(answer(180, 'x', [takesUpdate]))
  assert.equal(call.canUpdate, false)
  await send(withSdp(answer(183, 'x', [takesUpdate, 'Require: 100rel', 'RSeq: 1']), sdp('early')))
  assert.equal(call.canUpdate, true)
  const held = call.update(sdp('hold'))
  await time.advance(10)
  assert.deepEqual(updates(), [])
  await pracked()
  await time.advance(10)
  const [ours = ''] = updates()
  assert.match(ours, /^UPDATE sip:p@10\.0\.0\.2 SIP/)
  assert.match(ours, /^Contact: <sip:[^>]*@10\.0\.0\.1[:>;]/m)
  assert.match(ours, /s=hold/)
  // RFC 3311 5.2: theirs crosses ours.
  assert.equal(statusOf(await update('x', 'moved')), 491)
  await send(withSdp(peer.answer(ours, 200, '', [contact]), sdp('held')))
  assert.deepEqual(await held.then(({ status, answer: body }) => [status, /s=held/.test(body ?? '')]), [200, true])
  // The answer to the INVITE is old by now, however often it is said.
  await send(withSdp(answer(183, 'x', ['Require: 100rel', 'RSeq: 2']), sdp('early')))
  await send(withSdp(answer(200, 'x'), sdp('early')))
  assert.deepEqual(phone.take(), [
    'onProvisional 180 x',
    'onProvisional 183 x early',
    'onProvisional 183 x',
    'onAccepted ?',
  ])
  assert.equal(call.canUpdate, false)
  assert.equal((await call.update(sdp('late'))).status, 487)
  assert.equal(updates().length, 1)
  assert.deepEqual(agent.log.faults, [])
})

test('our UPDATE that meets theirs is said again; with two forks, or without leave, it is not said at all', async () => {
  const { peer, send, answer, pracked, call, time } = await calling()
  const updates = () => peer.heard.filter((text) => text.startsWith('UPDATE'))
  await send(withSdp(answer(183, 'x', ['Require: 100rel', 'RSeq: 1']), sdp('early')))
  await pracked()
  assert.equal((await call.update(sdp('hold'))).source, 'unreachable')
  await send(answer(180, 'x', [takesUpdate]))
  const held = call.update(sdp('hold'))
  await time.advance(10)
  await send(peer.answer(updates()[0] ?? '', 491, ''))
  await time.advance(4_000)
  assert.equal(updates().length, 2)
  await send(withSdp(peer.answer(updates()[1] ?? '', 200, '', [contact]), sdp('held')))
  assert.equal((await held).status, 200)
  await send(answer(180, 'y', [takesUpdate]))
  assert.equal(call.canUpdate, false)
})

test('an UPDATE from another place: what follows goes there, before the answer and after it (RFC 3311 5.1)', async () => {
  const { net, phone, send, update, answer, pracked, call, time } = await calling()
  const there = new RawPeer(net, '10.0.0.9')
  const moved = 'Contact: <sip:p@10.0.0.9>'
  await send(withSdp(answer(183, 'x', [takesUpdate, 'Require: 100rel', 'RSeq: 1']), sdp('early')))
  await pracked()
  assert.equal(statusOf(await update('x', undefined, moved)), 200)
  const held = call.update(sdp('hold'))
  await time.advance(10)
  const [ours = ''] = there.heard
  assert.match(ours, /^UPDATE sip:p@10\.0\.0\.9 SIP/)
  there.send(withSdp(there.answer(ours, 200, '', [moved]), sdp('held')), '10.0.0.1')
  await time.advance(10)
  assert.equal((await held).status, 200)
  await send(answer(200, 'x').replace(contact, moved))
  void phone.dialogs[0]?.bye()
  await time.advance(10)
  assert.deepEqual(there.firsts, ['UPDATE', 'ACK', 'BYE'])
})

test('UAS: a caller that moves before we answer is told the end of the call where it is then', async () => {
  const { time, net, phone, agent, peer, send, last } = await agentAndPeer(() => '10.0.0.1')
  const there = new RawPeer(net, '10.0.0.9')
  phone.react = (invite) => invite.ring()
  await send(withSdp(peer.request('INVITE', agent.uri, [contact]), sdp('offer')))
  const to = `To: ${headerOf(last('SIP/2.0 180'), 'To')}`
  await send(peer.request('UPDATE', agent.uri, [to, 'CSeq: 2 UPDATE', 'Contact: <sip:p@10.0.0.9>'], 'z9hG4bK-moved'))
  void phone.accept(phone.invites[0]!)
  await time.advance(10)
  await send(peer.request('ACK', agent.uri, [to, 'CSeq: 1 ACK'], 'z9hG4bK-ack'))
  void phone.dialogs[0]?.bye()
  await time.advance(10)
  assert.match(there.heard[0] ?? '', /^BYE sip:p@10\.0\.0\.9 SIP/)
})

test('given up: an UPDATE that crosses the CANCEL changes nothing', async () => {
  const { phone, send, update, answer, pracked, call } = await calling()
  await send(withSdp(answer(183, 'x', ['Require: 100rel', 'RSeq: 1']), sdp('one')))
  await pracked()
  call.cancel()
  assert.equal(statusOf(await update('x', 'late')), 491)
  await send(answer(487, 'x'))
  assert.deepEqual(phone.take().at(-1), 'onRejected 487 peer')
})

test('UAS: an UPDATE with an offer while that of the INVITE waits: 500 with Retry-After; without one: 200', async () => {
  const { phone, agent, peer, send, last } = await agentAndPeer(() => '10.0.0.1')
  phone.react = (invite) => invite.ring()
  await send(withSdp(peer.request('INVITE', agent.uri, [contact]), sdp('offer')))
  const ringing = last('SIP/2.0 180')
  const update = async (cseq: number, offer?: string) => {
    const lines = [`To: ${headerOf(ringing, 'To')}`, `CSeq: ${cseq} UPDATE`, contact]
    const text = peer.request('UPDATE', agent.uri, lines, `z9hG4bK-u${cseq}`)
    await send(offer === undefined ? text : withSdp(text, sdp(offer)))
    return peer.heard.at(-1) ?? ''
  }
  const refused = await update(2, 'too early')
  assert.equal(statusOf(refused), 500)
  const seconds = Number(headerOf(refused, 'Retry-After'))
  assert.ok(seconds >= 0 && seconds <= 10)
  assert.equal(statusOf(await update(3)), 200)
  assert.deepEqual(phone.take(), ['onInvite sip:raw@peer'])
})

/** When the re-INVITEs of each side left, in ms since the first; both meet at the same moment. */
async function meeting(seed: number) {
  const time = new VirtualTime()
  const net = new LossyNet(time, seed)
  const [caller, called] = [new FakePhone(), new FakePhone()]
  const alice = await virtualAgent(time, net, '10.0.0.1', seed, caller)
  const bob = await virtualAgent(time, net, '10.0.0.2', seed + 1, called)
  called.react = (invite) => void called.accept(invite)
  alice.ua.invite({ uri: bob.uri, from: { uri: alice.uri }, sdp: sdp('offer') }, caller.outgoing())
  await time.advance(1_000)
  const sent: Record<string, number[]> = { '10.0.0.1': [], '10.0.0.2': [] }
  const statuses: number[] = []
  const began = time.now()
  net.drop = (bytes, from) => {
    const text = Buffer.from(bytes).toString()
    if (text.startsWith('INVITE')) sent[from.address]?.push(time.now() - began)
    if (/^CSeq: \d+ INVITE/m.test(text) && text.startsWith('SIP/2.0')) statuses.push(statusOf(text))
    return false
  }
  const results = Promise.all([caller.dialogs[0]?.reinvite(sdp('a')), called.dialogs[0]?.reinvite(sdp('b'))])
  await time.advance(20_000)
  const finals = (await results).map((result) => result?.status)
  assert.deepEqual([...alice.log.faults, ...bob.log.faults], [])
  return { owner: sent['10.0.0.1'] ?? [], other: sent['10.0.0.2'] ?? [], finals, statuses }
}

test('two re-INVITEs meet: 491 to both, again after 2.1 to 4 s where the Call-ID was made, 0 to 2 s at the other', async () => {
  const waits = { owner: new Set<number>(), other: new Set<number>() }
  for (let seed = 1; seed <= 12; seed++) {
    const { owner, other, finals, statuses } = await meeting(seed)
    assert.deepEqual(finals, [200, 200], 'both get their way in the end')
    assert.ok(statuses.filter((status) => status === 491).length >= 2)
    const [first = 0, second = 0] = owner
    const [otherFirst = 0, otherSecond = 0] = other
    assert.deepEqual([first, otherFirst], [0, 0])
    // The answer takes a moment.
    assert.ok(second > 2_090 && second < 4_050, `${second} ms`)
    assert.ok(otherSecond < 2_050, `${otherSecond} ms`)
    waits.owner.add(second)
    waits.other.add(otherSecond)
  }
  assert.ok(waits.owner.size > 6 && waits.other.size > 6, 'by chance')
})
