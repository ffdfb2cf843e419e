import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agentAndPeer } from '../support/agent-and-peer.ts'
import { sdp } from '../support/fake-phone.ts'
import { headerOf, withSdp } from '../support/raw-peer.ts'

/** Reliable provisional responses (RFC 3262) through the whole user agent. */

const bench = () => agentAndPeer(() => '10.0.0.1')

const contact = 'Contact: <sip:p@10.0.0.2>'

test('UAC: a reliable 183 is acknowledged, once for each RSeq; its answer holds when the 200 has none', async () => {
  const { time, phone, agent, peer, send, heard } = await bench()
  agent.ua.invite({ uri: 'sip:p@10.0.0.2', from: { uri: agent.uri }, sdp: sdp('offer') }, phone.outgoing())
  await time.advance(10)
  const [invite = ''] = heard('INVITE')
  assert.match(headerOf(invite, 'Supported') ?? '', /\b100rel\b/)
  assert.match(headerOf(invite, 'Allow') ?? '', /\bPRACK\b/)
  const reliable = (status: number, rseq: number) =>
    peer.answer(invite, status, 'x', [contact, 'Require: 100rel', `RSeq: ${rseq}`])
  await send(withSdp(reliable(183, 7), sdp('early')))
  await send(withSdp(reliable(183, 7), sdp('early')))
  await send(reliable(180, 8))
  const cseq = headerOf(invite, 'CSeq')
  assert.deepEqual(
    heard('PRACK').map((text) => headerOf(text, 'RAck')),
    [`7 ${cseq}`, `8 ${cseq}`],
  )
  assert.match(heard('PRACK')[0] ?? '', /^PRACK sip:p@10\.0\.0\.2 SIP/)
  for (const prack of heard('PRACK')) await send(peer.answer(prack, 200, ''))
  await send(peer.answer(invite, 200, 'x', [contact]))
  assert.deepEqual(phone.take(), ['onProvisional 183 x early', 'onProvisional 180 x', 'onAccepted early'])
  await time.advance(40_000)
  assert.equal(heard('PRACK').length, 2)
  assert.deepEqual(agent.log.faults, [])
})

test('UAC: a reliable 18x after the user gave up is acknowledged all the same, and without 100rel nothing is', async () => {
  const { time, phone, agent, peer, send, heard } = await bench()
  const given = agent.ua.invite({ uri: 'sip:p@10.0.0.2', from: { uri: agent.uri }, sdp: sdp('o') }, phone.outgoing())
  await time.advance(10)
  const [invite = ''] = heard('INVITE')
  await send(peer.answer(invite, 180, 'x', [contact, 'RSeq: 3']))
  assert.deepEqual(heard('PRACK'), [])
  given.cancel()
  await send(peer.answer(invite, 183, 'x', [contact, 'Require: 100rel', 'RSeq: 4']))
  assert.equal(heard('PRACK').length, 1)
  await send(peer.answer(invite, 487, 'x'))
  assert.deepEqual(phone.take(), ['onProvisional 180 x', 'onRejected 487 peer'])
})

test('UAS: Require: 100rel is understood, the 180 is reliable, and the call goes through', async () => {
  const { time, phone, agent, peer, send } = await bench()
  phone.react = (invite) => {
    invite.ring()
    time.after(1_000, () => void phone.accept(invite))
  }
  await send(withSdp(peer.request('INVITE', agent.uri, ['Require: 100rel', contact]), sdp('offer')))
  const ringing = peer.heard.at(-1) ?? ''
  assert.match(ringing, /^SIP\/2\.0 180 /)
  assert.equal(headerOf(ringing, 'Require'), '100rel')
  const to = `To: ${headerOf(ringing, 'To')}`
  await send(peer.request('PRACK', agent.uri, [to, 'CSeq: 2 PRACK', `RAck: ${headerOf(ringing, 'RSeq')} 1 INVITE`]))
  assert.equal(peer.firsts.at(-1), '200')
  await time.advance(1_000)
  await send(peer.request('ACK', agent.uri, [to, 'CSeq: 1 ACK']))
  assert.deepEqual(phone.take(), ['onInvite sip:raw@peer', 'onAck'])
  assert.deepEqual(peer.firsts.filter((first) => first === '180').length, 1)
  assert.deepEqual(agent.log.faults, [])
})

