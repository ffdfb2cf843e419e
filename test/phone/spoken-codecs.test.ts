import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spokenCodecs } from '../../electron/phone/spoken-codecs.ts'
import { benchPhone, peerSdp } from '../support/phone-bench.ts'

const missing = [{ codec: 'Opus', reason: 'the package is missing' }] as const
const opusOnly = peerSdp({ formats: '96', extra: ['a=rtpmap:96 opus/48000/2'] })
const withoutOpus = () => benchPhone({ prepare: ({ media }) => (media.missing = missing) })

test('what is missing is left out, and somebody who wants nothing else gets the others', () => {
  assert.deepEqual(spokenCodecs(['Opus', 'PCMA'], []), ['Opus', 'PCMA'])
  assert.deepEqual(spokenCodecs(['Opus', 'PCMA'], missing), ['PCMA'])
  assert.deepEqual(spokenCodecs(['Opus'], missing), ['PCMU', 'PCMA', 'G722'])
})

test('Opus that cannot be loaded is not offered, and the user is told at the start', async () => {
  const { phone, agent, time } = await withoutOpus()
  assert.match(phone.info().notices.join('\n'), /Opus is neither offered nor taken: the package is missing/)
  phone.dial({ target: 'bob@192.0.2.2' })
  phone.dial({ target: 'carol@192.0.2.2', codecs: ['Opus'] })
  await time.advance(0)
  const offers = agent.invites.map(({ invite }) => invite.sdp)
  assert.equal(offers.length, 2)
  for (const offer of [...offers, agent.delegate?.capabilities('192.0.2.1')])
    assert.ok(offer?.includes('PCMU') && !/opus/i.test(offer), offer)
})

test('nor is it taken', async () => {
  const { phone, agent } = await withoutOpus()
  const refused = agent.call({ offer: opusOnly })
  assert.deepEqual(refused.answers, ['488 Not Acceptable Here'])
  assert.deepEqual(phone.snapshot().calls, [])
  const whole = await benchPhone()
  assert.notDeepEqual(whole.agent.call({ offer: opusOnly }).answers, ['488 Not Acceptable Here'])
})
