import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { UserAgent } from '../../electron/phone/ports.ts'
import { userAgentStarter } from '../../electron/ua/index.ts'
import { FakePhone, nameOf, sdp, callbacks } from '../support/fake-phone.ts'
import { realClock } from '../support/real-clock.ts'
import { testLog } from '../support/silent-log.ts'

/** Two whole user agents over loopback UDP: everything but the sound. */

interface Side {
  readonly ua: UserAgent
  readonly phone: FakePhone
  readonly log: ReturnType<typeof testLog>
  readonly uri: string
}

async function side(t: TestContext, user: string): Promise<Side> {
  const phone = new FakePhone()
  const log = testLog()
  const start = userAgentStarter({ clock: realClock, log })
  const ua = await start({ address: '127.0.0.1', port: 0, product: 'Dialtone/test' }, phone)
  t.after(() => ua.close())
  const [{ address, port } = { address: '', port: 0 }] = ua.listening
  return { ua, phone, log, uri: `sip:${user}@${address}:${port}` }
}

async function pair(t: TestContext) {
  return [await side(t, 'alice'), await side(t, 'bob')] as const
}

const from = ({ uri }: Side, displayName?: string) => ({ uri, ...(displayName === undefined ? {} : { displayName }) })

/** A call from one to the other, confirmed on both sides. */
async function call(caller: Side, callee: Side) {
  callee.phone.react = (invite) => void callee.phone.accept(invite)
  caller.ua.invite({ uri: callee.uri, from: from(caller), sdp: sdp('offer') }, caller.phone.outgoing())
  await caller.phone.until('onAccepted')
  await callee.phone.until('onAck')
  caller.phone.take()
  callee.phone.take()
  return [caller.phone.dialogs.at(-1)!, callee.phone.dialogs.at(-1)!] as const
}

test('call, ring, answer, speak of it by INFO, hang up: by either side', async (t) => {
  const [alice, bob] = await pair(t)
  for (const [caller, callee, whoHangsUp] of [
    [alice, bob, 0],
    [bob, alice, 1],
  ] as const) {
    callee.phone.react = (invite) => {
      invite.ring()
      void callee.phone.accept(invite)
    }
    caller.ua.invite({ uri: callee.uri, from: from(caller, '張 "三"'), sdp: sdp('offer') }, caller.phone.outgoing())
    await caller.phone.until('onAccepted answer')
    await callee.phone.until('onAck')
    const invite = callee.phone.invites.at(-1)!
    assert.equal(invite.from.displayName, '張 "三"')
    assert.equal(invite.from.uri, caller.uri)
    assert.equal(nameOf(invite.offer!), 'offer')
    assert.equal(invite.header('user-agent'), 'Dialtone/test')
    assert.equal(invite.fromSelf, false)
    assert.equal(invite.source.port, caller.ua.listening[0]!.port)
    assert.match(caller.phone.events[0]!, /^onProvisional 180 \S+$/)
    const dialogs = [caller.phone.dialogs.at(-1)!, callee.phone.dialogs.at(-1)!]
    assert.deepEqual(
      dialogs.map(({ localAddress, remoteAddress }) => [localAddress, remoteAddress]),
      [
        ['127.0.0.1', '127.0.0.1'],
        ['127.0.0.1', '127.0.0.1'],
      ],
    )
    for (const dialog of dialogs) assert.equal((await dialog.info('text/plain', 'Grüße 張三')).status, 200)
    for (const { phone } of [caller, callee]) await phone.until('onInfo text/plain Grüße 張三')
    await dialogs[whoHangsUp]!.bye('enough')
    const other = [caller, callee][1 - whoHangsUp]!
    await other.phone.until('onBye remote SIP;cause=200;text="enough"')
    caller.phone.take()
    callee.phone.take()
  }
  assert.deepEqual([...alice.log.faults, ...bob.log.faults], [])
})

test('reject, redirect, cancel', async (t) => {
  const [alice, bob] = await pair(t)
  const invite = () => alice.ua.invite({ uri: bob.uri, from: from(alice), sdp: sdp('offer') }, alice.phone.outgoing())
  bob.phone.react = (incoming) => incoming.reject(486)
  invite()
  await alice.phone.until('onRejected 486 peer')
  bob.phone.react = (incoming) => {
    if (incoming.requestUri.startsWith('sip:carol@')) incoming.reject(480)
    else incoming.redirect([bob.uri.replace('bob', 'carol')])
  }
  invite()
  await alice.phone.until('onRejected 480 peer')
  bob.phone.react = (incoming) => incoming.ring()
  const given = invite()
  await alice.phone.until('onProvisional 180')
  given.cancel()
  await alice.phone.until('onRejected 487 peer')
  await bob.phone.until('onCancelled')
  assert.deepEqual([...alice.log.faults, ...bob.log.faults], [])
})

test('hold and resume, from both sides', async (t) => {
  const [alice, bob] = await pair(t)
  const dialogs = await call(alice, bob)
  bob.phone.onReinvite = (offer) => ({ sdp: sdp(`answer to ${nameOf(offer ?? '')}`) })
  alice.phone.onReinvite = bob.phone.onReinvite
  for (const [at, dialog] of dialogs.entries()) {
    for (const what of ['hold', 'resume']) {
      const { status, answer } = await dialog.reinvite(sdp(what))
      assert.deepEqual([status, nameOf(answer!)], [200, `answer to ${what}`])
      await [bob, alice][at]!.phone.until('onAck')
      ;[bob, alice][at]!.phone.take()
    }
  }
  bob.phone.onReinvite = () => ({ status: 488, reason: 'Not Acceptable Here' })
  assert.equal((await dialogs[0].reinvite(sdp('nothing shared'))).status, 488)
  await dialogs[0].bye()
  await bob.phone.until('onBye remote')
  assert.deepEqual([...alice.log.faults, ...bob.log.faults], [])
})

