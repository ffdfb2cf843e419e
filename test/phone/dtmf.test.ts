import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MediaError } from '../../electron/phone/ports.ts'
import { readDtmfInfo } from '../../electron/phone/dtmf-info.ts'
import { benchPhone, peerSdp } from '../support/phone-bench.ts'

async function talking(formats = '0 101', dtmf?: string) {
  const bench = await benchPhone()
  const account =
    dtmf === undefined ? undefined : bench.phone.saveAccount({ username: 'me', domain: '192.0.2.2', dtmf })
  const { callId } = bench.phone.dial({ target: 'bob@192.0.2.2', ...(account && { accountId: account.id }) })
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
  assert.deepEqual(await bench.phone.dtmf(callId, '6', 'inband'), { mode: 'inband' })
  assert.deepEqual(bench.media.only.digits, ['tones 6'])
  await assert.rejects(bench.phone.dtmf(callId, '7!', 'inband'), { code: 'bad-state' })
  const plain = await talking('0')
  await assert.rejects(plain.bench.phone.dtmf(plain.callId, '5', 'rfc4733'), { code: 'bad-state' })
})

test('a peer that refuses INFO hears tones, and is not asked again', async () => {
  for (const status of [405, 501]) {
    const { bench, callId, dialog } = await talking('0')
    dialog.infoAnswer = { status, reason: 'No', source: 'peer' }
    assert.deepEqual(await bench.phone.dtmf(callId, '12'), { mode: 'inband' })
    assert.deepEqual(await bench.phone.dtmf(callId, '3'), { mode: 'inband' })
    assert.equal(dialog.infos.length, 1)
    assert.deepEqual(bench.media.only.digits, ['tones 12', 'tones 3'])
    await assert.rejects(bench.phone.dtmf(callId, '4', 'info'), {
      code: 'rejected',
      data: { sipCode: status, reason: 'No' },
    })
  }
})

test('a peer that does not take one body gets the other, from then on', async () => {
  const { bench, callId, dialog } = await talking('0')
  dialog.infoAnswerTo = (contentType) => (contentType === 'application/dtmf' ? 200 : 415)
  assert.deepEqual(await bench.phone.dtmf(callId, '1*'), { mode: 'info' })
  assert.deepEqual(
    dialog.infos.map(({ contentType, body }) => `${contentType} ${body.slice(0, 8)}`),
    ['application/dtmf-relay Signal=1', 'application/dtmf 1', 'application/dtmf *'],
  )
  dialog.infoAnswerTo = () => 415
  assert.deepEqual(await bench.phone.dtmf(callId, '2'), { mode: 'inband' }, 'nor the other one any more')
})

test('any other refusal is told with its code', async () => {
  const { bench, callId, dialog } = await talking('0')
  dialog.infoAnswer = { status: 403, reason: 'Forbidden', source: 'peer' }
  await assert.rejects(bench.phone.dtmf(callId, '12'), {
    code: 'rejected',
    data: { sipCode: 403, reason: 'Forbidden' },
  })
  assert.equal(dialog.infos.length, 1)
  dialog.infoAnswer = { status: 408, reason: 'Request Timeout', source: 'timeout' }
  await assert.rejects(bench.phone.dtmf(callId, '12'), { code: 'timeout' })
})

test("the account's way comes first, the others where the peer does not take it", async () => {
  const way = async (dtmf: string, formats: string, status = 200) => {
    const { bench, callId, dialog } = await talking(formats, dtmf)
    dialog.infoAnswer = { status, reason: 'x', source: 'peer' }
    return (await bench.phone.dtmf(callId, '5')).mode
  }
  assert.equal(await way('auto', '0 101'), 'rfc4733')
  assert.equal(await way('rfc4733', '0'), 'info')
  assert.equal(await way('rfc4733', '0', 405), 'inband')
  assert.equal(await way('info', '0 101'), 'info')
  assert.equal(await way('info', '0 101', 405), 'rfc4733')
  assert.equal(await way('info', '0', 405), 'inband')
  assert.equal(await way('inband', '0 101'), 'inband')
})

test('100 of 100 digits by INFO, in their order', async () => {
  const { bench, callId, dialog } = await talking('0')
  const digits = Array.from({ length: 100 }, (_, i) => '0123456789*#ABCD'.charAt((i * 7) % 16)).join('')
  await Promise.all([bench.phone.dtmf(callId, digits.slice(0, 50)), bench.phone.dtmf(callId, digits.slice(50))])
  assert.equal(dialog.infos.map(({ contentType, body }) => readDtmfInfo(contentType, body)).join(''), digits)
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
  bench.media.delegate?.onDtmf(callId, '7', 'rfc4733')
  bench.media.delegate?.onDtmf(callId, '6', 'inband')
  assert.deepEqual(dialog.delegate?.onInfo('application/dtmf-relay', 'Signal= 8\r\nDuration=100\r\n'), { status: 200 })
  assert.deepEqual(dialog.delegate?.onInfo('text/plain', 'hello'), { status: 415 })
  assert.deepEqual(dialog.delegate?.onInfo('', ''), { status: 200 })
  bench.media.delegate?.onDtmf('nobody', '9', 'rfc4733')
  assert.deepEqual(bench.heard.digits, [
    { callId, digit: '7', mode: 'rfc4733' },
    { callId, digit: '6', mode: 'inband' },
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

test('digits that a hold interrupts are no fault of ours', async () => {
  const { bench, callId } = await talking()
  bench.media.dtmf = () => Promise.reject(new MediaError('not-now', 'the call was put on hold'))
  await assert.rejects(bench.phone.dtmf(callId, '1'), { code: 'bad-state' })
})
