import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventsOf } from '../../electron/ua/session-timer.ts'
import { accepting, accountBench, requests, us } from '../support/account-bench.ts'
import { sdp } from '../support/fake-phone.ts'
import { headerOf, withSdp } from '../support/raw-peer.ts'

/** Session timers (RFC 4028) in both roles, and what UPDATE (RFC 3311) may and may not. */

/** A call of ours that the server answers with these headers. */
async function calling(lines: readonly string[], sessionTimer?: { seconds: number }) {
  const bench = await accountBench(sessionTimer && { sessionTimer })
  const { ua, line, phone, time, server } = bench
  const from = { uri: 'sip:alice@10.0.0.2' }
  ua.invite({ uri: 'sip:bob@10.0.0.2', line, from, sdp: sdp('offer') }, phone.outgoing())
  await time.advance(10)
  const [invite = ''] = requests(server, 'INVITE')
  server.send(accepting(server, invite, 'b', lines), us)
  await time.advance(10)
  phone.take()
  return { ...bench, invite }
}

/** A call of the stranger's, answered; with what we said to it. */
async function called(lines: readonly string[], body = sdp('offer')) {
  const bench = await accountBench()
  const { phone, stranger, time } = bench
  phone.react = (invite) => void phone.accept(invite)
  const head = ['CSeq: 5 INVITE', ...lines]
  const invite = stranger.request('INVITE', `sip:alice@${us}`, head)
  stranger.send(body === '' ? invite : withSdp(invite, body), us)
  await time.advance(10)
  const answer = stranger.heard.at(-1) ?? ''
  let cseq = 5
  const inDialog = (method: string, more: readonly string[] = [], number = ++cseq) =>
    stranger.request(
      method,
      `sip:alice@${us}`,
      [`To: ${headerOf(answer, 'To')}`, `CSeq: ${number} ${method}`, 'Contact: <sip:raw@10.0.0.3>', ...more],
      `z9hG4bK-${method}-${number}`,
    )
  const send = async (text: string) => {
    stranger.send(text, us)
    await time.advance(10)
    return stranger.heard.at(-1) ?? ''
  }
  const acknowledge = () => send(inDialog('ACK', [], 5))
  return { ...bench, answer, inDialog, send, acknowledge }
}

const status = (text: string) => Number(text.split(' ')[1])

test('who refreshes does so at half time; who waits gives up shortly before the end', () => {
  assert.deepEqual(eventsOf({ seconds: 1800, refresher: 'us' }), [
    { at: 900_000, what: 'refresh' },
    { at: 1_350_000, what: 'refresh' },
    { at: 1_800_000, what: 'expire' },
  ])
  assert.deepEqual(eventsOf({ seconds: 1800, refresher: 'them' }), [{ at: 1_768_000, what: 'expire' }])
  assert.deepEqual(eventsOf({ seconds: 90, refresher: 'them' }), [{ at: 60_000, what: 'expire' }])
})

test('UAC: asks as the account wishes, refreshes by UPDATE, and each 2xx begins the time anew', async () => {
  const lines = ['Session-Expires: 100;refresher=uac', 'Require: timer', 'Allow: INVITE, ACK, BYE, UPDATE']
  const { server, time, phone, invite } = await calling(lines, { seconds: 1800 })
  assert.equal(headerOf(invite, 'Session-Expires'), '1800')
  assert.match(headerOf(invite, 'Supported') ?? '', /\btimer\b/)
  for (const count of [1, 2, 3]) {
    await time.advance(49_000)
    assert.equal(requests(server, 'UPDATE').length, count - 1)
    await time.advance(1_500)
    const updates = requests(server, 'UPDATE')
    assert.equal(updates.length, count)
    const last = updates.at(-1) ?? ''
    assert.equal(headerOf(last, 'Session-Expires'), '100;refresher=uac')
    assert.equal(headerOf(last, 'Content-Length'), '0')
    const again = ['Session-Expires: 100;refresher=uac', 'Contact: <sip:peer@10.0.0.2>']
    server.send(server.answer(last, 200, '', again), us)
    await time.advance(0)
  }
  // Refused once, it tries once more, and then ends what nobody keeps alive.
  await time.advance(50_500)
  for (const wait of [25_000, 24_000]) {
    server.send(server.answer(requests(server, 'UPDATE').at(-1) ?? '', 500, ''), us)
    await time.advance(wait)
  }
  assert.equal(requests(server, 'UPDATE').length, 5)
  assert.deepEqual(requests(server, 'BYE'), [])
  await time.advance(2_000)
  assert.equal(requests(server, 'BYE').length, 1)
  assert.deepEqual(phone.take(), ['onBye network SIP;cause=408'])
})

test('UAC: 422 is repeated with what the server wants, once for each Min-SE', async () => {
  const { ua, line, phone, time, server } = await accountBench({ sessionTimer: { seconds: 90 } })
  const from = { uri: 'sip:alice@10.0.0.2' }
  ua.invite({ uri: 'sip:bob@10.0.0.2', line, from, sdp: sdp('offer') }, phone.outgoing())
  await time.advance(10)
  for (const minSe of [600, 600]) {
    server.send(server.answer(requests(server, 'INVITE').at(-1) ?? '', 422, 'x', [`Min-SE: ${minSe}`]), us)
    await time.advance(10)
  }
  const [first = '', second = '', third] = requests(server, 'INVITE')
  assert.equal(third, undefined)
  assert.deepEqual([headerOf(second, 'Session-Expires'), headerOf(second, 'Min-SE')], ['600', '600'])
  assert.equal(headerOf(second, 'Call-ID'), headerOf(first, 'Call-ID'))
  assert.deepEqual(phone.take(), ['onRejected 422 peer'])
})