test('a call to oneself is seen as one, and goes through all the same', async (t) => {
  const alice = await side(t, 'alice')
  const dialogs: string[] = []
  alice.phone.react = (invite) => {
    assert.equal(invite.fromSelf, true)
    void alice.phone.accept(invite)
  }
  alice.ua.invite({ uri: alice.uri, from: from(alice), sdp: sdp('offer') }, alice.phone.outgoing())
  await alice.phone.until('onAccepted answer')
  await alice.phone.until('onAck')
  assert.equal(alice.phone.dialogs.length, 2)
  for (const dialog of alice.phone.dialogs) {
    alice.phone.take()
    assert.equal((await dialog.reinvite(sdp('hold'))).status, 200)
    await alice.phone.until('onReinvite hold')
    dialogs.push(dialog.sipCallId)
  }
  assert.equal(dialogs[0], dialogs[1])
  await alice.phone.dialogs[0]!.bye()
  await alice.phone.until('onBye remote')
  alice.phone.react = (invite) => invite.reject(486)
  alice.ua.invite({ uri: alice.uri, from: from(alice), sdp: sdp('offer') }, alice.phone.outgoing())
  await alice.phone.until('onRejected 486 peer')
  assert.deepEqual(alice.log.faults, [])
})

test('OPTIONS; nobody there; no way there', async (t) => {
  const [alice, bob] = await pair(t)
  assert.equal((await alice.ua.options(bob.uri)).status, 200)
  await bob.ua.close()
  const { status, source } = await alice.ua.options(bob.uri)
  assert.deepEqual([status, source], [503, 'unreachable'])
  alice.ua.invite({ uri: bob.uri, from: from(alice), sdp: sdp('offer') }, alice.phone.outgoing())
  await alice.phone.until('onRejected 503 unreachable')
  await assert.rejects(alice.ua.route('nonsense'), { code: 'bad-target' })
  const direct = { localAddress: '127.0.0.1', remoteAddress: '127.0.0.1', remotePort: 9, transport: 'udp' }
  assert.deepEqual(await alice.ua.route('sip:127.0.0.1:9'), direct)
})

test('listening on every interface, the address a peer gets is one it can reach', async (t) => {
  const phone = new FakePhone()
  const start = userAgentStarter({ clock: realClock, log: testLog() })
  const ua = await start({ address: '', port: 0, product: 'Dialtone/test' }, phone)
  t.after(() => ua.close())
  const bob = await side(t, 'bob')
  const open = { ua, phone, log: testLog(), uri: `sip:open@127.0.0.1:${ua.listening[0]!.port}` }
  for (const [caller, callee] of [
    [open, bob],
    [bob, open],
  ] as const) {
    const dialogs = await call(caller, callee)
    for (const dialog of dialogs)
      assert.deepEqual([dialog.localAddress, dialog.remoteAddress], ['127.0.0.1', '127.0.0.1'])
    for (const dialog of dialogs) assert.equal((await dialog.reinvite(sdp('hold'))).status, 200)
    await dialogs[0].bye()
    await callee.phone.until('onBye')
  }
})

test('a port that is taken says so', async (t) => {
  const alice = await side(t, 'alice')
  const start = userAgentStarter({ clock: realClock, log: testLog() })
  const { port } = alice.ua.listening[0]!
  await assert.rejects(start({ address: '127.0.0.1', port, product: 'x' }, new FakePhone()), { code: 'port-in-use' })
})

test('a throw in every callback of one call leaves another call untouched', async (t) => {
  const [alice, bob] = await pair(t)
  const [kept] = await call(alice, bob)
  for (const name of callbacks) {
    bob.phone.react = (invite) => {
      invite.ring()
      void bob.phone.accept(invite)
    }
    for (const { phone } of [alice, bob]) phone.throwing.add(name)
    const made = alice.phone.dialogs.length
    alice.ua.invite({ uri: bob.uri, from: from(alice), sdp: sdp('offer') }, alice.phone.outgoing())
    await alice.phone.until(name === 'onInvite' ? 'onRejected' : 'onAccepted')
    const dialog = alice.phone.dialogs[made]
    if (dialog) {
      await dialog.reinvite(sdp('hold'))
      await dialog.info('a/b', 'x')
      await dialog.bye()
    }
    await alice.ua.options(bob.uri)
    bob.phone.react = (invite) => invite.ring()
    const given = alice.ua.invite({ uri: bob.uri, from: from(alice), sdp: sdp('offer') }, alice.phone.outgoing())
    await bob.phone.until('onInvite')
    given.cancel()
    await alice.phone.until('onRejected')
    for (const { phone } of [alice, bob]) phone.throwing.clear()
    assert.ok([...alice.log.faults, ...bob.log.faults].length > 0, `${name} threw`)
    for (const { log, phone } of [alice, bob]) {
      for (const { detail } of log.faults.splice(0))
        assert.match(JSON.stringify(detail), new RegExp(`injected into ${name}`))
      phone.take()
    }
    assert.equal((await kept.info('a/b', 'still here')).status, 200, `after a throw in ${name}`)
  }
  await kept.bye()
})
