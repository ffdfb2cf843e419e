import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { sdp } from '../support/fake-phone.ts'
import { type Leg, type Member, startMember } from '../support/member.ts'
import { missing } from '../support/needs.ts'
import { Kamailio } from '../support/peers/kamailio/kamailio.ts'
import { scopeOf } from '../support/scope.ts'
import { until } from '../support/until.ts'

/** What a proxy does to a call on its way: forks, time that is up, refusals, redirections, another proxy behind it. */

const call = ({ ua, line, uri, phone }: Member, target: string) =>
  ua.invite({ uri: target, line, from: { uri }, sdp: sdp('offer') }, phone.outgoing())

const faults = (...members: readonly Member[]) => members.flatMap(({ log }) => log.faults)

suite('calls through kamailio', { skip: missing('kamailio'), concurrency: 2 }, () => {
  test('two phones of one user: both ring, one answers, the other is told that the call is taken', async (t) => {
    const scope = scopeOf(t)
    const kamailio = await Kamailio.start(scope, { switches: ['WITH_AUTH_REG', 'WITH_AUTH_INV'] })
    const alice = await startMember(scope, { user: 'alice', at: kamailio })
    const bobs = [
      await startMember(scope, { user: 'bob', at: kamailio, instance: 1 }),
      await startMember(scope, { user: 'bob', at: kamailio, instance: 2, leg: 'tcp' }),
    ] as const
    const ringing = () => alice.phone.events.filter((event) => event.startsWith('onProvisional 180')).length
    for (const [which, { phone }] of bobs.entries()) {
      phone.react = (invite) => {
        invite.ring()
        if (which === 0) void until('both ring', () => ringing() >= 2).then(() => phone.accept(invite))
      }
    }
    call(alice, 'sip:bob@sip.test')
    await alice.phone.until('onAccepted answer')
    await bobs[1].phone.until('onCancelled')
    await bobs[0].phone.until('onAck')
    const tags = alice.phone.events.filter((event) => event.startsWith('onProvisional 180'))
    assert.equal(new Set(tags).size, 2, 'each fork has a tag of its own')
    await alice.phone.dialogs[0]?.bye()
    await bobs[0].phone.until('onBye remote')
    assert.deepEqual(faults(alice, ...bobs), [])
  })

  test('nobody answers: 408 of the proxy, and both are told; the caller gives up: both are told', async (t) => {
    const scope = scopeOf(t)
    const kamailio = await Kamailio.start(scope, { switches: ['WITH_AUTH_REG', 'FRINV=2000'] })
    const alice = await startMember(scope, { user: 'alice', at: kamailio })
    const bobs = [
      await startMember(scope, { user: 'bob', at: kamailio, instance: 1 }),
      await startMember(scope, { user: 'bob', at: kamailio, instance: 2 }),
    ] as const
    for (const { phone } of bobs) phone.react = (invite) => invite.ring()
    call(alice, 'sip:bob@sip.test')
    await alice.phone.until('onRejected 408 peer')
    for (const { phone } of bobs) await phone.until('onCancelled')
    for (const { phone } of [alice, ...bobs]) phone.take()
    const second = call(alice, 'sip:bob@sip.test')
    for (const { phone } of bobs) await phone.until('onInvite')
    await alice.phone.until('onProvisional 180')
    second.cancel()
    await alice.phone.until('onRejected 487')
    for (const { phone } of bobs) await phone.until('onCancelled')
    assert.deepEqual(faults(alice, ...bobs), [])
  })

  test('486, 603, and a 302 that is followed', async (t) => {
    const scope = scopeOf(t)
    const kamailio = await Kamailio.start(scope, {
      refused: { busy: 486, no: 603 },
      moved: { gone: 'sip:bob@sip.test' },
      switches: ['WITH_AUTH_INV'],
    })
    const alice = await startMember(scope, { user: 'alice', at: kamailio })
    const bob = await startMember(scope, { user: 'bob', at: kamailio })
    for (const [user, status] of [
      ['busy', 486],
      ['no', 603],
    ] as const) {
      call(alice, `sip:${user}@sip.test`)
      await alice.phone.until(`onRejected ${status} peer`)
    }
    call(alice, 'sip:gone@sip.test')
    await alice.phone.until('onAccepted')
    await bob.phone.dialogs[0]?.bye()
    await alice.phone.until('onBye remote')
    assert.deepEqual(faults(alice, bob), [])
  })

  test('a registrar that hands out GRUUs: registered, called and calling all the same', async (t) => {
    const scope = scopeOf(t)
    const kamailio = await Kamailio.start(scope, { switches: ['WITH_AUTH_REG', 'WITH_GRUU'] })
    const alice = await startMember(scope, { user: 'alice', at: kamailio })
    const bob = await startMember(scope, { user: 'bob', at: kamailio, leg: 'tcp' })
    for (const [caller, callee] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      call(caller, callee.uri)
      await caller.phone.until('onAccepted')
      await callee.phone.until('onAck')
      await callee.phone.dialogs.at(-1)?.bye()
      await caller.phone.until('onBye remote')
      for (const { phone } of [alice, bob]) phone.take()
    }
    assert.deepEqual(faults(alice, bob), [])
  })
})

