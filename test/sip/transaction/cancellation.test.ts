import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cancellation,
  stepCancellation,
  type CancellationInput,
} from '../../../electron/sip/transaction/cancellation.ts'
import { rfc3261Timers } from '../../../electron/sip/transaction/timer-values.ts'
import { drive } from './drive.ts'

type Script = readonly (readonly [number, CancellationInput['kind']])[]
const run = (script: Script) =>
  drive(
    cancellation,
    (state, { kind }: CancellationInput) => stepCancellation(state, { kind }, rfc3261Timers),
    script.map(([ms, kind]) => [ms, { kind }] as const),
    100_000,
  )

test('a CANCEL waits for a provisional response (RFC 3261 9.1)', () => {
  assert.deepEqual(run([[0, 'cancel']]).log, [])
  assert.deepEqual(
    run([
      [0, 'cancel'],
      [300, 'provisional'],
      [400, 'provisional'],
      [500, 'final'],
    ]).log,
    ['300 transmit-cancel'],
  )
  assert.deepEqual(
    run([
      [0, 'provisional'],
      [300, 'cancel'],
      [310, 'cancel'],
      [500, 'final'],
    ]).log,
    ['300 transmit-cancel'],
  )
})

test('a final response that comes first makes it needless', () => {
  assert.deepEqual(
    run([
      [0, 'cancel'],
      [10, 'final'],
      [20, 'provisional'],
    ]).log,
    [],
  )
  assert.deepEqual(
    run([
      [0, 'final'],
      [10, 'cancel'],
    ]).log,
    [],
  )
})

test('64*T1 after the CANCEL the INVITE counts as cancelled', () => {
  const { log, tx } = run([
    [0, 'provisional'],
    [300, 'cancel'],
  ])
  assert.deepEqual(log, ['300 transmit-cancel', '32300 give-up'])
  assert.equal(tx.state, 'over')
})
