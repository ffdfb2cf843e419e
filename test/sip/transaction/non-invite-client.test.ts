import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  nonInviteClient,
  stepNonInviteClient,
  type NonInviteClientInput,
} from '../../../electron/sip/transaction/non-invite-client.ts'
import { drive } from './drive.ts'

type Script = readonly (readonly [number, NonInviteClientInput<string>])[]
const run = (reliable: boolean, script: Script, until = 100_000) =>
  drive(nonInviteClient(reliable), stepNonInviteClient<string>, script, until)
const start = [0, { kind: 'start' }] as const
const response = (ms: number, status: number) => [ms, { kind: 'response', status, message: String(status) }] as const

test('unanswered, it doubles up to T2 and fails at 64*T1 (RFC 3261 17.1.2.2)', () => {
  const { tx, log } = run(false, [start])
  const times = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]
  assert.deepEqual(log, [...times.map((ms) => `${ms} transmit-request`), '32000 failed timeout'])
  assert.equal(tx.state, 'terminated')
})

test('over a reliable transport it goes out once', () => {
  assert.deepEqual(run(true, [start]).log, ['0 transmit-request', '32000 failed timeout'])
})

test('after a provisional response it goes out every T2, and timer F still ends it', () => {
  const { log } = run(false, [start, response(100, 100)])
  const times = [0, 500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500]
  assert.deepEqual(
    log.filter((line) => line.includes('transmit')),
    times.map((ms) => `${ms} transmit-request`),
  )
  assert.equal(log.at(-1), '32000 failed timeout')
})

test('a final response is told once, repeated ones are absorbed for T4', () => {
  const { tx, log, timers } = run(false, [start, response(100, 200), response(200, 200), response(5_000, 200)])
  assert.deepEqual(log, ['0 transmit-request', '100 pass-up 200'])
  assert.equal(tx.state, 'terminated')
  assert.deepEqual(timers, [])
  assert.equal(run(false, [start, response(100, 200)], 5_099).tx.state, 'completed')
  assert.equal(run(true, [start, response(100, 200)], 100).tx.state, 'terminated')
})

test('a transport error is told while there is no final response', () => {
  const broken = (ms: number) => [ms, { kind: 'transport-error' }] as const
  assert.equal(run(false, [start, broken(10)]).log.at(-1), '10 failed transport')
  assert.equal(run(false, [start, response(5, 100), broken(10)]).log.at(-1), '10 failed transport')
  assert.equal(run(false, [start, response(5, 200), broken(10)]).log.at(-1), '5 pass-up 200')
})