test('UAC: the peer refreshes, and when it stops doing so the call ends', async () => {
  const { server, time, phone } = await calling(['Session-Expires: 90;refresher=uas'])
  await time.advance(59_000)
  assert.deepEqual(phone.take(), [])
  await time.advance(2_000)
  assert.equal(requests(server, 'UPDATE').length, 0)
  assert.equal(requests(server, 'BYE').length, 1)
  assert.deepEqual(phone.take(), ['onBye network SIP;cause=408'])
})

test('UAC: a peer that says one second is refreshed no more often than one that says 90', async () => {
  const { server, time, phone } = await calling(['Session-Expires: 1;refresher=uac', 'Allow: UPDATE'])
  await time.advance(44_000)
  assert.deepEqual([requests(server, 'UPDATE').length, phone.take()], [0, []])
  await time.advance(2_000)
  assert.equal(requests(server, 'UPDATE').length, 1)
})

test('UAC: who names UPDATE and does not know it is refreshed by re-INVITE', async () => {
  const { server, time, phone } = await calling(['Session-Expires: 90;refresher=uac', 'Allow: UPDATE'])
  const refreshes: string[] = []
  const { delegate } = phone.dialogs[0]!
  assert.ok(delegate)
  delegate.onRefresh = () => void refreshes.push('re-INVITE')
  await time.advance(46_000)
  const [update = ''] = requests(server, 'UPDATE')
  server.send(server.answer(update, 405, ''), us)
  await time.advance(10)
  assert.deepEqual(refreshes, ['re-INVITE'])
})

test('UAC: without a timer, and nobody who asks for one, a call lasts', async () => {
  const { server, time, phone, invite } = await calling([])
  assert.equal(headerOf(invite, 'Session-Expires'), undefined)
  await time.advance(10 * 3_600_000)
  assert.deepEqual([...requests(server, 'UPDATE'), ...requests(server, 'BYE'), ...phone.take()], [])
})

test('UAS: takes the time and the refresher that the caller names', async () => {
  const lines = ['Supported: timer', 'Session-Expires: 120;refresher=uac']
  const { answer, acknowledge, inDialog, send, time, phone, stranger } = await called(lines)
  assert.equal(headerOf(answer, 'Session-Expires'), '120;refresher=uac')
  assert.match(headerOf(answer, 'Require') ?? '', /\btimer\b/)
  await acknowledge()
  await time.advance(70_000)
  const refreshed = await send(inDialog('UPDATE', lines))
  assert.equal(status(refreshed), 200)
  assert.equal(headerOf(refreshed, 'Session-Expires'), '120;refresher=uac')
  await time.advance(79_000)
  phone.take()
  assert.deepEqual(requests(stranger, 'BYE'), [])
  await time.advance(10_000)
  assert.equal(requests(stranger, 'BYE').length, 1)
  assert.deepEqual(phone.take(), ['onBye network SIP;cause=408'])
})

test('UAS: a proxy wants it and the caller knows nothing of it: we refresh, by re-INVITE where there is no UPDATE', async () => {
  const { answer, acknowledge, time, phone, stranger } = await called(['Session-Expires: 100'])
  assert.equal(headerOf(answer, 'Session-Expires'), '100;refresher=uas')
  assert.equal(headerOf(answer, 'Require'), undefined)
  await acknowledge()
  const [dialog] = phone.dialogs
  assert.ok(dialog?.delegate)
  dialog.delegate.onRefresh = () => void dialog.reinvite(sdp('again'))
  await time.advance(51_000)
  const [reinvite = ''] = requests(stranger, 'INVITE')
  assert.equal(headerOf(reinvite, 'Session-Expires'), '100;refresher=uac')
  stranger.send(accepting(stranger, reinvite, ''), us)
  await time.advance(51_000)
  assert.equal(requests(stranger, 'INVITE').length, 2)
  assert.deepEqual(requests(stranger, 'BYE'), [])
})

test('UAS: less than 90 s is refused by 422 with the least', async () => {
  const { answer, phone } = await called(['Supported: timer', 'Session-Expires: 60'])
  assert.equal(status(answer), 422)
  assert.equal(headerOf(answer, 'Min-SE'), '90')
  assert.deepEqual(phone.take(), [])
})

test('UPDATE: an offer is answered in a dialog, and refused while one of ours waits for its answer', async () => {
  const { acknowledge, inDialog, send, phone } = await called([], '')
  const early = await send(withSdp(inDialog('UPDATE'), sdp('offer')))
  assert.equal(status(early), 491)
  await acknowledge()
  phone.take()
  const taken = await send(withSdp(inDialog('UPDATE'), sdp('hold')))
  assert.equal(status(taken), 200)
  assert.match(taken, /reanswer/)
  assert.deepEqual(phone.take(), ['onReinvite hold'])
})
