import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agentAndPeer } from '../support/agent-and-peer.ts'
import { sdp } from '../support/fake-phone.ts'
import type { LossyNet } from '../support/lossy-net.ts'
import { headerOf, withSdp } from '../support/raw-peer.ts'
import { RoamingHost } from '../support/roaming-host.ts'

/** A call goes on at another address of ours (RFC 3261 12.2.1.1: a re-INVITE refreshes the target). */

const roaming = (net: LossyNet) => new RoamingHost(net, '10.0.0.1')
const contact = 'Contact: <sip:p@10.0.0.2>'

test('once moved, all that a call sends says the new address, and the peer reaches us there', async () => {
  const { time, phone, host, agent, peer, send, last } = await agentAndPeer(roaming)
  const { ua, log } = agent
  const places = (text: string) =>
    [headerOf(text, 'Via'), headerOf(text, 'Contact')].map((value) => /10[.0-9]+/.exec(value ?? '')?.[0])
  ua.invite({ uri: 'sip:p@10.0.0.2', from: { uri: 'sip:me@example.test' }, sdp: sdp('o') }, phone.outgoing())
  await time.advance(10)
  assert.deepEqual(places(last('INVITE')), ['10.0.0.1', '10.0.0.1'])
  await send(withSdp(peer.answer(last('INVITE'), 200, 'x', [contact]), sdp('answer')), '10.0.0.1')
  const [dialog] = phone.dialogs
  assert.ok(dialog)
  assert.equal(await dialog.relocate(), undefined)

  host.move('10.0.0.9')
  ua.networkChanged()
  assert.equal(await dialog.relocate(), '10.0.0.9')
  assert.equal(dialog.localAddress, '10.0.0.9')
  const moving = dialog.reinvite(sdp('here'))
  await time.advance(10)
  const again = last('INVITE')
  assert.deepEqual(places(again), ['10.0.0.9', '10.0.0.9'])
  await send(withSdp(peer.answer(again, 200, '', [contact]), sdp('moved')), '10.0.0.9')
  assert.equal((await moving).status, 200)
  assert.deepEqual(places(last('ACK')), ['10.0.0.9', undefined])
  // The peer's own requests go where our Contact says.
  const inCall = [
    `From: ${headerOf(again, 'To')}`,
    `To: ${headerOf(again, 'From')}`,
    `Call-ID: ${headerOf(again, 'Call-ID')}`,
  ]
  await send(peer.request('OPTIONS', 'sip:me@10.0.0.9', [...inCall, 'CSeq: 1 OPTIONS']), '10.0.0.9')
  assert.match(peer.heard.at(-1) ?? '', /^SIP\/2\.0 200 /)
  void dialog.bye()
  await time.advance(10)
  assert.deepEqual(places(last('BYE'))[0], '10.0.0.9')
  await send(peer.answer(last('BYE'), 200, ''), '10.0.0.9')
  assert.deepEqual(log.faults, [])
})

test('moved before the answer: the UPDATE says the new address, and so does all that the call sends later', async () => {
  const { time, phone, host, agent, peer, send, last } = await agentAndPeer(roaming)
  const { ua, log } = agent
  const placeIn = (text: string) => /10[.0-9]+/.exec(headerOf(text, 'Contact') ?? '')?.[0]
  const from = { uri: 'sip:me@example.test' }
  const call = ua.invite({ uri: 'sip:p@10.0.0.2', from, sdp: sdp('o') }, phone.outgoing())
  await time.advance(10)
  const invite = last('INVITE')
  const early = [contact, 'Allow: UPDATE, PRACK', 'Require: 100rel', 'RSeq: 1']
  await send(withSdp(peer.answer(invite, 183, 'x', early), sdp('early')), '10.0.0.1')
  await send(peer.answer(last('PRACK'), 200, ''), '10.0.0.1')
  assert.equal(await call.relocate(), undefined, 'where it was')

  host.move('10.0.0.9')
  ua.networkChanged()
  assert.equal(await call.relocate(), '10.0.0.9')
  const moving = call.update(sdp('here'))
  await time.advance(10)
  assert.equal(placeIn(last('UPDATE')), '10.0.0.9')
  await send(withSdp(peer.answer(last('UPDATE'), 200, '', [contact]), sdp('moved')), '10.0.0.9')
  assert.equal((await moving).status, 200)
  // As from a peer, or a proxy, that sends the answer to the INVITE where it hears us now.
  await send(withSdp(peer.answer(invite, 200, 'x', [contact]), sdp('early')), '10.0.0.9')
  const [dialog] = phone.dialogs
  assert.equal(dialog?.localAddress, '10.0.0.9')
  assert.equal(await dialog?.relocate(), undefined, 'it has been told')
  void dialog?.reinvite(sdp('hold'))
  await time.advance(10)
  assert.equal(placeIn(last('INVITE')), '10.0.0.9')
  assert.deepEqual(log.faults, [])
})
