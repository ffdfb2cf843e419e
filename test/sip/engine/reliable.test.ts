import assert from 'node:assert/strict'
import { test } from 'node:test'
import { header } from '../../../electron/sip/message/headers.ts'
import { LossyNet } from '../../support/lossy-net.ts'
import { headerOf, RawPeer } from '../../support/raw-peer.ts'
import { idle, Station } from '../../support/station.ts'
import { VirtualTime } from '../../support/virtual-time.ts'

const options = {
  allow: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'PRACK', 'OPTIONS'],
  supported: ['100rel'],
}
const required = [{ name: 'Require', value: '100rel' }]

async function bench() {
  const time = new VirtualTime()
  const net = new LossyNet(time, 3)
  const phone = await Station.open(net, time, '10.0.0.1', options)
  const peer = new RawPeer(net, '10.0.0.2')
  const send = async (text: string, ms = 10) => {
    peer.send(text, phone.address)
    await time.advance(ms)
  }
  const ringing = () => peer.heard.filter((text) => text.startsWith('SIP/2.0 180'))
  const prack = (rack: string, number: number, lines: readonly string[] = []) =>
    peer.request('PRACK', phone.uri, [
      `To: ${headerOf(ringing()[0] ?? '', 'To')}`,
      `CSeq: ${number} PRACK`,
      `RAck: ${rack}`,
      ...lines,
    ])
  return { time, phone, peer, send, ringing, prack }
}

test('UAS: 180 with RSeq, repeated until its PRACK; anything else in a PRACK is 481 (RFC 3262 3)', async () => {
  const { phone, peer, send, ringing, prack, time } = await bench()
  await send(peer.request('INVITE', phone.uri, ['Require: 100rel']))
  const { transactionId } = phone.requests[0]!.context
  const { message } = await phone.respond(transactionId, 180, required)
  const rseq = Number(header(message, 'RSeq'))
  assert.ok(rseq >= 1 && rseq < 2 ** 31)
  await assert.rejects(phone.respond(transactionId, 183, required), /100rel/, 'one after the other')
  await time.advance(3_600)
  assert.equal(ringing().length, 4)
  assert.equal(new Set(ringing()).size, 1)
  await send(prack(`${rseq + 1} 1 INVITE`, 2))
  await send(prack(`${rseq} 2 INVITE`, 3))
  await send(prack(`${rseq} 1 INVITE`, 4))
  await send(prack(`${rseq} 1 INVITE`, 5))
  assert.deepEqual(peer.firsts.slice(-4), ['481', '481', '200', '481'])
  const before = ringing().length
  await time.advance(50_000)
  assert.equal(ringing().length, before)
  const again = await phone.respond(transactionId, 183, required)
  assert.equal(Number(header(again.message, 'RSeq')), rseq + 1)
  await send(prack(`${rseq + 1} 1 INVITE`, 6))
  await phone.respond(transactionId, 486)
  await send(peer.request('ACK', phone.uri, [`To: ${headerOf(ringing()[0] ?? '', 'To')}`], 'z9hG4bK-INVITE-0'))
  await time.advance(100_000)
  assert.deepEqual(
    phone.requests.map(({ message: { method } }) => method),
    ['INVITE'],
    'the user hears of no PRACK',
  )
  assert.deepEqual([phone.engine.counts(), phone.faults], [idle, []])
})

test('UAS: without a PRACK for 64*T1 the INVITE is refused with 504, and the user hears that it is over', async () => {
  const { phone, peer, send, time } = await bench()
  await send(peer.request('INVITE', phone.uri, ['Supported: 100rel']))
  await phone.respond(phone.requests[0]!.context.transactionId, 180, required)
  await time.advance(31_000)
  assert.equal(peer.firsts.at(-1), '180')
  await time.advance(2_000)
  assert.ok(peer.firsts.includes('504'))
  assert.deepEqual(
    phone.requests.map(({ message: { method } }) => method),
    ['INVITE', 'CANCEL'],
  )
  await time.advance(100_000)
  assert.deepEqual([phone.engine.counts(), phone.faults], [idle, []])
})

