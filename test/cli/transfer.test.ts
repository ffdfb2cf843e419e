import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RpcPhone } from '../support/rpc-phone.ts'
import { type Scope, scopeOf } from '../support/scope.ts'

/** Three programs that drive three phones: transfers as the contract has them. */

const silent = ['--audio', 'null']

async function three(scope: Scope): Promise<readonly [RpcPhone, RpcPhone, RpcPhone]> {
  return Promise.all([
    RpcPhone.start(scope, silent),
    RpcPhone.start(scope, [...silent, '--set', 'calls.acceptTransfer=ask']),
    RpcPhone.start(scope, silent),
  ])
}

/** A call between two phones, talking. */
async function connect(from: RpcPhone, to: RpcPhone): Promise<readonly [string, string]> {
  const seen = to.all('call.state').length
  const { callId } = await from.request('call.dial', { target: await to.target() })
  const incoming = await to.notification(
    'call.state',
    (change) => change.state === 'incoming' && to.all('call.state').indexOf(change) >= seen,
  )
  await to.request('call.answer', { callId: incoming.callId })
  await from.state(callId, 'confirmed')
  return [callId, incoming.callId]
}

test('blind: the peer asks its user, refuses first, then does it', { timeout: 60_000 }, async (t) => {
  const [alice, bob, carol] = await three(scopeOf(t))
  const [ours, bobs] = await connect(alice, bob)
  const target = await carol.target()
  const refused = alice.request('call.transfer', { callId: ours, target }).catch((error: unknown) => error)
  const request = await bob.notification('call.transferRequested')
  assert.equal(request.callId, bobs)
  assert.equal(request.target, target)
  assert.deepEqual(await bob.request('call.answerTransfer', { callId: bobs, accept: false }), {})
  assert.equal(((await refused) as { code: string }).code, 'rejected')
  assert.deepEqual(alice.all('call.ended'), [], 'the call goes on')

  const done = alice.request('call.transfer', { callId: ours, target })
  await bob.notification('call.transferRequested', (again) => again !== request)
  assert.deepEqual(await bob.request('call.answerTransfer', { callId: bobs, accept: true }), {})
  const incoming = await carol.notification('call.state', ({ state }) => state === 'incoming')
  await carol.request('call.answer', { callId: incoming.callId })
  assert.deepEqual(await done, {})
  const ended = await alice.ended(ours)
  assert.deepEqual([ended.by, ended.cause], ['local', 'normal'])
  await bob.ended(bobs)
  await bob.notification('phone.snapshot', ({ calls }) => calls.length === 1 && calls[0]?.state === 'confirmed')
})

test('attended: the two peers talk to each other, and nobody rang twice', { timeout: 60_000 }, async (t) => {
  const [alice, bob, carol] = await three(scopeOf(t))
  const [toBob, bobs] = await connect(alice, bob)
  const [toCarol, carols] = await connect(alice, carol)
  const done = alice.request('call.transferTo', { callId: toBob, otherCallId: toCarol })
  await bob.notification('call.transferRequested')
  await bob.request('call.answerTransfer', { callId: bobs, accept: true })
  assert.deepEqual(await done, {})
  await Promise.all([alice.ended(toBob), alice.ended(toCarol), bob.ended(bobs), carol.ended(carols)])
  const { port } = await bob.listening()
  const talking = await carol.notification(
    'phone.snapshot',
    ({ calls }) => calls.length === 1 && calls[0]?.state === 'confirmed' && calls[0].callId !== carols,
  )
  assert.match(talking.calls[0]?.remote.uri ?? '', new RegExp(`:${port}$`))
})

test('a call that is sent elsewhere by 302 is followed, and the log says so', { timeout: 60_000 }, async (t) => {
  const [alice, bob, carol] = await three(scopeOf(t))
  const { callId } = await alice.request('call.dial', { target: await bob.target() })
  const incoming = await bob.notification('call.state', ({ state }) => state === 'incoming')
  await bob.request('call.redirect', { callId: incoming.callId, target: await carol.target() })
  const ringing = await carol.notification('call.state', ({ state }) => state === 'incoming')
  await carol.request('call.answer', { callId: ringing.callId })
  await alice.state(callId, 'confirmed')
  assert.equal((await bob.ended(incoming.callId)).code, 302)
  await alice.request('call.hangup', { callId })
})

test('what the rows refuse', { timeout: 60_000 }, async (t) => {
  const phone = await RpcPhone.start(scopeOf(t), silent)
  const code = (work: Promise<unknown>) => work.catch((error: { code: string }) => error.code)
  for (const [method, params, expected] of [
    ['call.transfer', { callId: 'x', target: '1001' }, 'not-found'],
    ['call.transfer', { callId: 'x' }, 'invalid-params'],
    ['call.transferTo', { callId: 'x', otherCallId: 'x' }, 'invalid-params'],
    ['call.transferTo', { callId: 'x', otherCallId: 'y' }, 'not-found'],
    ['call.answerTransfer', { callId: 'x', accept: true }, 'not-found'],
    ['call.answerTransfer', { callId: 'x', accept: 'yes' }, 'invalid-params'],
    ['certificates.answer', { fingerprint: 'AB', accept: 'always' }, 'not-found'],
    ['certificates.answer', { fingerprint: 'AB', accept: true }, 'invalid-params'],
  ] as const) {
    assert.equal(await code(phone.request(method, params as never)), expected, `${method} ${JSON.stringify(params)}`)
  }
})
