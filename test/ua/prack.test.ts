import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakePhone, sdp } from '../support/fake-phone.ts'
import { LossyNet } from '../support/lossy-net.ts'
import { headerOf, RawPeer } from '../support/raw-peer.ts'
import { virtualAgent } from '../support/virtual-agent.ts'
import { VirtualTime } from '../support/virtual-time.ts'

/** Reliable provisional responses (RFC 3262) through the whole user agent. */

const withBody = (text: string, body: string) =>
  text.replace(
    /Content-Length: 0\r\n\r\n$/,
    `Content-Type: application/sdp\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )

async function bench() {
  const time = new VirtualTime()
  const net = new LossyNet(time, 7)
  const phone = new FakePhone()
  const agent = await virtualAgent(time, net, '10.0.0.1', 8, phone)
  const peer = new RawPeer(net, '10.0.0.2')
  const send = async (text: string) => {
    peer.send(text, '10.0.0.1')
    await time.advance(10)
  }
  const heard = (method: string) => peer.heard.filter((text) => text.startsWith(method))
  return { time, phone, agent, peer, send, heard }
}

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
  await send(withBody(reliable(183, 7), sdp('early')))
  await send(withBody(reliable(183, 7), sdp('early')))
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
  await send(withBody(peer.request('INVITE', agent.uri, ['Require: 100rel', contact]), sdp('offer')))
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
  await send(withBody(peer.request('INVITE', agent.uri, ['Require: 100rel', contact]), sdp('offer')))
  await time.advance(33_000)
  assert.ok(peer.firsts.includes('504'))
  assert.deepEqual(phone.take().slice(1), ['onCancelled SIP ;cause=504 ;text="no PRACK"'])
})

test('a reliable 183 to a re-INVITE is acknowledged too', async () => {
  const { time, phone, agent, peer, send, heard } = await bench()
  agent.ua.invite({ uri: 'sip:p@10.0.0.2', from: { uri: agent.uri }, sdp: sdp('offer') }, phone.outgoing())
  await time.advance(10)
  await send(withBody(peer.answer(heard('INVITE')[0] ?? '', 200, 'x', [contact]), sdp('answer')))
  const held = phone.dialogs[0]!.reinvite(sdp('hold'))
  await time.advance(10)
  const again = heard('INVITE')[1] ?? ''
  await send(peer.answer(again, 183, 'x', [contact, 'Require: 100rel', 'RSeq: 1']))
  assert.equal(headerOf(heard('PRACK')[0] ?? '', 'RAck'), `1 ${headerOf(again, 'CSeq')}`)
  await send(peer.answer(heard('PRACK')[0] ?? '', 200, ''))
  await send(withBody(peer.answer(again, 200, 'x', [contact]), sdp('held')))
  assert.equal((await held).status, 200)
})
