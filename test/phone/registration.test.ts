import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RegisterAnswer } from '../../electron/phone/ports.ts'
import {
  newRegistration,
  refreshAfter,
  retryAfter,
  step,
  type RegistrationInput,
  type RegistrationOutput,
} from '../../electron/phone/registration.ts'

const at = Date.UTC(2026, 0, 1)

const ok = (grantedSeconds?: number): RegistrationInput =>
  answer(200, { ...(grantedSeconds !== undefined && { grantedSeconds }) })

function answer(status: number, rest: Partial<RegisterAnswer> = {}): RegistrationInput {
  return { kind: 'answer', at, answer: { status, reason: 'Why', source: 'peer', bindings: [], ...rest } }
}

/** What happens, without what only shows: `send 1800`, `wait 60`. */
function play(...inputs: readonly RegistrationInput[]) {
  let state = newRegistration
  const happened: string[] = []
  for (const input of inputs) {
    const [next, outputs] = step(state, input)
    state = next
    happened.push(...outputs.flatMap(told))
  }
  return { state, happened }
}

function told(output: RegistrationOutput): string[] {
  if (output.kind === 'send') return [`send ${output.expiresSeconds}`]
  if (output.kind === 'wait') return [`wait ${output.ms / 1000}`]
  return output.kind === 'watch' || output.kind === 'settled' ? [output.kind] : []
}

const register: RegistrationInput = { kind: 'register', seconds: 1800 }
const unregister: RegistrationInput = { kind: 'unregister' }
const timer: RegistrationInput = { kind: 'timer' }
const wake: RegistrationInput = { kind: 'wake' }

describe('a registration', () => {
  test('is refreshed before it ends, at the interval that the server chose', () => {
    const { happened, state } = play(register, ok(120), timer, ok(30), timer, ok())
    const expected = [
      'send 1800',
      'wait 80',
      'settled',
      'send 1800',
      'wait 15',
      'settled',
      'send 1800',
      'wait 1760',
      'settled',
    ]
    assert.deepEqual(happened, expected)
    assert.equal(state.shown.expiresAt, new Date(at + 1_800_000).toISOString())
  })

  test('is always refreshed before its end, with time for one lost request where there is any', () => {
    for (const granted of [1, 20, 30, 60, 79, 80, 120, 1800, 3600, 86_400]) {
      assert.ok(refreshAfter(granted) >= Math.min(1, granted) && refreshAfter(granted) <= granted, String(granted))
      if (granted >= 80) assert.ok(granted - refreshAfter(granted) >= 40)
    }
  })

  test('that is granted for no time is none, and no reason to ask every second', () => {
    const { happened, state } = play(register, ok(0), timer, ok(0))
    assert.deepEqual(happened, ['send 1800', 'wait 20', 'settled', 'send 1800', 'wait 40', 'settled'])
    assert.deepEqual([state.shown.state, state.shown.code, state.shown.step], ['failed', undefined, 'register'])
  })

  test('that the server finds too short is asked for again, once for each demand', () => {
    const short = answer(423, { minExpiresSeconds: 3600 })
    assert.deepEqual(play(register, short, ok(3600)).happened, ['send 1800', 'send 3600', 'wait 3560', 'settled'])
    assert.deepEqual(play(register, short, short).happened, ['send 1800', 'send 3600', 'wait 20', 'settled'])
    assert.deepEqual(play(register, answer(423)).happened, ['send 1800', 'wait 20', 'settled'])
    const ages = answer(423, { minExpiresSeconds: 4_294_967_295 })
    assert.deepEqual(play(register, ages).happened, ['send 1800', 'wait 20', 'settled'])
  })

  test('that fails is tried again after 20 s, doubling to half an hour', () => {
    assert.deepEqual([1, 2, 3, 7, 8, 100].map(retryAfter), [20, 40, 80, 1280, 1800, 1800])
    const busy = answer(500)
    assert.deepEqual(play(register, busy, timer, busy, timer, ok(1800), timer, busy).happened, [
      'send 1800',
      'wait 20',
      'settled',
      'send 1800',
      'wait 40',
      'settled',
      'send 1800',
      'wait 1760',
      'settled',
      'send 1800',
      'wait 20',
      'settled',
    ])
  })

  test('waits as long as the server wants, but no longer than half an hour', () => {
    assert.ok(play(register, answer(503, { retryAfterSeconds: 90 })).happened.includes('wait 90'))
    assert.ok(play(register, answer(503, { retryAfterSeconds: 99_999 })).happened.includes('wait 1800'))
  })

  test('refused for good is not hammered at', () => {
    for (const status of [401, 403, 404, 407]) assert.ok(play(register, answer(status)).happened.includes('wait 1800'))
  })

  test('without an answer is watched, and made at once when the server is back', () => {
    const lost = answer(408, { source: 'timeout' })
    assert.deepEqual(play(register, lost, wake, ok(60)).happened, [
      'send 1800',
      'wait 20',
      'watch',
      'settled',
      'send 1800',
      'wait 30',
      'settled',
    ])
  })

  test('is made anew at once when the network changes, and not twice at a time', () => {
    assert.deepEqual(
      play(register, ok(1800), wake, ok(1800)).happened.filter((one) => one.startsWith('send')),
      ['send 1800', 'send 1800'],
    )
    assert.deepEqual(
      play(register, wake, wake, ok(1800), ok(1800)).happened.filter((one) => one.startsWith('send')),
      ['send 1800', 'send 1800'],
    )
    assert.deepEqual(play(wake, timer).happened, [])
  })

  test('is taken back; what never was is not', () => {
    assert.deepEqual(play(register, ok(60), unregister, ok(0)).happened.slice(-2), ['send 0', 'settled'])
    assert.deepEqual(play(register, answer(403), unregister).happened.slice(-1), ['settled'])
    assert.deepEqual(play(unregister).happened, ['settled'])
    const perhaps = play(register, answer(408, { source: 'timeout' }), unregister, answer(408, { source: 'timeout' }))
    assert.deepEqual(perhaps.happened.slice(-2), ['send 0', 'settled'])
    assert.equal(perhaps.state.shown.state, 'unregistered')
  })

  test('given up before it was there is taken back once it is', () => {
    assert.deepEqual(play(register, unregister, ok(60), ok(0)).happened, ['send 1800', 'send 0', 'settled'])
    assert.deepEqual(play(register, ok(60), unregister, register, ok(0), ok(60)).happened.slice(3), [
      'send 0',
      'send 1800',
      'wait 30',
      'settled',
    ])
  })

  test('an answer that nobody waits for changes nothing', () => {
    assert.deepEqual(play(ok(60)).happened, [])
    assert.deepEqual(play(register, ok(60), ok(60)).happened, ['send 1800', 'wait 30', 'settled'])
  })
})
