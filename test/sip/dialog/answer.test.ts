import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, stepAnswer, type AnswerInput } from '../../../electron/sip/dialog/answer.ts'
import { rfc3261Timers } from '../../../electron/sip/transaction/timer-values.ts'

function drive(...inputs: AnswerInput[]) {
  let state = answer(rfc3261Timers)
  const all = inputs.map((input) => {
    const [next, outputs] = stepAnswer(state, input, rfc3261Timers)
    state = next
    return outputs
  })
  return { state: state.state, all }
}

const repeat = { kind: 'timer', timer: 'repeat' } as const
const giveUp = { kind: 'timer', timer: 'give-up' } as const

test('a 2xx is repeated at T1, doubling up to T2, and given up after 64*T1 (RFC 3261 13.3.1.4)', () => {
  const { state, all } = drive({ kind: 'start' }, repeat, repeat, repeat, repeat, repeat, giveUp)
  assert.deepEqual(all[0], [
    { kind: 'set-timer', timer: 'repeat', ms: 500 },
    { kind: 'set-timer', timer: 'give-up', ms: 32_000 },
  ])
  assert.deepEqual(
    all.slice(1, 6),
    [1_000, 2_000, 4_000, 4_000, 4_000].map((ms) => [{ kind: 'repeat' }, { kind: 'set-timer', timer: 'repeat', ms }]),
  )
  assert.deepEqual(all[6], [{ kind: 'clear-timer', timer: 'repeat' }, { kind: 'given-up' }])
  assert.equal(state, 'given-up')
})

test('the first ACK ends it; what comes later changes nothing', () => {
  const { state, all } = drive({ kind: 'start' }, { kind: 'ack' }, { kind: 'ack' }, repeat, giveUp)
  assert.deepEqual(all.slice(1), [
    [{ kind: 'clear-timer', timer: 'repeat' }, { kind: 'clear-timer', timer: 'give-up' }, { kind: 'acknowledged' }],
    [],
    [],
    [],
  ])
  assert.equal(state, 'acknowledged')
  assert.deepEqual(drive({ kind: 'start' }, giveUp, { kind: 'ack' }).all[2], [], 'the BYE is on its way')
})
