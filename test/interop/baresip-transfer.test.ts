import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { missing } from '../support/needs.ts'
import { Baresip } from '../support/peers/baresip.ts'
import { RpcPhone } from '../support/rpc-phone.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { toneSound, writeSound } from '../support/wav.ts'

/** We transfer calls (RFC 3515, RFC 3891), and baresip is who is transferred or whom to. */

async function bench(t: TestContext) {
  const scope = scopeOf(t)
  const tone = join(await temporaryFolder(scope), 'tone.wav')
  await writeSound(tone, toneSound(1000, 60))
  const willing = ['--audio', 'null', '--set', 'calls.acceptTransfer=always']
  const [baresip, alice, bob] = await Promise.all([
    Baresip.start(scope, { play: tone, recording: false }),
    RpcPhone.start(scope, ['--audio', 'null']),
    RpcPhone.start(scope, willing),
  ])
  /** Bob takes whoever calls next. */
  const bobAnswers = async () => {
    const seen = bob.all('call.state').length
    const incoming = await bob.notification(
      'call.state',
      (change) => change.state === 'incoming' && bob.all('call.state').indexOf(change) >= seen,
    )
    await bob.request('call.answer', { callId: incoming.callId })
    return incoming.callId
  }
  const toBob = async () => {
    const [{ callId }, theirs] = await Promise.all([
      alice.request('call.dial', { target: await bob.target() }),
      bobAnswers(),
    ])
    await alice.state(callId, 'confirmed')
    return { callId, theirs }
  }
  const toBaresip = async () => {
    const { callId } = await alice.request('call.dial', { target: baresip.target })
    await alice.state(callId, 'confirmed')
    await baresip.event('CALL_ESTABLISHED')
    return callId
  }
  /** Whom bob talks to in the end, and only to. */
  const bobTalksTo = async (port: number) => {
    const { calls } = await bob.notification('phone.snapshot', (snapshot) => {
      const [only, ...more] = snapshot.calls
      return more.length === 0 && only?.state === 'confirmed' && only.remote.uri.includes(`:${port}`)
    })
    return calls[0]?.callId ?? ''
  }
  return { baresip, alice, bob, bobAnswers, toBob, toBaresip, bobTalksTo }
}

suite('transfers with baresip', { skip: missing('baresip') }, () => {
  test('blind: baresip is sent to another phone', async (t) => {
    const { baresip, alice, bob, bobAnswers, toBaresip, bobTalksTo } = await bench(t)
    const callId = await toBaresip()
    const done = alice.request('call.transfer', { callId, target: await bob.target() })
    await bobAnswers()
    assert.deepEqual(await done, {})
    assert.equal((await alice.ended(callId)).cause, 'normal')
    await bobTalksTo(baresip.profile.sipPort)
  })

  test('blind: another phone is sent to baresip', async (t) => {
    const { baresip, alice, toBob, bobTalksTo } = await bench(t)
    const { callId } = await toBob()
    assert.deepEqual(await alice.request('call.transfer', { callId, target: baresip.target }), {})
    await baresip.event('CALL_ESTABLISHED')
    assert.equal((await alice.ended(callId)).cause, 'normal')
    await bobTalksTo(baresip.profile.sipPort)
  })

  test('attended: baresip cannot say whose place it takes (400), and both calls go on', async (t) => {
    const { alice, bob, toBob, toBaresip } = await bench(t)
    const callId = await toBaresip()
    const { callId: otherCallId, theirs } = await toBob()
    // baresip 1.0 calls the Refer-To with the URI's headers in its Request-URI, their escapes broken.
    await assert.rejects(alice.request('call.transferTo', { callId, otherCallId }), { code: 'rejected' })
    const [tried] = await bob
      .request('trace.list', { text: true })
      .then((messages) => messages.flatMap(({ text = '' }) => (/^INVITE \S+\?Replaces=/.test(text) ? [text] : [])))
    assert.ok(tried, 'it has called bob, or this test shows nothing')
    assert.deepEqual([...alice.all('call.ended'), ...bob.all('call.ended')], [])
    await alice.request('call.resume', { callId: otherCallId })
    await alice.request('call.hangup', { callId: otherCallId })
    assert.equal((await bob.ended(theirs)).cause, 'normal')
  })

  test('attended: baresip cannot take the place of a call (420), and both calls go on', async (t) => {
    const { alice, toBob, toBaresip } = await bench(t)
    const { callId } = await toBob()
    const otherCallId = await toBaresip()
    await assert.rejects(alice.request('call.transferTo', { callId, otherCallId }), { code: 'rejected' })
    assert.deepEqual(alice.all('call.ended'), [])
  })
})
