import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Line, UserAgent } from '../../electron/phone/ports.ts'
import type { WireMessage } from '../../electron/sip/index.ts'
import { userAgentStarter } from '../../electron/ua/index.ts'
import { Authority } from '../support/certificates.ts'
import { FakePhone, sdp } from '../support/fake-phone.ts'
import { missing } from '../support/needs.ts'
import { Kamailio } from '../support/peers/kamailio/kamailio.ts'
import { realClock } from '../support/real-clock.ts'
import { type Scope, scopeOf } from '../support/scope.ts'
import { testLog } from '../support/silent-log.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

/** Through a proxy that nobody here wrote, each leg over another transport. */
type Leg = 'udp' | 'tcp' | 'tls'

interface Member {
  readonly ua: UserAgent
  readonly line: Line
  readonly phone: FakePhone
  readonly wire: WireMessage[]
  readonly uri: string
  readonly log: ReturnType<typeof testLog>
}

async function member(scope: Scope, kamailio: Kamailio, authority: Authority, user: string, leg: Leg): Promise<Member> {
  const phone = new FakePhone()
  phone.react = (invite) => void phone.accept(invite)
  const wire: WireMessage[] = []
  const log = testLog()
  const wireTap = { onMessage: (message: WireMessage) => void wire.push(message) }
  const tls = { authorities: [authority.root.certificate] }
  const start = userAgentStarter({ clock: realClock, log, wireTap, tls })
  const ua = await start({ address: '127.0.0.1', port: 0, product: 'Dialtone/test' }, phone)
  scope.after(() => ua.close())
  const uri = `sip:${user}@${kamailio.domain}`
  const line = ua.openLine({
    from: { uri },
    registrar: `sip:${kamailio.domain}`,
    route: [`sip:127.0.0.1:${leg === 'tls' ? kamailio.tlsPort : kamailio.port};transport=${leg}`],
    credentials: { username: user, password: 'secret' },
    instanceId: `urn:uuid:00000000-0000-4000-8000-0000000000${user.length}0`,
  })
  assert.equal((await line.register({ expiresSeconds: 300 })).status, 200)
  return { ua, line, phone, wire, uri, log }
}

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

const legs: readonly (readonly [Leg, Leg])[] = [
  ['tcp', 'tcp'],
  ['tls', 'tls'],
  ['tls', 'udp'],
  ['udp', 'tcp'],
]

suite('through kamailio', { skip: missing('kamailio'), concurrency: 2 }, () => {
  for (const [here, there] of legs) {
    test(`one over ${here}, the other over ${there}: calls in both directions, hung up by either`, async (t) => {
      const scope = scopeOf(t)
      const authority = new Authority(await temporaryFolder(scope))
      const { key, certificate } = authority.issue('server', 'DNS:sip.test,IP:127.0.0.1')
      const tls = { key, certificate, authority: authority.root.certificate }
      const kamailio = await Kamailio.start(scope, { tls, switches: ['WITH_AUTH_REG', 'WITH_AUTH_INV', 'WITH_QOP'] })
      const alice = await member(scope, kamailio, authority, 'alice', here)
      const bob = await member(scope, kamailio, authority, 'bob', there)
      for (const whoHangsUp of [0, 1] as const) {
        await callAndHangUp(alice, bob, whoHangsUp)
        await callAndHangUp(bob, alice, whoHangsUp)
      }
      const used = ({ wire }: Member) => [...new Set(wire.map(({ remote }) => remote.transport))]
      assert.deepEqual([used(alice), used(bob)], [[here], [there]])
      assert.deepEqual([alice.log.faults, bob.log.faults], [[], []])
    })
  }
})
