import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerOffer, beginNegotiation, type Negotiation } from '../../electron/phone/offer-answer.ts'
import type { FakeDialog } from '../support/fake-user-agent.ts'
import { benchPhone, peerSdp, type Bench } from '../support/phone-bench.ts'

/** Agrees to every re-INVITE. */
function agrees(dialog: FakeDialog): void {
  let negotiation: Negotiation = beginNegotiation('7')
  dialog.onOffer = async (offer) => {
    const local = { address: '192.0.2.2', rtpPort: 30_000, rtcpPort: 30_001, codecs: ['PCMU', 'PCMA'] as const }
    const answer = answerOffer(negotiation, offer, { ...local, hold: false, source: '192.0.2.1' })
    assert.ok(answer.ok)
    negotiation = answer.negotiation
    return { status: 200, reason: 'OK', source: 'peer', answer: answer.sdp }
  }
}

/** So many answered calls; all but the last on hold. */
async function talking(count: number) {
  const bench = await benchPhone()
  const calls: { callId: string; dialog: FakeDialog }[] = []
  for (let k = 0; k < count; k++) {
    const { callId } = bench.phone.dial({ target: `peer${k}@192.0.2.2` })
    await bench.time.advance(0)
    const dialog = bench.agent.invites.at(-1)?.accept(peerSdp())
    assert.ok(dialog)
    agrees(dialog)
    calls.push({ callId, dialog })
    await bench.time.advance(0)
  }
  return { bench, calls, ids: calls.map(({ callId }) => callId) }
}

const shown = (bench: Bench) =>
  bench.phone
    .snapshot()
    .calls.map(({ conference, onHold }) => `${conference ? 'in' : 'out'} ${onHold.local ? 'held' : 'talks'}`)

test('two calls are joined: the held one is resumed, neither is held for the other', async () => {
  const { bench, ids } = await talking(2)
  assert.deepEqual(shown(bench), ['out held', 'out talks'])
  await bench.phone.conference.join(ids)
  await bench.time.advance(0)
  assert.deepEqual(shown(bench), ['in talks', 'in talks'])
  assert.deepEqual(bench.media.conferences.at(-1), ids)
})

test('one is held and stays in; it comes back without holding the other', async () => {
  const { bench, ids } = await talking(2)
  await bench.phone.conference.join(ids)
  await bench.phone.hold(ids[0]!)
  assert.deepEqual(shown(bench), ['in held', 'in talks'])
  await bench.phone.resume(ids[0]!)
  await bench.time.advance(0)
  assert.deepEqual(shown(bench), ['in talks', 'in talks'])
})

test('a third comes in, one is split off and held, one ends; the last is an ordinary call', async () => {
  const { bench, calls, ids } = await talking(3)
  await bench.phone.conference.join(ids.slice(0, 2))
  await bench.time.advance(0)
  assert.deepEqual(shown(bench), ['in talks', 'in talks', 'out held'], 'who is not in it must not overhear it')
  await bench.phone.conference.join([ids[2]!])
  assert.deepEqual(shown(bench), ['in talks', 'in talks', 'in talks'])
  await bench.phone.conference.split(ids[1]!)
  assert.deepEqual(shown(bench), ['in talks', 'out held', 'in talks'])
  assert.deepEqual(bench.media.conferences.at(-1), [ids[0], ids[2]])
  calls[0]!.dialog.delegate?.onBye('remote', undefined)
  await bench.time.advance(0)
  assert.deepEqual(shown(bench), ['out held', 'out talks'])
  assert.deepEqual(bench.media.conferences.at(-1), [])
})

test('another call is taken: the whole conference is held, and comes back in one go', async () => {
  const { bench, ids } = await talking(2)
  await bench.phone.conference.join(ids)
  const incoming = bench.agent.call({ offer: peerSdp() })
  assert.deepEqual(incoming.answers, ['180'])
  const third = bench.phone.snapshot().calls[2]!.callId
  await bench.phone.answer(third)
  await bench.time.advance(0)
  assert.deepEqual(shown(bench), ['in held', 'in held', 'out talks'])
  await bench.phone.hold(third).catch(() => {})
  await bench.phone.conference.join(ids)
  await bench.time.advance(0)
  assert.deepEqual(shown(bench).slice(0, 2), ['in talks', 'in talks'])
})

test('what cannot be joined', async () => {
  const { bench, calls, ids } = await talking(4)
  const join = (...callIds: string[]) => bench.phone.conference.join(callIds)
  await assert.rejects(join(ids[0]!), { code: 'invalid-params' })
  await assert.rejects(join(ids[0]!, ids[0]!), { code: 'invalid-params' })
  await assert.rejects(join(ids[0]!, 'nobody'), { code: 'not-found' })
  await assert.rejects(join(...ids), { code: 'bad-state' })
  await assert.rejects(bench.phone.conference.split(ids[0]!), { code: 'bad-state' })
  bench.agent.call({ offer: peerSdp() })
  await assert.rejects(join(ids[0]!, bench.phone.snapshot().calls[4]!.callId), { code: 'bad-state' })
  assert.equal(bench.media.conferences.length, 0, 'nothing was mixed')
  // Who does not come back from hold is left out.
  calls[0]!.dialog.onOffer = async () => ({ status: 488, reason: 'Not Acceptable Here', source: 'peer' })
  await assert.rejects(join(ids[0]!, ids[3]!), { code: 'rejected' })
  assert.deepEqual(bench.media.conferences.at(-1), [])
})
