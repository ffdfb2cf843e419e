import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Authority } from '../support/certificates.ts'
import { sdp } from '../support/fake-phone.ts'
import { freePorts } from '../support/free-ports.ts'
import { type Leg, type Member, startMember } from '../support/member.ts'
import { missing } from '../support/needs.ts'
import { Kamailio } from '../support/peers/kamailio/kamailio.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
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

  test('without any authentication: 200, 480, 404, 486, 603, and a 302 that is followed', async (t) => {
    const scope = scopeOf(t)
    const kamailio = await Kamailio.start(scope, {
      refused: { busy: 486, no: 603 },
      moved: { gone: 'sip:bob@sip.test' },
      users: { alice: 'secret', bob: 'secret', carol: 'secret' },
    })
    const alice = await startMember(scope, { user: 'alice', at: kamailio })
    const bob = await startMember(scope, { user: 'bob', at: kamailio })
    for (const [user, status] of [
      ['busy', 486],
      ['no', 603],
      ['carol', 480],
      ['nobody', 404],
    ] as const) {
      call(alice, `sip:${user}@sip.test`)
      await alice.phone.until(`onRejected ${status} peer`)
    }
    for (const target of [bob.uri, 'sip:gone@sip.test']) {
      alice.phone.take()
      call(alice, target)
      await alice.phone.until('onAccepted')
      await bob.phone.dialogs.at(-1)?.bye()
      await alice.phone.until('onBye remote')
    }
    const codes = alice.trace.list().map(({ code }) => code)
    assert.deepEqual([codes.includes(302), codes.includes(401), codes.includes(407)], [true, false, false])
    assert.deepEqual(faults(alice, bob), [])
  })

  test('a registrar that hands out GRUUs: they are the Contacts of every call, and lead there', async (t) => {
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
    const texts = [alice, bob].flatMap(({ trace }) => trace.list({ text: true }).map(({ text = '' }) => text))
    for (const user of ['alice', 'bob']) {
      const contact = new RegExp(`^Contact: <sip:${user}@sip\\.test;gr=urn:uuid:`, 'm')
      const invites = texts.filter((text) => text.startsWith('INVITE ') && text.includes(`From: <sip:${user}@`))
      assert.ok(invites.length > 0 && invites.every((text) => contact.test(text)), user)
      assert.ok(
        texts.some((text) => text.startsWith(`ACK sip:${user}@sip.test;gr=urn:uuid:`)),
        user,
      )
    }
    assert.deepEqual(faults(alice, bob), [])
  })
})

suite('two kamailios in a row', { skip: missing('kamailio'), concurrency: 2 }, () => {
  const rows: readonly (readonly [first: Leg, between: Leg, last: Leg])[] = [
    ['udp', 'tcp', 'udp'],
    ['tcp', 'udp', 'tls'],
    ['udp', 'tls', 'tcp'],
    ['tls', 'tcp', 'udp'],
  ]
  for (const [first, between, last] of rows) {
    test(`${first}, ${between}, ${last}: both ways, held, hung up by either; each request passes both`, async (t) => {
      const scope = scopeOf(t)
      const authority = new Authority(await temporaryFolder(scope))
      const names = 'DNS:a.test,DNS:b.test,IP:127.0.0.1,IP:127.0.0.2'
      const authorities = [authority.root.certificate]
      const tls = { ...authority.issue('server', names), authority: authority.root.certificate }
      // Each has to know where the other one will be before that one runs.
      const [portA, portB] = [await freePorts(2, '127.0.0.1'), await freePorts(2, '127.0.0.2')]
      const at = (address: string, port: number) =>
        `sip:${address}:${between === 'tls' ? port + 1 : port};transport=${between}`
      const shared = { tls, switches: ['WITH_AUTH_REG', 'WITH_AUTH_INV'] } as const
      const [proxyA, proxyB] = await Promise.all([
        Kamailio.start(scope, {
          ...shared,
          port: portA,
          domain: 'a.test',
          peer: { domain: 'b.test', uri: at('127.0.0.2', portB) },
        }),
        Kamailio.start(scope, {
          ...shared,
          port: portB,
          address: '127.0.0.2',
          domain: 'b.test',
          peer: { domain: 'a.test', uri: at('127.0.0.1', portA) },
        }),
      ])
      const alice = await startMember(scope, { user: 'alice', at: proxyA, leg: first, authorities })
      const bob = await startMember(scope, { user: 'bob', at: proxyB, leg: last, authorities })
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
        // The newest first (RFC 3261 16.6): by the last leg, between the two, by the first.
        for (const text of came) {
          const legs = [...text.matchAll(/^Via: SIP\/2\.0\/(\w+)/gm)].map(([, leg]) => leg?.toLowerCase())
          assert.deepEqual(legs, [last, between, first], `${method} by two proxies`)
        }
        const routes = came[0]?.match(/^Record-Route: .*$/gm) ?? []
        for (const proxy of method === 'INVITE' ? ['127.0.0.1', '127.0.0.2'] : [])
          assert.ok(
            routes.some((route) => route.includes(`<sip:${proxy}:`)),
            `${proxy} records its route`,
          )
      }
      assert.deepEqual(faults(alice, bob), [])
    })
  }
})
