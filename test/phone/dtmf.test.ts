import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDtmfInfo } from '../../electron/phone/dtmf-info.ts'
import { benchPhone, peerSdp } from '../support/phone-bench.ts'

async function talking(formats = '0 101') {
  const bench = await benchPhone()
  const { callId } = bench.phone.dial({ target: 'bob@192.0.2.2' })
  await bench.time.advance(0)
  const dialog = bench.agent.invites[0]?.accept(peerSdp({ formats }))
  assert.ok(dialog)
  return { bench, callId, dialog }
}

test('digits go as RFC 4733 events where the peer takes them', async () => {
  const { bench, callId, dialog } = await talking()
  assert.deepEqual(await bench.phone.dtmf(callId, '12,#d!'), { mode: 'rfc4733' })
  assert.deepEqual(bench.media.only.digits, ['12,#D!'])
  assert.deepEqual(dialog.infos, [])
})

test('else as INFO, with pauses', async () => {
  const { bench, callId, dialog } = await talking('0')
  const sent = bench.phone.dtmf(callId, '1,#')
  await bench.time.advance(1999)
  assert.deepEqual(dialog.infos, [{ contentType: 'application/dtmf-relay', body: 'Signal=1\r\nDuration=160\r\n' }])
  await bench.time.advance(1)
  assert.deepEqual(await sent, { mode: 'info' })
  assert.equal(dialog.infos[1]?.body, 'Signal=#\r\nDuration=160\r\n')
})

test('a mode that is asked for is used or refused', async () => {
  const { bench, callId, dialog } = await talking()
  assert.deepEqual(await bench.phone.dtmf(callId, '5', 'info'), { mode: 'info' })
  assert.equal(dialog.infos.length, 1)
  await assert.rejects(bench.phone.dtmf(callId, '5', 'inband'), { code: 'bad-state' })
  const plain = await talking('0')
  await assert.rejects(plain.bench.phone.dtmf(plain.callId, '5', 'rfc4733'), { code: 'bad-state' })
})

test('a peer that refuses INFO is named with its code', async () => {
  const { bench, callId, dialog } = await talking('0')
  dialog.infoAnswer = { status: 405, reason: 'Method Not Allowed', source: 'peer' }
  await assert.rejects(bench.phone.dtmf(callId, '12'), {
    code: 'rejected',
    data: { sipCode: 405, reason: 'Method Not Allowed' },
  })
  assert.equal(dialog.infos.length, 1, 'it is not asked again')
})

test('what is no digit is refused', async () => {
  const { bench, callId } = await talking()
  for (const digits of ['', 'x', '1 2', '1\r\n']) {
    await assert.rejects(bench.phone.dtmf(callId, digits), { code: 'invalid-params', data: { field: 'digits' } })
  }
  await assert.rejects(bench.phone.dtmf(callId, '1'.repeat(65)), { code: 'too-long' })
})

test('digits received, by either way', async () => {
  const { bench, callId, dialog } = await talking()
  bench.media.delegate?.onDtmf(callId, '7')
  assert.deepEqual(dialog.delegate?.onInfo('application/dtmf-relay', 'Signal= 8\r\nDuration=100\r\n'), { status: 200 })
  assert.deepEqual(dialog.delegate?.onInfo('text/plain', 'hello'), { status: 415 })
  assert.deepEqual(dialog.delegate?.onInfo('', ''), { status: 200 })
  bench.media.delegate?.onDtmf('nobody', '9')
  assert.deepEqual(bench.heard.digits, [
    { callId, digit: '7', mode: 'rfc4733' },
    { callId, digit: '8', mode: 'info' },
  ])
})

test('INFO bodies as they come', () => {
  const relay = 'application/dtmf-relay'
  assert.equal(readDtmfInfo(relay, 'Duration=100\r\nSignal=*\r\n'), '*')
  assert.equal(readDtmfInfo('Application/DTMF-Relay; charset=utf-8', 'signal=a'), 'A')
  assert.equal(readDtmfInfo(relay, 'Signal=10'), '*')
  assert.equal(readDtmfInfo(relay, 'Signal=16'), '!')
  assert.equal(readDtmfInfo(relay, 'Signal=99'), '')
  assert.equal(readDtmfInfo(relay, ''), '')
  assert.equal(readDtmfInfo('application/dtmf', '5'), '5')
  assert.equal(readDtmfInfo('application/sdp', '5'), undefined)
})
