import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Replaces } from '../../electron/phone/ports.ts'
import { benchPhone, peerSdp, type Bench } from '../support/phone-bench.ts'

/** Calls that come in to take the place of another one (RFC 3891 3). */

/** The fake's dialogs: we are `me`, the peer is `a`. */
const naming = (callId: string, rest: Partial<Replaces> = {}): Replaces => {
  return { callId, toTag: 'me', fromTag: 'a', earlyOnly: false, ...rest }
}

async function talking(bench: Bench) {
  const { callId } = bench.phone.dial({ target: 'bob@192.0.2.2' })
  await bench.time.advance(0)
  const outgoing = bench.agent.invites.at(-1)
  assert.ok(outgoing)
  const dialog = outgoing.accept(peerSdp())
  await bench.time.advance(0)
  return { callId, dialog, sipCallId: outgoing.sipCallId }
}

const carol = { offer: peerSdp(), from: { uri: 'sip:carol@192.0.2.3' }, source: { address: '192.0.2.3', port: 5060 } }

test('a call that talks is taken over without a sound, also while nobody may disturb', async () => {
  const bench = await benchPhone({ overrides: { calls: { doNotDisturb: true, callWaiting: false } } })
  const { callId, dialog, sipCallId } = await talking(bench)
  bench.phone.mute(callId, true)
  const incoming = bench.agent.call({ ...carol, replaces: naming(sipCallId) })
  await bench.time.advance(0)
  assert.deepEqual(incoming.answers, ['200'], 'it does not ring')
  assert.equal(dialog.byes, 1)
  const calls = bench.phone.snapshot().calls
  assert.deepEqual(
    calls.map(({ remote, state, muted }) => [remote.uri, state, muted]),
    [['sip:carol@192.0.2.3', 'confirmed', true]],
  )
  assert.ok(!bench.media.tones.includes('ring'))
})

test('a call that we are making is given up for it', async () => {
  const bench = await benchPhone()
  bench.phone.dial({ target: 'bob@192.0.2.2' })
  await bench.time.advance(0)
  const outgoing = bench.agent.invites[0]
  assert.ok(outgoing)
  assert.deepEqual(bench.agent.call({ ...carol, replaces: naming(outgoing.sipCallId) }).answers, [
    '481 Call/Transaction Does Not Exist',
  ])
  outgoing.ring()
  const incoming = bench.agent.call({ ...carol, replaces: naming(outgoing.sipCallId, { earlyOnly: true }) })
  await bench.time.advance(0)
  assert.deepEqual([incoming.answers, outgoing.cancelled], [['200'], true])
  // So that it is no missed call where it rang.
  assert.equal(outgoing.cancelReason, 'Call completed elsewhere')
})

test('what is not replaced: another dialog, a wrong tag, an early one that somebody else began, early-only', async () => {
  const bench = await benchPhone({ overrides: { calls: { callWaiting: true } } })
  const { sipCallId, dialog } = await talking(bench)
  const ringing = bench.agent.call({ offer: peerSdp() })
  for (const [replaces, answer] of [
    [naming('other@host'), '481 Call/Transaction Does Not Exist'],
    [naming(sipCallId, { fromTag: 'b' }), '481 Call/Transaction Does Not Exist'],
    [naming(sipCallId, { toTag: 'a', fromTag: 'me' }), '481 Call/Transaction Does Not Exist'],
    [naming(ringing.sipCallId), '481 Call/Transaction Does Not Exist'],
    [naming(sipCallId, { earlyOnly: true }), '486 Busy Here'],
  ] as const) {
    assert.deepEqual(bench.agent.call({ ...carol, replaces }).answers, [answer])
  }
  assert.equal(dialog.byes, 0)
})

test('a stranger, or an offer nothing can be shared with, takes no call over', async () => {
  const bench = await benchPhone({ overrides: { calls: { acceptDirect: 'never' } } })
  const one = await talking(bench)
  assert.deepEqual(bench.agent.call({ ...carol, replaces: naming(one.sipCallId) }).answers, ['403 Forbidden'])
  const open = await benchPhone()
  const other = await talking(open)
  const replaces = naming(other.sipCallId)
  const incoming = open.agent.call({ ...carol, offer: peerSdp({ formats: '18' }), replaces })
  assert.deepEqual(incoming.answers, ['488 Not Acceptable Here'])
  assert.deepEqual([one.dialog.byes, other.dialog.byes], [0, 0])
})

test('a call on hold stays unheard when its peer changes', async () => {
  const bench = await benchPhone()
  const { callId, sipCallId, dialog } = await talking(bench)
  dialog.onOffer = async () => ({
    status: 200,
    reason: 'OK',
    source: 'peer',
    answer: peerSdp({ extra: ['a=recvonly'] }),
  })
  await bench.phone.hold(callId)
  bench.agent.call({ ...carol, replaces: naming(sipCallId) })
  await bench.time.advance(0)
  assert.deepEqual(
    bench.phone.snapshot().calls.map(({ remote, onHold }) => [remote.uri, onHold.local]),
    [['sip:carol@192.0.2.3', true]],
  )
})