suite('two kamailios in a row', { skip: missing('kamailio'), concurrency: 2 }, () => {
  const rows: readonly (readonly [first: Leg, between: 'udp' | 'tcp', last: Leg])[] = [
    ['udp', 'tcp', 'udp'],
    ['udp', 'tcp', 'tcp'],
    ['tcp', 'udp', 'udp'],
  ]
  for (const [first, between, last] of rows) {
    test(`${first}, ${between}, ${last}: both ways, held, hung up by either; each request passes both`, async (t) => {
      const scope = scopeOf(t)
      // Each has to know of the other before that one runs.
      const spare = await Kamailio.start(scope, { address: '127.0.0.2', domain: 'b.test' })
      const { port } = spare
      await spare.program.end()
      const b = { domain: 'b.test', uri: `sip:127.0.0.2:${port};transport=${between}` }
      const switches = ['WITH_AUTH_REG', 'WITH_AUTH_INV'] as const
      const proxyA = await Kamailio.start(scope, { domain: 'a.test', peer: b, switches })
      const a = { domain: 'a.test', uri: `sip:127.0.0.1:${proxyA.port};transport=${between}` }
      const proxyB = await Kamailio.start(scope, { address: '127.0.0.2', domain: 'b.test', peer: a, port, switches })
      const alice = await startMember(scope, { user: 'alice', at: proxyA, leg: first })
      const bob = await startMember(scope, { user: 'bob', at: proxyB, leg: last })
      for (const [caller, callee] of [
        [alice, bob],
        [bob, alice],
      ] as const) {
        for (const hangsUp of [caller, callee]) {
          call(caller, callee.uri)
          await caller.phone.until('onAccepted')
          await callee.phone.until('onAck')
          for (const { phone } of [caller, callee])
            assert.equal((await phone.dialogs.at(-1)?.reinvite(sdp('hold')))?.status, 200)
          await hangsUp.phone.dialogs.at(-1)?.bye()
          await (hangsUp === caller ? callee : caller).phone.until('onBye remote')
          for (const { phone } of [alice, bob]) phone.take()
        }
      }
      const used = ({ trace }: Member) => [...new Set(trace.list().map(({ transport }) => transport))]
      assert.deepEqual([used(alice), used(bob)], [[first], [last]])
      const texts = bob.trace.list({ text: true }).map(({ text = '' }) => text)
      for (const method of ['INVITE', 'BYE', 'ACK']) {
        const came = texts.filter((text) => text.startsWith(`${method} sip:bob@127.0.0.1`))
        assert.ok(came.length > 0, method)
        for (const text of came) assert.equal(text.match(/^Via:/gm)?.length, 3, `${method} by two proxies`)
      }
      assert.deepEqual(faults(alice, bob), [])
    })
  }
})
