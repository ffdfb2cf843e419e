import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { userAgentStarter } from '../../electron/ua/index.ts'
import { FakePhone, sdp } from '../support/fake-phone.ts'
import { realClock } from '../support/real-clock.ts'
import { scopeOf } from '../support/scope.ts'
import { testLog } from '../support/silent-log.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
const skip = hasIpv6 ? false : 'needs ::1'

const start = (address: string, ipVersion: 'auto' | '4' | '6', phone = new FakePhone()) =>
  userAgentStarter({ clock: realClock, log: testLog() })({ address, ipVersion, port: 0, product: 'Test' }, phone)

test('ipVersion: what is listened on without an address', { skip }, async (t) => {
  const scope = scopeOf(t)
  for (const [ipVersion, expected] of [
    ['4', ['0.0.0.0']],
    ['6', ['::']],
    ['auto', ['0.0.0.0', '::']],
  ] as const) {
    const agent = await start('', ipVersion)
    scope.after(() => agent.close())
    const udp = agent.listening.filter(({ transport }) => transport === 'udp')
    assert.deepEqual(
      udp.map(({ address }) => address),
      expected,
    )
    assert.equal(new Set(udp.map(({ port }) => port)).size, 1)
    const tcp = agent.listening.filter(({ transport }) => transport === 'tcp')
    assert.deepEqual(
      tcp.map(({ address }) => address),
      expected,
    )
  }
})

test('both families at once: a call from each, each told the address that it can reach', { skip }, async (t) => {
  const scope = scopeOf(t)
  const phone = new FakePhone()
  phone.react = (invite) => void phone.accept(invite)
  const both = await start('', 'auto', phone)
  scope.after(() => both.close())
  for (const [own, target] of [
    ['::1', '[::1]'],
    ['127.0.0.1', '127.0.0.1'],
  ] as const) {
    const port = both.listening.find(({ address }) => (own === '::1') === address.includes(':'))?.port
    const caller = new FakePhone()
    const agent = await start(own, 'auto', caller)
    scope.after(() => agent.close())
    const uri = `sip:me@${target}:${port}`
    agent.invite({ uri, from: { uri: `sip:you@${target}` }, sdp: sdp('offer') }, caller.outgoing())
    await caller.until('onAccepted')
    const [dialog] = caller.dialogs
    assert.ok(dialog?.remoteTarget.includes(`@${target}:${port}`), dialog?.remoteTarget)
    assert.equal(phone.invites.at(-1)?.source.address, own)
    await dialog?.bye()
  }
})