test('UAS: a reliable 180 would have to carry the offer that a delayed offer waits for: there is none', async () => {
  const { phone, agent, peer, send } = await bench()
  phone.react = (invite) => {
    invite.ring()
    void phone.accept(invite)
  }
  await send(peer.request('INVITE', agent.uri, ['Require: 100rel', contact]))
  assert.deepEqual(peer.firsts, ['200'])
})

test('UAS: without a PRACK the caller is refused, and the phone hears that the call is over', async () => {
  const { time, phone, agent, peer, send } = await bench()
  phone.react = (invite) => invite.ring()
  await send(withSdp(peer.request('INVITE', agent.uri, ['Require: 100rel', contact]), sdp('offer')))
  await time.advance(33_000)
  assert.ok(peer.firsts.includes('504'))
  assert.deepEqual(phone.take().slice(1), ['onCancelled SIP ;cause=504 ;text="no PRACK"'])
})

test('a reliable 183 to a re-INVITE is acknowledged too', async () => {
  const { time, phone, agent, peer, send, heard } = await bench()
  agent.ua.invite({ uri: 'sip:p@10.0.0.2', from: { uri: agent.uri }, sdp: sdp('offer') }, phone.outgoing())
  await time.advance(10)
  await send(withSdp(peer.answer(heard('INVITE')[0] ?? '', 200, 'x', [contact]), sdp('answer')))
  const held = phone.dialogs[0]!.reinvite(sdp('hold'))
  await time.advance(10)
  const again = heard('INVITE')[1] ?? ''
  await send(peer.answer(again, 183, 'x', [contact, 'Require: 100rel', 'RSeq: 1']))
  assert.equal(headerOf(heard('PRACK')[0] ?? '', 'RAck'), `1 ${headerOf(again, 'CSeq')}`)
  await send(peer.answer(heard('PRACK')[0] ?? '', 200, ''))
  await send(withSdp(peer.answer(again, 200, 'x', [contact]), sdp('held')))
  assert.equal((await held).status, 200)
})

/** A caller that insists on 100rel, and a phone that rings with a session description of this name. */
async function ringing(offer: string | undefined, says: string) {
  const on = await bench()
  const { phone, agent, peer, send } = on
  phone.react = (invite) => invite.ring(sdp(says))
  const invite = peer.request('INVITE', agent.uri, ['Require: 100rel', contact])
  await send(offer === undefined ? invite : withSdp(invite, sdp(offer)))
  const text = peer.heard.at(-1) ?? ''
  const to = `To: ${headerOf(text, 'To')}`
  const rack = `RAck: ${headerOf(text, 'RSeq')} 1 INVITE`
  const within = async (method: string, cseq: number, name?: string, lines: readonly string[] = []) => {
    const request = peer.request(method, agent.uri, [to, `CSeq: ${cseq} ${method}`, ...lines], `z9hG4bK-${cseq}`)
    await send(name === undefined ? request : withSdp(request, sdp(name)))
    return peer.heard.findLast((heard) => headerOf(heard, 'CSeq') === `${cseq} ${method}`) ?? ''
  }
  const prack = (cseq: number, name?: string) => within('PRACK', cseq, name, [rack])
  phone.take()
  return { ...on, text, within, prack }
}

