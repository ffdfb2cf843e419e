import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallInput, type CallState, newCall, step, toneOf } from '../../electron/phone/call-state.ts'
import { seeded } from '../support/seeded.ts'

const inputs: readonly CallInput[] = [
  { kind: 'provisional', status: 180, reason: 'Ringing', tag: 'a', media: false },
  { kind: 'provisional', status: 183, reason: 'Progress', tag: '', media: true },
  { kind: 'accepted' },
  { kind: 'rejected', response: { status: 486, reason: 'Busy Here', source: 'peer' } },
  { kind: 'answer' },
  { kind: 'answered' },
  { kind: 'reject', status: 486, reason: 'Busy Here' },
  { kind: 'cancelled', reasonHeader: undefined },
  { kind: 'hangup' },
  { kind: 'bye', by: 'remote' },
  { kind: 'no-answer' },
  { kind: 'failed', cause: 'internal', status: 500, reason: 'x', by: 'local' },
  { kind: 'hold', side: 'local', on: true },
  { kind: 'hold', side: 'remote', on: false },
]

const order = ['calling', 'incoming', 'proceeding', 'early', 'confirmed', 'terminated']

test('whatever comes in whatever order: states only go on, and a call ends once', () => {
  const random = seeded(2)
  for (let round = 0; round < 20_000; round++) {
    let call: CallState = newCall(round % 2 === 0 ? 'outgoing' : 'incoming')
    let endings = 0
    for (let turn = 0; turn < 8; turn++) {
      const input = inputs[Math.floor(random() * inputs.length)] as CallInput
      const [next, outputs] = step(call, input)
      assert.ok(order.indexOf(next.state) >= order.indexOf(call.state), `${call.state} ${input.kind} ${next.state}`)
      const told = outputs.flatMap((output) => (output.kind === 'state' ? [output.state] : []))
      if (next.state !== call.state) assert.equal(told.at(-1), next.state, 'every transition is told')
      assert.ok(told.length <= 1)
      endings += outputs.filter(({ kind }) => kind === 'ended').length
      assert.equal(endings, next.state === 'terminated' ? 1 : 0)
      if (next.state === 'terminated' || next.state === 'confirmed') assert.equal(toneOf(next), null)
      call = next
    }
  }
})

test('a dialog that comes after the end is ended, always', () => {
  for (const direction of ['outgoing', 'incoming'] as const) {
    const [ended] = step(newCall(direction), { kind: 'hangup' })
    assert.equal(ended.state, 'terminated')
    for (const kind of ['accepted', 'answered'] as const) {
      assert.deepEqual(step(ended, { kind }), [ended, [{ kind: 'send', what: 'bye' }]])
    }
  }
})

test('a machine is a value: the same input twice gives the same', () => {
  const call = newCall('outgoing')
  for (const input of inputs) assert.deepEqual(step(call, input), step(call, input))
  assert.deepEqual(call, newCall('outgoing'))
})