test('UAS: the final response may overtake the PRACK, which is still taken; who knows no 100rel gets none', async () => {
  const { phone, peer, send, prack, ringing, time } = await bench()
  await send(peer.request('INVITE', phone.uri, ['Require: 100rel']))
  const { transactionId } = phone.requests[0]!.context
  const { message } = await phone.respond(transactionId, 180, required)
  await phone.respond(transactionId, 200)
  await time.advance(1_000)
  assert.equal(ringing().length, 1)
  await send(prack(`${header(message, 'RSeq')} 1 INVITE`, 2))
  assert.equal(peer.firsts.at(-1), '200')
  await send(peer.request('INVITE', phone.uri, ['Call-ID: other']))
  const plain = phone.requests.at(-1)!.context.transactionId
  await assert.rejects(phone.respond(plain, 180, required), /does not support 100rel/)
})

test('UAC: reliable responses are told once and in order, each fork by itself (RFC 3262 4)', async () => {
  const { phone, peer, time } = await bench()
  await phone.send('INVITE', 'sip:x@10.0.0.2')
  await time.advance(10)
  const say = async (status: number, tag: string, rseq: number) => {
    const lines = ['Contact: <sip:p@10.0.0.2>', 'Require: 100rel', `RSeq: ${rseq}`]
    peer.send(peer.answer(peer.heard[0] ?? '', status, tag, lines), phone.address)
    await time.advance(10)
  }
  for (const rseq of [9, 9, 11, 10, 11, 10]) await say(183, 'a', rseq)
  for (const rseq of [5, 5]) await say(180, 'b', rseq)
  assert.deepEqual(
    phone.responses.map(({ message }) => `${message.status} ${header(message, 'RSeq')}`),
    ['183 9', '183 10', '183 11', '180 5'],
  )
})

for (const loss of [0.1, 0.3]) {
  test(`two engines, ${loss * 100} % lost: every reliable 180 is acknowledged, every call is answered`, async () => {
    for (const seed of [1, 2, 3]) {
      const time = new VirtualTime()
      const net = new LossyNet(time, seed, { loss, duplicates: 0.1, delayMs: 20, jitterMs: 300 })
      const [caller, callee] = [
        await Station.open(net, time, '10.0.0.1', options),
        await Station.open(net, time, '10.0.0.2', options),
      ]
      const acknowledged = new Set<number>()
      caller.handleResponse = (response, { dialogId }) => {
        const rseq = header(response, 'RSeq')
        if (response.status === 180 && rseq !== undefined) {
          const rack = { name: 'RAck', value: `${rseq} ${header(response, 'CSeq')}` }
          void caller.sendInDialog(dialogId, 'PRACK', [rack])
        }
        if (/PRACK/.test(header(response, 'CSeq') ?? '') && response.status === 200) acknowledged.add(response.status)
        if (/INVITE/.test(header(response, 'CSeq') ?? '') && response.status === 200) {
          void caller.sendInDialog(dialogId, 'ACK')
        }
      }
      callee.handle = ({ method }, { transactionId, dialogId }) => {
        if (method === 'INVITE') {
          void callee.respond(transactionId, 180, required)
          time.after(12_000, () => void callee.respond(transactionId, 200))
        }
        if (method === 'ACK') time.after(1_000, () => void callee.sendInDialog(dialogId, 'BYE'))
        if (method === 'BYE') void callee.respond(transactionId, 200)
      }
      caller.handle = ({ method }, { transactionId }) => {
        if (method === 'BYE') void caller.respond(transactionId, 200)
      }
      for (let call = 0; call < 20; call++) void caller.send('INVITE', callee.uri, required)
      await time.advance(400_000)
      const finals = caller.responses.filter(
        ({ message }) => message.status >= 200 && /INVITE/.test(header(message, 'CSeq') ?? ''),
      )
      assert.equal(finals.length, 20, `seed ${seed}`)
      assert.ok(finals.filter(({ message }) => message.status === 200).length >= 18, `seed ${seed}`)
      assert.equal(acknowledged.size, 1)
      for (const station of [caller, callee]) assert.deepEqual([station.engine.counts(), station.faults], [idle, []])
      assert.equal(time.pending, 0)
    }
  })
}
