import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  nonInviteServer,
  stepNonInviteServer,
  type NonInviteServerInput,
} from '../../../electron/sip/transaction/non-invite-server.ts'
import { drive } from './drive.ts'

type Script = readonly (readonly [number, NonInviteServerInput<string>])[]
const run = (reliable: boolean, script: Script, until = 100_000) =>
  drive(nonInviteServer<string>(reliable), stepNonInviteServer<string>, script, until)
const respond = (ms: number, status: number) => [ms, { kind: 'respond', status, message: String(status) }] as const
const again = (ms: number) => [ms, { kind: 'retransmission' }] as const

test('repeated requests are absorbed until there is a response, then answered with it (RFC 3261 17.2.2)', () => {
  const { tx, log } = run(false, [
    again(500),
    respond(600, 100),
    again(700),
    respond(800, 200),
    again(900),
    respond(950, 500),
  ])
  assert.deepEqual(log, ['600 transmit 100', '700 transmit 100 again', '800 transmit 200', '900 transmit 200 again'])
  assert.equal(tx.state, 'terminated')
})

test('timer J lasts 64*T1 over UDP and 0 over a reliable transport', () => {
  assert.equal(run(false, [respond(0, 200)], 31_999).tx.state, 'completed')
  assert.equal(run(false, [respond(0, 200)], 32_000).tx.state, 'terminated')
  assert.equal(run(true, [respond(0, 200)], 0).tx.state, 'terminated')
})

test('a transport error ends it', () => {
  const broken = [10, { kind: 'transport-error' }] as const
  assert.equal(run(false, [respond(0, 100), broken], 20).log.at(-1), '10 failed transport')
  assert.equal(run(false, [broken, again(20)], 20).tx.state, 'terminated')
})
