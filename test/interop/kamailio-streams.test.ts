import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Authority } from '../support/certificates.ts'
import { sdp } from '../support/fake-phone.ts'
import { type Leg, type Member, startMember } from '../support/member.ts'
import { missing } from '../support/needs.ts'
import { Kamailio, type Switch } from '../support/peers/kamailio/kamailio.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

/** Through a proxy that nobody here wrote, each leg over another transport. */

async function callAndHangUp(caller: Member, callee: Member, whoHangsUp: 0 | 1): Promise<void> {
  const { ua, line, uri, phone } = caller
  ua.invite({ uri: callee.uri, line, from: { uri }, sdp: sdp('offer') }, phone.outgoing())
  await phone.until('onAccepted')
  await callee.phone.until('onAck')
  const dialogs = [phone.dialogs.at(-1)!, callee.phone.dialogs.at(-1)!] as const
  assert.equal((await dialogs[0].info('text/plain', 'hello')).status, 200)
  await dialogs[whoHangsUp].bye()
  await (whoHangsUp === 0 ? callee : caller).phone.until('onBye remote')
  for (const side of [caller, callee]) side.phone.take()
}

const legs: readonly (readonly [Leg, Leg, ...Switch[]])[] = [
  ['tcp', 'tcp'],
  ['tls', 'tls'],
  ['tls', 'udp'],
  ['udp', 'tcp', 'AUTH_SHA256'],
]

suite('through kamailio', { skip: missing('kamailio'), concurrency: 2 }, () => {
  for (const [here, there, ...digest] of legs) {
    test(`one over ${here}, the other over ${there}: calls in both directions, hung up by either`, async (t) => {
      const scope = scopeOf(t)
      const authority = new Authority(await temporaryFolder(scope))
      const { key, certificate } = authority.issue('server', 'DNS:sip.test,IP:127.0.0.1')
      const tls = { key, certificate, authority: authority.root.certificate }
      const switches = ['WITH_AUTH_REG', 'WITH_AUTH_INV', 'WITH_QOP', ...digest] as const
      const kamailio = await Kamailio.start(scope, { tls, switches })
      const authorities = [authority.root.certificate]
      const alice = await startMember(scope, { user: 'alice', at: kamailio, leg: here, authorities })
      const bob = await startMember(scope, { user: 'bob', at: kamailio, leg: there, authorities })
      for (const whoHangsUp of [0, 1] as const) {
        await callAndHangUp(alice, bob, whoHangsUp)
        await callAndHangUp(bob, alice, whoHangsUp)
      }
      const used = ({ trace }: Member) => [...new Set(trace.list().map(({ transport }) => transport))]
      assert.deepEqual([used(alice), used(bob)], [[here], [there]])
      const credentials = alice.trace
        .list({ text: true })
        .flatMap(({ text = '' }) => /^Proxy-Authorization: .*/m.exec(text)?.[0] ?? [])
      assert.ok(credentials.length > 0)
      const algorithm = digest.includes('AUTH_SHA256') ? /algorithm=SHA-256.*qop=auth/ : /^(?!.*SHA).*qop=auth/
      for (const shown of credentials) assert.match(shown, algorithm)
      assert.deepEqual([alice.log.faults, bob.log.faults], [[], []])
    })
  }
})
