import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { missing } from '../support/needs.ts'
import { Baresip } from '../support/peers/baresip.ts'
import { RpcPhone } from '../support/rpc-phone.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { toneSound, writeSound } from '../support/wav.ts'

/** Hold and digits, each side's wish understood by the other. */

async function inCall(t: TestContext) {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const tone = join(folder, 'tone.wav')
  await writeSound(tone, toneSound(1000, 60))
  const baresip = await Baresip.start(scope, { play: tone, recording: false })
  const phone = await RpcPhone.start(scope, ['--audio', 'tone'])
  const { callId } = await phone.request('call.dial', { target: baresip.target })
  await phone.state(callId, 'confirmed')
  await baresip.event('CALL_ESTABLISHED')
  return { baresip, phone, callId, call: () => phone.snapshot()?.calls.find((call) => call.callId === callId) }
}

/** How many packets went and came between the next two reports of the call, which are a second apart. */
async function packetsInASecond(phone: RpcPhone): Promise<{ sent: number; received: number }> {
  const seen = phone.all('call.quality').length
  const [first, second] = await until('two reports on the call', () => {
    const reports = phone.all('call.quality').slice(seen)
    return reports.length >= 2 ? reports : undefined
  })
  return {
    sent: second!.quality.sent.packets - first!.quality.sent.packets,
    received: second!.quality.received.packets - first!.quality.received.packets,
  }
}

describe('a call with baresip', { skip: missing('baresip'), concurrency: 2 }, () => {
  test('we hold and take it up again', async (t) => {
    const { baresip, phone, callId, call } = await inCall(t)
    await phone.request('call.hold', { callId })
    await until('held', () => call()?.onHold.local)
    assert.deepEqual(await packetsInASecond(phone), { sent: 0, received: 0 })
    const [offer, answer] = await lastOfferAndAnswer(phone)
    assert.match(offer, /^a=sendonly\r$/m)
    assert.match(answer, /^a=recvonly\r$/m)

    await phone.request('call.resume', { callId })
    await until('taken up', () => call()?.onHold.local === false)
    const { sent, received } = await packetsInASecond(phone)
    assert.ok(sent > 0 && received > 0, `${sent} sent, ${received} received`)
    assert.equal(baresip.control.events.filter(({ type }) => type === 'CALL_CLOSED').length, 0)
    await phone.request('call.hangup', { callId })
    await baresip.event('CALL_CLOSED')
    assert.equal((await phone.ended(callId)).by, 'local')
  })

  test('baresip holds and takes it up again', async (t) => {
    const { baresip, phone, callId, call } = await inCall(t)
    await baresip.hold()
    await until('held by the other side', () => call()?.onHold.remote)
    assert.equal((await packetsInASecond(phone)).sent, 0)

    await baresip.resume()
    await until('taken up by the other side', () => call()?.onHold.remote === false)
    const { sent, received } = await packetsInASecond(phone)
    assert.ok(sent > 0 && received > 0, `${sent} sent, ${received} received`)
    await baresip.hangup()
    const ended = await phone.ended(callId)
    assert.deepEqual([ended.by, ended.cause], ['remote', 'normal'])
  })

  test('every digit we press arrives once and in order', async (t) => {
    const { baresip, phone, callId } = await inCall(t)
    const digits = '1592#*0D'
    assert.deepEqual(await phone.request('call.dtmf', { callId, digits }), { mode: 'rfc4733' })
    const begun = () => baresip.control.events.filter(({ type }) => type === 'CALL_DTMF_START')
    await until('all digits', () => begun().length >= digits.length)
    assert.equal(
      begun()
        .map(({ param }) => param)
        .join(''),
      digits,
    )
  })

  test('every digit baresip presses arrives once and in order', async (t) => {
    const { baresip, phone } = await inCall(t)
    const digits = '7733#*0A'
    await baresip.digits(digits)
    await until('all digits', () => phone.all('call.dtmf').length >= digits.length)
    assert.equal(
      phone
        .all('call.dtmf')
        .map(({ digit }) => digit)
        .join(''),
      digits,
    )
    assert.deepEqual([...new Set(phone.all('call.dtmf').map(({ mode }) => mode))], ['rfc4733'])
  })
})

/** The bodies of the last INVITE and of its 200. */
async function lastOfferAndAnswer(phone: RpcPhone): Promise<[offer: string, answer: string]> {
  const messages = await phone.messages()
  const invite = messages.findLast(({ method, code }) => method === 'INVITE' && code === undefined)
  const ok = messages.find(
    ({ cseq, code, branch }) => cseq === invite?.cseq && branch === invite.branch && code === 200,
  )
  return [invite?.text ?? '', ok?.text ?? '']
}
