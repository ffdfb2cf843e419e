import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { IncomingRefer } from '../../electron/phone/ports.ts'
import { askLimitMs } from '../../electron/phone/transfer-requests.ts'
import { ringingLimitMs, silenceLimitMs } from '../../electron/phone/transfer-state.ts'
import type { FakeDialog } from '../support/fake-user-agent.ts'
import { benchPhone, peerSdp, type Bench } from '../support/phone-bench.ts'

async function talking(bench: Bench, target = 'bob@192.0.2.2') {
  const { callId } = bench.phone.dial({ target })
  await bench.time.advance(0)
  const dialog = bench.agent.invites.at(-1)?.accept(peerSdp())
  assert.ok(dialog)
  await bench.time.advance(0)
  return { callId, dialog }
}

const stateOf = ({ phone }: Bench, callId: string) =>
  phone.snapshot().calls.find((call) => call.callId === callId)?.state

const accepted = { status: 202, reason: 'Accepted', source: 'peer', subscribed: true } as const

/** What the peer says to our REFER. */
function lastRefer(dialog: FakeDialog) {
  const sent = dialog.refers.at(-1)
  assert.ok(sent)
  return sent
}

describe('we transfer', () => {
  test('blind: accepted, rings, reached; then the call ends', async () => {
    const bench = await benchPhone()
    const { callId, dialog } = await talking(bench)
    const done = bench.phone.transfer(callId, 'carol@192.0.2.3')
    await bench.time.advance(0)
    const { refer, delegate } = lastRefer(dialog)
    assert.equal(refer.target, 'sip:carol@192.0.2.3')
    assert.equal(refer.replaces, undefined)
    assert.match(refer.referredBy, /^sip:dialtone@192\.0\.2\.1/)
    delegate.onAnswered(accepted)
    delegate.onReport({ status: 100, reason: 'Trying', terminated: false })
    delegate.onReport({ status: 180, reason: 'Ringing', terminated: false })
    const [shown] = bench.phone.snapshot().calls
    assert.deepEqual(shown?.transfer, { target: 'sip:carol@192.0.2.3', code: 180, reason: 'Ringing' })
    await assert.rejects(bench.phone.transfer(callId, 'dave@192.0.2.4'), { code: 'bad-state' })
    delegate.onReport({ status: 200, reason: 'OK', terminated: true })
    await done
    assert.equal(dialog.byes, 1)
    assert.deepEqual(bench.phone.snapshot().calls, [])
    const inputs = bench.trace.lastInputs().filter(({ machine }) => machine === 'transfer')
    assert.deepEqual(
      inputs.map(({ kind, ...more }) => [kind, 'status' in more && more.status]),
      [
        ['answered', 202],
        ['report', 100],
        ['report', 180],
        ['report', 200],
      ],
    )
    assert.deepEqual([...new Set(inputs.map(({ of }) => of))], [dialog.name.callId])
  })

  test('the peer accepts, but will never tell (RFC 4488): that is a success', async () => {
    const bench = await benchPhone()
    const { callId, dialog } = await talking(bench)
    const done = bench.phone.transfer(callId, 'carol@192.0.2.3')
    await bench.time.advance(0)
    lastRefer(dialog).delegate.onAnswered({ ...accepted, subscribed: false })
    await done
    assert.equal(dialog.byes, 1)
  })

  test('whatever goes wrong, the call goes on and can be transferred again', async () => {
    const bench = await benchPhone()
    const { callId, dialog } = await talking(bench)
    type Say = (delegate: ReturnType<typeof lastRefer>['delegate']) => unknown
    const cases: readonly [string, Say, object][] = [
      [
        'refused',
        (peer) => peer.onAnswered({ status: 603, reason: 'Decline', source: 'peer', subscribed: false }),
        { code: 'rejected', data: { sipCode: 603, reason: 'Decline' } },
      ],
      [
        'no answer to the REFER',
        (peer) => peer.onAnswered({ status: 408, reason: 'Request Timeout', source: 'timeout', subscribed: false }),
        { code: 'timeout' },
      ],
      [
        'not sent',
        (peer) => peer.onAnswered({ status: 503, reason: 'Closed', source: 'unreachable', subscribed: false }),
        { code: 'unreachable' },
      ],
      [
        'the target is busy',
        (peer) => {
          peer.onAnswered(accepted)
          peer.onReport({ status: 486, reason: 'Busy Here', terminated: true })
        },
        { code: 'rejected', data: { sipCode: 486, reason: 'Busy Here' } },
      ],
      [
        'the target knows nothing of the call to be replaced',
        (peer) => {
          peer.onAnswered(accepted)
          peer.onReport({ status: 481, reason: 'Call/Transaction Does Not Exist', terminated: true })
        },
        { code: 'rejected', data: { sipCode: 481, reason: 'Call/Transaction Does Not Exist' } },
      ],
      [
        'the report is faster than the answer',
        (peer) => {
          peer.onReport({ status: 404, reason: 'Not Found', terminated: true })
          peer.onAnswered(accepted)
        },
        { code: 'rejected', data: { sipCode: 404, reason: 'Not Found' } },
      ],
      [
        'the subscription ends without a word',
        (peer) => {
          peer.onAnswered(accepted)
          peer.onReport({ terminated: true })
        },
        { code: 'timeout' },
      ],
      [
        'never a report',
        (peer) => {
          peer.onAnswered(accepted)
          return bench.time.advance(silenceLimitMs)
        },
        { code: 'timeout' },
      ],
      [
        'rings for ever',
        (peer) => {
          peer.onAnswered(accepted)
          peer.onReport({ status: 180, reason: 'Ringing', terminated: false })
          return bench.time.advance(ringingLimitMs)
        },
        { code: 'timeout' },
      ],
    ]
    for (const [name, say, error] of cases) {
      const failed = assert.rejects(bench.phone.transfer(callId, 'carol@192.0.2.3'), error, name)
      await bench.time.advance(0)
      await say(lastRefer(dialog).delegate)
      await failed
      assert.equal(stateOf(bench, callId), 'confirmed', name)
      assert.equal(bench.phone.snapshot().calls[0]?.transfer, undefined, name)
      assert.equal(dialog.byes, 0, name)
    }
  })

  test('progress without end is not waited for without end', async () => {
    const bench = await benchPhone()
    const { callId, dialog } = await talking(bench)
    const failed = assert.rejects(bench.phone.transfer(callId, 'carol@192.0.2.3'), { code: 'timeout' })
    await bench.time.advance(0)
    const { delegate } = lastRefer(dialog)
    delegate.onAnswered(accepted)
    for (let waited = 0; waited <= 2 * ringingLimitMs; waited += 20_000) {
      delegate.onReport({ status: 180, reason: 'Ringing', terminated: false })
      await bench.time.advance(20_000)
    }
    await failed
    assert.equal(stateOf(bench, callId), 'confirmed')
  })

  test('a peer that knows nothing of the call has lost it (RFC 3261 12.2.1.2)', async () => {
    const bench = await benchPhone()
    const { callId, dialog } = await talking(bench)
    const failed = assert.rejects(bench.phone.transfer(callId, 'carol@192.0.2.3'), { code: 'rejected' })
    await bench.time.advance(0)
    lastRefer(dialog).delegate.onAnswered({ status: 481, reason: 'Gone', source: 'peer', subscribed: false })
    await failed
    await bench.time.advance(0)
    assert.deepEqual([stateOf(bench, callId), bench.heard.ended[0]?.cause], [undefined, 'network-lost'])
  })

  test('the peer hangs up before it has said how it went', async () => {
    const bench = await benchPhone()
    const { callId, dialog } = await talking(bench)
    const failed = assert.rejects(bench.phone.transfer(callId, 'carol@192.0.2.3'), { code: 'bad-state' })
    await bench.time.advance(0)
    dialog.delegate?.onBye('remote', undefined)
    await failed
  })

  test('attended: the one peer is to replace us in the call with the other; both calls end', async () => {
    const bench = await benchPhone()
    const bob = await talking(bench)
    const carol = await talking(bench, 'carol@192.0.2.3')
    const done = bench.phone.transferTo(bob.callId, carol.callId)
    await bench.time.advance(0)
    const { refer, delegate } = lastRefer(bob.dialog)
    assert.equal(refer.target, carol.dialog.remoteTarget)
    const { callId, localTag, remoteTag } = carol.dialog.name
    assert.deepEqual(refer.replaces, { callId, toTag: remoteTag, fromTag: localTag, earlyOnly: false })
    delegate.onAnswered(accepted)
    // Who is replaced hears it from the other peer first.
    carol.dialog.delegate?.onBye('remote', undefined)
    delegate.onReport({ status: 200, reason: 'OK', terminated: true })
    await done
    assert.deepEqual([bob.dialog.byes, carol.dialog.byes], [1, 0])
    assert.deepEqual(bench.phone.snapshot().calls, [])
  })

  test('attended and failed: both calls go on', async () => {
    const bench = await benchPhone()
    const bob = await talking(bench)
    const carol = await talking(bench, 'carol@192.0.2.3')
    const data = { sipCode: 481, reason: 'Call/Transaction Does Not Exist' }
    const failed = assert.rejects(bench.phone.transferTo(bob.callId, carol.callId), { code: 'rejected', data })
    await bench.time.advance(0)
    const { delegate } = lastRefer(bob.dialog)
    delegate.onAnswered(accepted)
    delegate.onReport({ status: 481, reason: 'Call/Transaction Does Not Exist', terminated: true })
    await failed
    assert.deepEqual([stateOf(bench, bob.callId), stateOf(bench, carol.callId)], ['confirmed', 'confirmed'])
  })

  test('what cannot be transferred', async () => {
    const bench = await benchPhone()
    const { callId } = await talking(bench)
    const { callId: ringing } = bench.phone.dial({ target: 'carol@192.0.2.3' })
    await bench.time.advance(0)
    await assert.rejects(bench.phone.transfer(ringing, 'dave@192.0.2.4'), { code: 'bad-state' })
    await assert.rejects(bench.phone.transferTo(callId, ringing), { code: 'bad-state' })
    await assert.rejects(bench.phone.transferTo(callId, callId), {
      code: 'invalid-params',
      data: { field: 'otherCallId' },
    })
    await assert.rejects(bench.phone.transferTo(callId, 'nobody'), { code: 'not-found' })
    await assert.rejects(bench.phone.transfer('nobody', 'dave@192.0.2.4'), { code: 'not-found' })
    await assert.rejects(bench.phone.transfer(callId, '@'), { code: 'invalid-params' })
  })
})

