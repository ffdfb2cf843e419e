import assert from 'node:assert/strict'
import { test } from 'node:test'
import { benchPhone, peerSdp } from '../support/phone-bench.ts'

const crypto = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${Buffer.alloc(30, 'k').toString('base64')}`
const secure = peerSdp({ extra: [crypto] }).replace('RTP/AVP', 'RTP/SAVP')
const bestEffort = peerSdp({ extra: [crypto] })

async function account(srtp: 'off' | 'optional' | 'mandatory') {
  const bench = await benchPhone()
  const { id } = bench.phone.saveAccount({ username: 'alice', domain: 'sip.test', password: 'x', srtp })
  await bench.time.advance(0)
  const line = bench.agent.lines.at(-1)
  assert.ok(line)
  return { bench, line, id }
}

test('an account that allows encrypted calls only makes and takes none in clear', async () => {
  const { bench, line, id } = await account('mandatory')
  bench.phone.dial({ target: '1002', accountId: id })
  await bench.time.advance(0)
  const { sdp } = bench.agent.invites.at(-1)!.invite
  assert.match(sdp, /m=audio \d+ RTP\/SAVP /)
  assert.match(sdp, /a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:/)
  assert.deepEqual(bench.agent.call({ line, offer: peerSdp() }).answers, ['488 Not Acceptable Here'])
  assert.equal(bench.store.entries[0]?.cause, 'not-acceptable')
  assert.deepEqual(bench.agent.call({ line, offer: secure }).answers, ['180'])
  assert.deepEqual(bench.agent.call({ line, offer: bestEffort }).answers, ['180'])
})

test('an account that is not complete is no way round it', async () => {
  const bench = await benchPhone()
  bench.phone.saveAccount({ domain: 'sip.test', srtp: 'mandatory' })
  assert.throws(() => bench.phone.dial({ target: '1002' }), { code: 'bad-state', message: /Username/ })
  await bench.time.advance(0)
  assert.equal(bench.agent.invites.length, 0)
})

test('the other choices, and direct calls, go in clear; only "off" refuses what is encrypted', async () => {
  for (const srtp of ['off', 'optional'] as const) {
    const { bench, line } = await account(srtp)
    assert.deepEqual(bench.agent.call({ line, offer: peerSdp() }).answers, ['180'])
    assert.deepEqual(bench.agent.call({ line, offer: bestEffort }).answers, ['180'])
    const answers = bench.agent.call({ line, offer: secure }).answers
    assert.deepEqual(answers, [srtp === 'off' ? '488 Not Acceptable Here' : '180'])
  }
  const { bench } = await account('mandatory')
  assert.deepEqual(bench.agent.call({ offer: peerSdp() }).answers, ['180'], 'a direct call is none of the account')
})

test('the call shows whether it is encrypted, and no key is logged or shown', async () => {
  const { bench, line } = await account('optional')
  bench.agent.call({ line, offer: secure })
  const [call] = bench.phone.snapshot().calls
  assert.equal(call?.srtp, false)
  await bench.phone.answer(call!.callId)
  assert.equal(bench.phone.snapshot().calls[0]?.srtp, true)
  const { srtp } = bench.media.only.config!
  assert.ok(srtp)
  const told = JSON.stringify([bench.log, bench.heard.snapshots, bench.phone.snapshot()])
  for (const key of [srtp.send, srtp.receive]) assert.ok(!told.includes(key))
})
