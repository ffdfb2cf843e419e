import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sdp } from '../support/fake-phone.ts'
import { type Member, startMember } from '../support/member.ts'
import { missing } from '../support/needs.ts'
import { Kamailio } from '../support/peers/kamailio/kamailio.ts'
import { RpcPhone } from '../support/rpc-phone.ts'
import { scopeOf } from '../support/scope.ts'

const call = ({ ua, line, uri, phone }: Member, target: string) =>
  ua.invite({ uri: target, line, from: { uri }, sdp: sdp('offer') }, phone.outgoing())

test(
  'forwarded always, when busy, when nobody answers: 302 through kamailio',
  { skip: missing('kamailio') },
  async (t) => {
    const scope = scopeOf(t)
    const users = { alice: 'secret', bob: 'secret', carol: 'secret' }
    const kamailio = await Kamailio.start(scope, { users, switches: ['WITH_AUTH_REG', 'WITH_AUTH_INV'] })
    const alice = await startMember(scope, { user: 'alice', at: kamailio })
    const carol = await startMember(scope, { user: 'carol', at: kamailio, instance: 3 })
    const bob = await RpcPhone.start(scope, ['--audio', 'null', '--set', 'calls.callWaiting=false'])
    const account = { username: 'bob', password: 'secret', domain: kamailio.domain, proxy: kamailio.proxy }
    const forward = { always: 'carol', noAnswerSeconds: 5 }
    const { id } = await bob.request('accounts.save', { account: { ...account, forward } })
    await bob.request('accounts.register', { id })
    const forwarded = async (changed: { always?: string; busy?: string; noAnswer?: string }) => {
      await bob.request('accounts.save', { account: { id, forward: { ...changed, noAnswerSeconds: 5 } } })
    }
    const reaches = async (reason: string) => {
      await carol.phone.until('onAck')
      await alice.phone.until('onAccepted')
      const moved = alice.trace.list({ text: true }).findLast(({ code }) => code === 302)?.text ?? ''
      assert.match(moved, new RegExp(`^Diversion: <sip:bob@sip\\.test>;reason=${reason}`, 'm'))
      await carol.phone.dialogs.at(-1)?.bye()
      await alice.phone.until('onBye remote')
      for (const { phone } of [alice, carol]) phone.take()
    }

    call(alice, 'sip:bob@sip.test')
    await reaches('unconditional')
    assert.deepEqual(bob.all('call.state'), [], 'it does not even ring')

    await forwarded({ always: '', busy: 'carol' })
    const ringing = call(alice, 'sip:bob@sip.test')
    await alice.phone.until('onProvisional 180')
    call(alice, 'sip:bob@sip.test')
    await reaches('user-busy')
    ringing.cancel()
    await alice.phone.until('onRejected 487')
    alice.phone.take()

    await forwarded({ busy: '', noAnswer: 'carol' })
    call(alice, 'sip:bob@sip.test')
    await alice.phone.until('onProvisional 180')
    await reaches('no-answer')
    const codes = (await bob.request('log.list', {})).map(({ code, missed }) => [code, missed])
    assert.deepEqual(codes, [
      [302, true],
      [487, true],
      [302, true],
      [302, false],
    ])
    assert.deepEqual([...alice.log.faults, ...carol.log.faults], [])
  },
)
