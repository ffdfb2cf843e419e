import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  inviteServer,
  stepInviteServer,
  type InviteServerInput,
} from '../../../electron/sip/transaction/invite-server.ts'
import { drive } from './drive.ts'

type Script = readonly (readonly [number, InviteServerInput<string>])[]
const run = (reliable: boolean, script: Script, until = 100_000) =>
  drive(inviteServer<string>(reliable), stepInviteServer<string>, script, until)
const respond = (ms: number, status: number) => [ms, { kind: 'respond', status, message: String(status) }] as const
const again = (ms: number) => [ms, { kind: 'retransmission' }] as const
const ack = (ms: number) => [ms, { kind: 'ack' }] as const

test('a repeated INVITE is answered with the last provisional response (RFC 3261 17.2.1)', () => {
  const { tx, log } = run(false, [again(0), respond(1, 100), again(500), respond(600, 180), again(1_500), ack(1_600)])
  assert.deepEqual(log, ['1 transmit 100', '500 transmit 100 again', '600 transmit 180', '1500 transmit 180 again'])
  assert.equal(tx.state, 'proceeding')
})

test('a rejection without ACK is repeated, doubling to T2, for 64*T1', () => {
  const { tx, log, timers } = run(false, [respond(0, 486)])
  const times = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]
  assert.deepEqual(log, ['0 transmit 486', ...times.map((ms) => `${ms} transmit 486 again`), '32000 failed timeout'])
  assert.equal(tx.state, 'terminated')
  assert.deepEqual(
    timers.filter((timer) => timer !== 'G'),
    [],
  )
})

test('over a reliable transport it is not repeated but waits for the ACK all the same', () => {
  assert.deepEqual(run(true, [respond(0, 486)]).log, ['0 transmit 486', '32000 failed timeout'])
  assert.equal(run(true, [respond(0, 486), ack(10)], 10).tx.state, 'terminated')
})

test('the ACK ends it; repeated ones are absorbed for T4', () => {
  const script = [respond(0, 486), again(100), ack(200), ack(300), again(400), respond(450, 200)]
  const { tx, log, timers } = run(false, script)
  assert.deepEqual(log, ['0 transmit 486', '100 transmit 486 again'])
  assert.equal(tx.state, 'terminated')
  assert.deepEqual(timers, [])
  assert.equal(run(false, script, 5_199).tx.state, 'confirmed')
})

for (const reliable of [false, true]) {
  test(`after a 2xx repeated INVITEs are absorbed until timer L (RFC 6026 7.1), reliable ${reliable}`, () => {
    const script = [respond(0, 200), again(500), respond(600, 200), ack(700), respond(800, 486)]
    const { tx, log } = run(reliable, script)
    assert.deepEqual(log, ['0 transmit 200', '600 transmit 200 again', '700 pass-ack'])
    assert.equal(tx.state, 'terminated')
    assert.equal(run(reliable, script, 31_999).tx.state, 'accepted')
  })
}

test('a transport error ends it before the answer and after a rejection, not after a 2xx', () => {
  const broken = [10, { kind: 'transport-error' }] as const
  assert.equal(run(false, [respond(0, 180), broken], 20).tx.state, 'terminated')
  assert.equal(run(false, [respond(0, 404), broken], 20).tx.state, 'terminated')
  assert.equal(run(false, [respond(0, 200), broken], 20).tx.state, 'accepted')
})
