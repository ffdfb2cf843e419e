import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Dialog, IncomingRefer, UserAgent } from '../../electron/phone/ports.ts'
import type { WireMessage } from '../../electron/sip/index.ts'
import { userAgentStarter } from '../../electron/ua/index.ts'
import { FakePhone, sdp } from '../support/fake-phone.ts'
import { realClock } from '../support/real-clock.ts'
import { testLog } from '../support/silent-log.ts'

/** REFER and Replaces between whole user agents over loopback UDP. */

interface Side {
  readonly ua: UserAgent
  readonly phone: FakePhone
  readonly log: ReturnType<typeof testLog>
  readonly uri: string
  readonly wire: string[]
}

async function side(t: TestContext, user: string): Promise<Side> {
  const phone = new FakePhone()
  const log = testLog()
  const wire: string[] = []
  const onMessage = ({ bytes }: WireMessage) => wire.push(Buffer.from(bytes).toString())
  const start = userAgentStarter({ clock: realClock, log, wireTap: { onMessage } })
  const ua = await start({ address: '127.0.0.1', port: 0, product: 'Dialtone/test' }, phone)
  t.after(() => ua.close())
  const [{ address, port } = { address: '', port: 0 }] = ua.listening
  return { ua, phone, log, wire, uri: `sip:${user}@${address}:${port}` }
}

const from = ({ uri }: Side) => ({ uri })

/** A call from one to the other, confirmed on both sides. */
async function call(caller: Side, callee: Side): Promise<readonly [Dialog, Dialog]> {
  callee.phone.react = (invite) => void callee.phone.accept(invite)
  caller.ua.invite({ uri: callee.uri, from: from(caller), sdp: sdp('offer') }, caller.phone.outgoing())
  await caller.phone.until('onAccepted')
  await callee.phone.until('onAck')
  caller.phone.take()
  callee.phone.take()
  return [caller.phone.dialogs.at(-1)!, callee.phone.dialogs.at(-1)!]
}

function noFaults(...sides: readonly Side[]): void {
  assert.deepEqual(
    sides.flatMap(({ log }) => log.faults),
    [],
  )
}

test('REFER, its reports in order, and its end', async (t) => {
  const [alice, bob] = [await side(t, 'alice'), await side(t, 'bob')]
  const [ours, theirs] = await call(alice, bob)
  for (const [dialog, asking, asked] of [
    [ours, alice, bob],
    [theirs, bob, alice],
  ] as const) {
    asked.phone.refer = (refer) => {
      refer.accept()
      refer.report(180, 'Ringing')
      refer.report(183, 'Session Progress')
      refer.report(200, 'OK')
      refer.report(486, 'too late')
    }
    dialog.refer({ target: 'sip:carol@127.0.0.1:9', referredBy: asking.uri }, asking.phone.referral())
    await asking.phone.until('onReport 200 terminated')
    const refer = asked.phone.refers.at(-1)!
    assert.deepEqual([refer.target, refer.referredBy, refer.replaces], ['sip:carol@127.0.0.1:9', asking.uri, undefined])
    const told = asking.phone.take()
    assert.ok(told.includes('onAnswered 202 subscribed'))
    assert.equal(told.filter((line) => line.startsWith('onReport')).at(0), 'onReport 100 active')
    assert.ok(!told.some((line) => line.includes('486')), 'nothing after the end')
    asked.phone.take()
  }
  noFaults(alice, bob)
})

test('a REFER that is refused, one that says nothing, and one to nowhere', async (t) => {
  const [alice, bob] = [await side(t, 'alice'), await side(t, 'bob')]
  const [dialog] = await call(alice, bob)
  bob.phone.refer = (refer) => refer.reject(603, 'Decline')
  dialog.refer({ target: 'sip:carol@127.0.0.1:9', referredBy: alice.uri }, alice.phone.referral())
  await alice.phone.until('onAnswered 603 alone')
  dialog.refer({ target: 'nowhere', referredBy: alice.uri }, alice.phone.referral())
  await alice.phone.until('onAnswered 416 alone')
  bob.phone.throwing.add('onRefer')
  dialog.refer({ target: 'sip:carol@127.0.0.1:9', referredBy: alice.uri }, alice.phone.referral())
  await alice.phone.until('onAnswered 500 alone')
  assert.equal((await dialog.info('a/b', 'still here')).status, 200)
  noFaults(alice)
})

test('several REFERs in one dialog are told apart by their reports', async (t) => {
  const [alice, bob] = [await side(t, 'alice'), await side(t, 'bob')]
  const [dialog] = await call(alice, bob)
  const open: IncomingRefer[] = []
  bob.phone.refer = (refer) => {
    refer.accept()
    open.push(refer)
  }
  const first = new FakePhone()
  const second = new FakePhone()
  dialog.refer({ target: 'sip:one@127.0.0.1', referredBy: alice.uri }, first.referral())
  await first.until('onReport 100')
  dialog.refer({ target: 'sip:two@127.0.0.1', referredBy: alice.uri }, second.referral())
  await second.until('onReport 100')
  open[1]?.report(486, 'Busy Here')
  await second.until('onReport 486 terminated')
  open[0]?.report(200, 'OK')
  await first.until('onReport 200 terminated')
  assert.ok(!first.events.some((line) => line.includes('486')))
  noFaults(alice, bob)
})

test('Replaces goes to whoever holds that dialog, with the tags the right way round', async (t) => {
  const [alice, bob, carol] = [await side(t, 'alice'), await side(t, 'bob'), await side(t, 'carol')]
  const [toBob] = await call(alice, bob)
  const [toCarol, atCarol] = await call(alice, carol)
  const { callId, localTag, remoteTag } = toCarol.name
  assert.deepEqual(atCarol.name, { callId, localTag: remoteTag, remoteTag: localTag })
  assert.equal(toCarol.remoteTarget.replace(/;.*/, ''), carol.uri)
  const replaces = { callId, toTag: remoteTag, fromTag: localTag, earlyOnly: false }
  toBob.refer({ target: toCarol.remoteTarget, replaces, referredBy: alice.uri }, alice.phone.referral())
  await bob.phone.until('onRefer')
  const [refer] = bob.phone.refers
  assert.deepEqual(refer?.replaces, replaces)
  assert.equal(refer?.requiresReplaces, true)
  refer?.accept()
  bob.ua.invite({ uri: refer!.target, from: from(bob), sdp: sdp('offer'), referral: refer! }, bob.phone.outgoing())
  await carol.phone.until('onAck')
  const invite = carol.phone.invites.at(-1)!
  assert.deepEqual(invite.replaces, replaces)
  assert.equal(invite.header('Referred-By'), `<${alice.uri}>`)
  assert.equal(invite.header('Require'), 'replaces')
  noFaults(alice, bob, carol)
})

test('after the BYE nothing is reported any more, and nobody minds', async (t) => {
  const [alice, bob] = [await side(t, 'alice'), await side(t, 'bob')]
  const [dialog] = await call(alice, bob)
  dialog.refer({ target: 'sip:carol@127.0.0.1:9', referredBy: alice.uri }, alice.phone.referral())
  await bob.phone.until('onRefer')
  const [refer] = bob.phone.refers
  refer?.accept()
  await alice.phone.until('onReport 100')
  await dialog.bye()
  await bob.phone.until('onBye')
  refer?.report(200, 'OK')
  dialog.refer({ target: 'sip:carol@127.0.0.1:9', referredBy: alice.uri }, alice.phone.referral())
  await alice.phone.until('onAnswered 503 alone')
  noFaults(alice, bob)
})
