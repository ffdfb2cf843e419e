import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Cancellation,
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

test('each step of it: the timer runs from the CANCEL to the final response, and no longer', () => {
  const step = (state: Cancellation['state'], provisional: boolean, kind: CancellationInput['kind']) =>
    stepCancellation({ state, provisional }, { kind }, rfc3261Timers)
  assert.deepEqual(step('ready', true, 'cancel'), [
    { state: 'sent', provisional: true },
    [{ kind: 'transmit-cancel' }, { kind: 'set-timer', ms: 32_000 }],
  ])
  assert.deepEqual(step('ready', false, 'cancel'), [{ state: 'held', provisional: false }, []])
  assert.deepEqual(step('ready', false, 'provisional'), [{ state: 'ready', provisional: true }, []])
  assert.deepEqual(step('sent', true, 'final'), [{ state: 'over', provisional: true }, [{ kind: 'clear-timer' }]])
  assert.deepEqual(step('held', false, 'final'), [{ state: 'over', provisional: false }, []])
  for (const state of ['ready', 'held', 'over'] as const)
    assert.deepEqual(step(state, true, 'timer'), [{ state, provisional: true }, []], state)
  assert.deepEqual(step('over', true, 'cancel'), [{ state: 'over', provisional: true }, []])
})
