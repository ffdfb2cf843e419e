import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  inviteClient,
  stepInviteClient,
  type InviteClientInput,
} from '../../../electron/sip/transaction/invite-client.ts'
import { drive } from './drive.ts'

type Script = readonly (readonly [number, InviteClientInput<string>])[]
const run = (reliable: boolean, script: Script, until = 100_000) =>
  drive(inviteClient(reliable), stepInviteClient<string>, script, until)
const start = [0, { kind: 'start' }] as const
const response = (ms: number, status: number, message = String(status)) =>
  [ms, { kind: 'response', status, message }] as const

test('an unanswered INVITE goes out seven times and fails at 64*T1 (RFC 3261 17.1.1.2)', () => {
  const { tx, log, timers } = run(false, [start])
  assert.equal(tx.state, 'terminated')
  assert.deepEqual(log, [
    ...[0, 500, 1500, 3500, 7500, 15_500, 31_500].map((ms) => `${ms} transmit-request`),
    '32000 failed timeout',
  ])
  assert.deepEqual(
    timers.filter((timer) => timer !== 'A'),
    [],
  )
})

test('over a reliable transport it goes out once', () => {
  assert.deepEqual(run(true, [start]).log, ['0 transmit-request', '32000 failed timeout'])
})

test('a provisional response ends retransmission and timer B; ringing may last', () => {
  const { tx, log, timers } = run(false, [start, response(100, 100), response(200, 180), response(70_000, 180)])
  assert.equal(tx.state, 'proceeding')
  assert.deepEqual(log, ['0 transmit-request', '100 pass-up 100', '200 pass-up 180', '70000 pass-up 180'])
  assert.deepEqual(timers, [])
})

test('a rejection is acknowledged, and each time it comes again, but told once; 32 s later it is over', () => {
  const { tx, log } = run(false, [start, response(100, 486), response(600, 486), response(1600, 486)])
  assert.equal(tx.state, 'terminated')
  assert.deepEqual(log, [
    '0 transmit-request',
    '100 transmit-ack 486',
    '100 pass-up 486',
    '600 transmit-ack 486',
    '1600 transmit-ack 486',
  ])
  assert.equal(run(false, [start, response(100, 486)], 32_099).tx.state, 'completed')
  assert.equal(run(false, [start, response(100, 486)], 32_100).tx.state, 'terminated')
})

test('a 300 is a rejection as any other, and repeated it is acknowledged again; a 299 is none', () => {
  const { log } = run(false, [start, response(100, 300), response(600, 300), response(700, 200)])
  assert.deepEqual(log, ['0 transmit-request', '100 transmit-ack 300', '100 pass-up 300', '600 transmit-ack 300'])
  const accepted = run(false, [start, response(100, 299), response(200, 299), response(300, 300)], 1000)
  assert.deepEqual(accepted.log, ['0 transmit-request', '100 pass-up 299', '200 pass-up 299'])
  assert.equal(accepted.tx.state, 'accepted')
})

test('over a reliable transport timer D is 0', () => {
  const { tx, log } = run(true, [start, response(100, 180), response(150, 603)], 150)
  assert.equal(tx.state, 'terminated')
  assert.deepEqual(log.slice(1), ['100 pass-up 180', '150 transmit-ack 603', '150 pass-up 603'])
})

for (const reliable of [false, true]) {
  test(`every 2xx goes up for 64*T1, none is acknowledged here (RFC 6026 7.2), reliable ${reliable}`, () => {
    const { tx, log } = run(reliable, [
      start,
      response(100, 200, 'first'),
      response(600, 200, 'first'),
      response(700, 200, 'other fork'),
      response(800, 486),
      response(900, 180),
      [1000, { kind: 'transport-error' }],
      response(40_000, 200, 'late'),
    ])
    assert.equal(tx.state, 'terminated')
    assert.deepEqual(log, ['0 transmit-request', '100 pass-up first', '600 pass-up first', '700 pass-up other fork'])
    assert.equal(run(reliable, [start, response(100, 200)], 32_099).tx.state, 'accepted')
    assert.equal(run(reliable, [start, response(100, 200)], 32_100).tx.state, 'terminated')
  })
}

test('a transport error is told while nobody has answered, and while it rings', () => {
  const broken = (ms: number) => [ms, { kind: 'transport-error' }] as const
  assert.deepEqual(run(false, [start, broken(10)]).log, ['0 transmit-request', '10 failed transport'])
  assert.deepEqual(run(false, [start, response(5, 180), broken(10)]).log.at(-1), '10 failed transport')
  const { tx, log } = run(false, [start, response(5, 404), broken(10), response(20, 404)])
  assert.equal(tx.state, 'terminated')
  assert.equal(log.length, 3)
})

test('terminated is terminated', () => {
  const end = inviteClient(false)
  const over = { ...end, state: 'terminated' } as const
  for (const input of [start[1], response(0, 200)[1], { kind: 'timer', timer: 'B' } as const]) {
    assert.deepEqual(stepInviteClient(over, input), [over, []])
  }
})