test('UAS: after the answer in the reliable 180 an offer in the PRACK is answered in its 200, the 200 to the INVITE has none', async () => {
  const { phone, peer, text, within, prack, agent, time } = await ringing('offer', 'early')
  assert.match(text, /^SIP\/2\.0 180 /)
  assert.match(text, /s=early/)
  // RFC 3262 3: the 200 waits for the PRACK.
  const accepted = phone.accept(phone.invites[0]!)
  await time.advance(100)
  assert.deepEqual(
    peer.firsts.filter((first) => first === '200'),
    [],
  )
  const answered = await prack(2, 'more')
  assert.match(answered, /^SIP\/2\.0 200 /)
  assert.match(answered, /^Content-Type: application\/sdp/m)
  assert.match(answered, /s=reanswer/)
  await accepted
  const final = peer.heard.findLast((heard) => headerOf(heard, 'CSeq') === '1 INVITE') ?? ''
  assert.match(final, /^SIP\/2\.0 200 /)
  assert.deepEqual([headerOf(final, 'Content-Length'), headerOf(final, 'Content-Type')], ['0', undefined])
  await within('ACK', 1)
  assert.deepEqual(phone.take(), ['onOffer more', 'onAck'])
  // Said again, the PRACK gets the same answer and is nobody's news.
  assert.equal(await prack(2, 'more'), answered)
  assert.deepEqual(phone.take(), [])
  assert.deepEqual(agent.log.faults, [])
})

test('UAS: an offer in the PRACK may be refused, and asked for by UPDATE then; the call goes on', async () => {
  const { phone, within, prack, agent } = await ringing('offer', 'early')
  assert.match(await within('UPDATE', 2, 'too early'), /^SIP\/2\.0 500 /)
  phone.onReinvite = () => ({ status: 488, reason: 'Not Acceptable Here' })
  assert.match(await prack(3, 'bad'), /^SIP\/2\.0 488 /)
  phone.onReinvite = () => ({ sdp: sdp('agreed') })
  const updated = await within('UPDATE', 4, 'better')
  assert.match(updated, /^SIP\/2\.0 200 /)
  assert.match(updated, /s=agreed/)
  void phone.accept(phone.invites[0]!)
  await within('ACK', 1)
  assert.deepEqual(phone.take(), ['onOffer bad', 'onOffer better', 'onAck'])
  assert.deepEqual(agent.log.faults, [])
})

test('UAS: a delayed offer that insists on 100rel gets ours in the 180, and answers in its PRACK', async () => {
  const { phone, peer, text, within, prack, agent, time } = await ringing(undefined, 'ours')
  assert.match(text, /s=ours/)
  assert.match(await prack(2, 'theirs'), /^SIP\/2\.0 200 [^]*^Content-Length: 0/m)
  const dialog = phone.accept(phone.invites[0]!)
  await time.advance(10)
  assert.match(peer.heard.at(-1) ?? '', /^SIP\/2\.0 200 [^]*^Content-Length: 0/m)
  await within('ACK', 1)
  assert.deepEqual(phone.take(), ['onAnswer theirs', 'onAck'])
  // Nothing of ours waits for an answer any more: the peer may offer.
  assert.match(await within('UPDATE', 3, 'next'), /^SIP\/2\.0 200 /)
  assert.equal((await dialog).sipCallId, 'raw-call')
  assert.deepEqual(agent.log.faults, [])
})

test('UAS: no PRACK to the 180 with a session: 504, who waits for the 200 hears that the call is gone', async () => {
  for (const ended of ['504', '487']) {
    const { phone, agent, peer, send, time } = await ringing('offer', 'early')
    const accepted = assert.rejects(phone.accept(phone.invites[0]!), { code: 'gone' })
    await time.advance(100)
    if (ended === '487') await send(peer.request('CANCEL', agent.uri, ['CSeq: 1 CANCEL'], 'z9hG4bK-INVITE-0'))
    else await time.advance(33_000)
    await accepted
    assert.ok(peer.firsts.includes(ended), ended)
    assert.ok(!peer.heard.some((heard) => /^SIP\/2\.0 200 [^]*^CSeq: 1 INVITE/m.test(heard)))
    assert.deepEqual(agent.log.faults, [])
  }
})
