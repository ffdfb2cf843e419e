import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { missing } from '../support/needs.ts'
import { Baresip } from '../support/peers/baresip.ts'
import { RpcPhone } from '../support/rpc-phone.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { toneSound, writeSound } from '../support/wav.ts'

/** A phone that nobody here wrote, which tells others itself whether it is there, and writes messages. */

test('baresip: messages both ways, also within a call, and its presence', { skip: missing('baresip') }, async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const tone = join(folder, 'tone.wav')
  await writeSound(tone, toneSound(1000, 60))
  const phone = await RpcPhone.start(scope, ['--audio', 'null'])
  const contact = await phone.target()
  const baresip = await Baresip.start(scope, { play: tone, recording: false, presence: true, contact })
  const { target } = baresip

  const sent = await phone.request('message.send', { target, text: 'Grüße 你好' })
  assert.equal(sent.code, 200)
  await baresip.message('hello from here')
  const received = await phone.notification('message.received')
  assert.equal(received.text, 'hello from here')
  assert.match(received.from, /^sip:baresip@127\.0\.0\.1/)

  await phone.request('presence.watch', { target, kind: 'presence' })
  const seen = (state: string) =>
    phone.notification('phone.snapshot', ({ presence }) => presence.at(-1)?.state === state, 20_000)
  await baresip.showPresence(true)
  await seen('online')
  await baresip.showPresence(false)
  await seen('offline')

  const { callId } = await phone.request('call.dial', { target })
  await phone.state(callId, 'confirmed')
  await baresip.message('while we talk')
  await phone.notification('message.received', ({ text }) => text === 'while we talk')
  assert.equal((await phone.request('message.send', { target, text: 'and back' })).code, 200)
  const { calls } = await phone.request('phone.snapshot', {})
  assert.equal(calls.find((call) => call.callId === callId)?.state, 'confirmed')
  await phone.request('call.hangup', { callId })

  await phone.request('presence.unwatch', { target })
  await until('the subscription is taken back', async () => {
    const answers = (await phone.messages()).filter(({ method, code }) => method === 'SUBSCRIBE' && code !== undefined)
    return answers.length >= 2 && answers.every(({ code }) => code === 200)
  })
})