/** A REFER that came in, and what we said to it. */
function wish(rest: Partial<IncomingRefer> = {}) {
  const said: string[] = []
  const refer: IncomingRefer = {
    target: 'sip:carol@192.0.2.3',
    replaces: undefined,
    requiresReplaces: false,
    referredBy: 'sip:bob@192.0.2.2',
    accept: () => said.push('accept'),
    reject: (status) => said.push(`reject ${status}`),
    report: (status) => said.push(`report ${status}`),
    ...rest,
  }
  return { refer, said }
}

const asked = (acceptTransfer: 'ask' | 'always' | 'never') => benchPhone({ overrides: { calls: { acceptTransfer } } })

describe('the peer transfers us', () => {
  test('always: calls at once, tells how it goes, and takes the old call out of the ear when it is answered', async () => {
    const bench = await asked('always')
    const { callId, dialog } = await talking(bench)
    const replaces = { callId: 'x@y', toTag: 'a', fromTag: 'b', earlyOnly: false }
    const { refer, said } = wish({ replaces, requiresReplaces: true })
    dialog.delegate?.onRefer?.(refer)
    await bench.time.advance(0)
    const outgoing = bench.agent.invites[1]
    assert.ok(outgoing)
    assert.equal(outgoing.invite.uri, 'sip:carol@192.0.2.3')
    const { referredBy, replaces: sent, requiresReplaces } = outgoing.invite.referral ?? {}
    assert.deepEqual([referredBy, sent, requiresReplaces], ['sip:bob@192.0.2.2', replaces, true])
    const again = wish()
    dialog.delegate?.onRefer?.(again.refer)
    assert.deepEqual(again.said, ['reject 491'], 'one at a time')
    outgoing.ring()
    assert.equal(bench.phone.snapshot().calls[0]?.onHold.local, false, 'not before there is somebody to talk to')
    outgoing.accept(peerSdp())
    await bench.time.advance(0)
    assert.deepEqual(said.slice(0, 3), ['accept', 'report 180', 'report 200'])
    assert.equal(bench.phone.snapshot().calls[0]?.onHold.local, true)
    dialog.delegate?.onBye('remote', undefined)
    await bench.time.advance(0)
    assert.equal(stateOf(bench, callId), undefined)
    assert.equal(bench.phone.snapshot().calls.length, 1)
  })

  test('a target that refuses: the peer hears why, and the call with it goes on', async () => {
    const bench = await asked('always')
    const { callId, dialog } = await talking(bench)
    const { refer, said } = wish()
    dialog.delegate?.onRefer?.(refer)
    await bench.time.advance(0)
    bench.agent.invites[1]?.reject(486, 'Busy Here')
    await bench.time.advance(0)
    assert.equal(said.at(-1), 'report 486')
    assert.deepEqual([stateOf(bench, callId), bench.phone.snapshot().calls[0]?.onHold.local], ['confirmed', false])
    const again = wish()
    dialog.delegate?.onRefer?.(again.refer)
    assert.equal(again.said[0], 'accept', 'it may ask again')
  })

  test('never', async () => {
    const bench = await asked('never')
    const { dialog } = await talking(bench)
    const { refer, said } = wish()
    dialog.delegate?.onRefer?.(refer)
    await bench.time.advance(0)
    assert.deepEqual([said, bench.agent.invites.length], [['reject 603'], 1])
  })

  test('ask: nothing is called before the user says so', async () => {
    const bench = await asked('ask')
    const { callId, dialog } = await talking(bench)
    const requests: unknown[] = []
    Object.assign(bench.heard, { onTransferRequested: (request: unknown) => requests.push(request) })
    const first = wish()
    dialog.delegate?.onRefer?.(first.refer)
    const request = { callId, target: 'sip:carol@192.0.2.3' }
    assert.deepEqual([requests, bench.phone.snapshot().transferRequests], [[request], [request]])
    bench.phone.answerTransfer(callId, false)
    assert.deepEqual(first.said, ['accept', 'report 603'])
    assert.deepEqual(bench.phone.snapshot().transferRequests, [])
    assert.throws(() => bench.phone.answerTransfer(callId, true), { code: 'not-found' })
    const late = wish()
    dialog.delegate?.onRefer?.(late.refer)
    await bench.time.advance(askLimitMs)
    assert.deepEqual(late.said, ['accept', 'report 603'], 'silence is a no')
    assert.equal(bench.agent.invites.length, 1)
    const third = wish()
    dialog.delegate?.onRefer?.(third.refer)
    bench.phone.answerTransfer(callId, true)
    await bench.time.advance(0)
    assert.equal(bench.agent.invites[1]?.invite.uri, 'sip:carol@192.0.2.3')
  })

  test('ask: a peer that hangs up has asked all the same; a user that does has answered', async () => {
    const bench = await asked('ask')
    const gone = await talking(bench)
    gone.dialog.delegate?.onRefer?.(wish().refer)
    gone.dialog.delegate?.onBye('remote', undefined)
    await bench.time.advance(0)
    bench.phone.answerTransfer(gone.callId, true)
    await bench.time.advance(0)
    assert.equal(bench.agent.invites.length, 2)
    const left = await talking(bench)
    left.dialog.delegate?.onRefer?.(wish().refer)
    await bench.phone.hangup(left.callId)
    assert.throws(() => bench.phone.answerTransfer(left.callId, true), { code: 'not-found' })
  })
})
