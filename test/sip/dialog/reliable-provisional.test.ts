import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  reliableProvisional,
  stepReliable,
  type ReliableInput,
  type ReliableOutput,
} from '../../../electron/sip/dialog/reliable-provisional.ts'
import { parseRAck, parseRSeq } from '../../../electron/sip/message/rack.ts'
import { rfc3261Timers } from '../../../electron/sip/transaction/timer-values.ts'

function drive(...inputs: ReliableInput[]) {
  let state = reliableProvisional(rfc3261Timers)
  const all: ReliableOutput[][] = []
  for (const input of inputs) {
    const [next, outputs] = stepReliable(state, input, rfc3261Timers)
    state = next
    all.push([...outputs])
  }
  return { state: state.state, all }
}

const repeat = { kind: 'timer', timer: 'repeat' } as const
const giveUp = { kind: 'timer', timer: 'give-up' } as const

test('it is repeated at T1, doubling without a cap, and given up after 64*T1 (RFC 3262 3)', () => {
  const { state, all } = drive({ kind: 'start' }, repeat, repeat, repeat, repeat, repeat, giveUp)
  assert.deepEqual(all[0], [
    { kind: 'set-timer', timer: 'repeat', ms: 500 },
    { kind: 'set-timer', timer: 'give-up', ms: 32_000 },
  ])
  const intervals = all.slice(1, 6).map(([, set]) => (set?.kind === 'set-timer' ? set.ms : undefined))
  assert.deepEqual(intervals, [1_000, 2_000, 4_000, 8_000, 16_000])
  assert.deepEqual(all[1], [{ kind: 'repeat' }, { kind: 'set-timer', timer: 'repeat', ms: 1_000 }])
  assert.deepEqual([state, all[6]], ['given-up', [{ kind: 'clear-timers' }, { kind: 'given-up' }]])
})

test('a PRACK ends it, before and after the final response; what comes later changes nothing', () => {
  assert.deepEqual(drive({ kind: 'start' }, { kind: 'prack' }).all[1], [{ kind: 'clear-timers' }])
  const late = drive({ kind: 'start' }, { kind: 'final' }, repeat, { kind: 'prack' })
  assert.deepEqual([late.state, late.all[1], late.all[2]], ['acknowledged', [{ kind: 'clear-timers' }], []])
  assert.deepEqual(drive({ kind: 'prack' }, repeat, giveUp, { kind: 'final' }).state, 'acknowledged')
})

test('RAck and RSeq (RFC 3262 7)', () => {
  assert.deepEqual(parseRAck(' 776656 1 INVITE '), { rseq: 776_656, cseq: 1, method: 'INVITE' })
  for (const bad of ['', '1 INVITE', '0 1 INVITE', '1 1 INVITE x', '-1 1 INVITE', '4294967296 1 INVITE']) {
    assert.equal(parseRAck(bad), null, bad)
  }
  assert.deepEqual(['1', '4294967295', '0', '', 'x'].map(parseRSeq), [1, 4_294_967_295, null, null, null])
})
