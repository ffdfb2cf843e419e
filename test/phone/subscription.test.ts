import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SubscribeAnswer, SubscriptionStateHeader } from '../../electron/phone/ports.ts'
import {
  newSubscription,
  notifyWithinMs,
  step,
  type SubscriptionInput,
  type SubscriptionOutput,
} from '../../electron/phone/subscription.ts'
import { seeded } from '../support/seeded.ts'

/** The machine by hand: what it is told, and what it then wants. */
class Driven {
  state = newSubscription
  now = 1_000_000
  /** `send fresh 600`, `send 0`, `wait 560`, `forget`, `settled`. */
  readonly wanted: string[] = []

  constructor() {
    this.tell({ kind: 'start', seconds: 600 })
  }

  tell(input: SubscriptionInput): string[] {
    const [state, outputs] = step(this.state, input, this.now)
    this.state = state
    const now = outputs.filter(({ kind }) => kind !== 'changed' && kind !== 'stop-waiting').map(described)
    this.wanted.push(...now)
    return now
  }

  answer(status: number, more: Partial<SubscribeAnswer> = {}): string[] {
    return this.tell({ kind: 'answer', answer: { status, reason: 'Whatever', source: 'peer', ...more } })
  }

  notify(state: SubscriptionStateHeader['state'], more: Partial<SubscriptionStateHeader> = {}): string[] {
    return this.tell({ kind: 'notify', subscription: { state, ...more } })
  }

  timer(afterSeconds: number): string[] {
    this.now += afterSeconds * 1000
    return this.tell({ kind: 'timer' })
  }

  /** Alive for as long as this. */
  static alive(seconds = 600, livedSeconds = 100): Driven {
    const driven = new Driven()
    driven.answer(200, { grantedSeconds: seconds })
    driven.notify('active', { expiresSeconds: seconds })
    driven.now += livedSeconds * 1000
    driven.wanted.length = 0
    return driven
  }
}

function described(output: SubscriptionOutput): string {
  if (output.kind === 'send') return `send ${output.fresh ? 'fresh ' : ''}${output.expiresSeconds}`
  return output.kind === 'wait' ? `wait ${output.ms / 1000}` : output.kind
}

test('subscribes, is told, refreshes in good time', () => {
  const driven = new Driven()
  assert.deepEqual(driven.wanted, ['send fresh 600'])
  assert.deepEqual(driven.answer(200, { grantedSeconds: 600 }), [`wait ${notifyWithinMs / 1000}`])
  assert.equal(driven.state.shown.state, 'subscribing')
  assert.deepEqual(driven.notify('pending', { expiresSeconds: 600 }), ['wait 560'])
  assert.equal(driven.state.shown.state, 'pending')
  assert.deepEqual(driven.notify('active', { expiresSeconds: 600 }), ['wait 560'])
  assert.equal(driven.state.shown.state, 'active')
  assert.deepEqual(driven.timer(560), ['send 600'])
  assert.deepEqual(driven.answer(200, { grantedSeconds: 120 }), ['wait 80'])
  assert.deepEqual(driven.timer(80), ['send 600'])
})

test('the NOTIFY comes before the answer', () => {
  const driven = new Driven()
  assert.deepEqual(driven.notify('active', { expiresSeconds: 300 }), [])
  assert.equal(driven.state.shown.state, 'active')
  assert.deepEqual(driven.answer(202, { grantedSeconds: 300 }), ['wait 260'])
})

test('a NOTIFY may shorten it', () => {
  assert.deepEqual(Driven.alive().notify('active', { expiresSeconds: 90 }), ['wait 50'])
  assert.deepEqual(Driven.alive().notify('active', { expiresSeconds: 1 }), ['wait 5'])
})

test('no NOTIFY ever comes: it never came about (timer N)', () => {
  const driven = new Driven()
  driven.answer(200, { grantedSeconds: 600 })
  assert.deepEqual(driven.timer(32), ['forget', 'wait 20'])
  assert.equal(driven.state.shown.state, 'failed')
  assert.deepEqual(driven.timer(20), ['send fresh 600'])
})

test('423 is an offer, once or twice; a silly one is none', () => {
  const driven = new Driven()
  assert.deepEqual(driven.answer(423, { minExpiresSeconds: 1800 }), ['send fresh 1800'])
  assert.deepEqual(driven.answer(423, { minExpiresSeconds: 900 }), ['forget', 'wait 20'])
  assert.deepEqual(new Driven().answer(423, { minExpiresSeconds: 10 ** 9 }), ['forget', 'wait 20'])
  const alive = Driven.alive()
  alive.timer(460)
  assert.deepEqual(alive.answer(423, { minExpiresSeconds: 3600 }), ['send 3600'])
})

test('489, 405 and 501 are for good; a start asks again', () => {
  for (const status of [489, 405, 501]) {
    const driven = new Driven()
    assert.deepEqual(driven.answer(status), ['forget'])
    assert.deepEqual(driven.state.shown, { state: 'failed', code: status, reason: 'Whatever' })
    assert.deepEqual(driven.tell({ kind: 'wake' }), [])
    assert.deepEqual(driven.timer(1_000_000), [])
    assert.deepEqual(driven.tell({ kind: 'start', seconds: 60 }), ['send fresh 60'])
  }
})

test('failures wait longer and longer, and as long as they are told', () => {
  const driven = new Driven()
  const waits: string[] = []
  for (let round = 0; round < 9; round++) {
    waits.push(driven.answer(500).at(-1) ?? '')
    driven.timer(1800)
  }
  assert.deepEqual(
    waits,
    [20, 40, 80, 160, 320, 640, 1280, 1800, 1800].map((seconds) => `wait ${seconds}`),
  )
  assert.deepEqual(new Driven().answer(503, { retryAfterSeconds: 300 }), ['forget', 'wait 300'])
  assert.deepEqual(new Driven().answer(403), ['forget', 'wait 1800'])
  assert.deepEqual(new Driven().answer(408, { source: 'timeout' }), ['forget', 'wait 20'])
})

test('481 to a refresh: begins anew at once, but not for ever', () => {
  const driven = Driven.alive()
  driven.timer(460)
  assert.deepEqual(driven.answer(481), ['forget', 'send fresh 600'])
  // The next ones are short-lived.
  driven.answer(200, { grantedSeconds: 600 })
  driven.notify('active')
  driven.tell({ kind: 'wake' })
  assert.deepEqual(driven.answer(481), ['forget', 'send fresh 600'])
  driven.answer(200, { grantedSeconds: 600 })
  driven.notify('active')
  driven.tell({ kind: 'wake' })
  assert.deepEqual(driven.answer(481), ['forget', 'wait 20'])
})

test('a refresh that fails otherwise: it lives until its time is over (RFC 5057)', () => {
  const driven = Driven.alive(600, 0)
  driven.timer(560)
  assert.deepEqual(driven.answer(503, { source: 'unreachable' }), ['wait 20'])
  assert.equal(driven.state.shown.state, 'active')
  driven.timer(20)
  assert.deepEqual(driven.answer(503, { retryAfterSeconds: 5 }), ['wait 5'])
  driven.timer(5)
  assert.deepEqual(driven.answer(503, { retryAfterSeconds: 500 }), ['wait 7.5'])
  driven.timer(12)
  assert.deepEqual(driven.answer(500), ['forget', 'send fresh 600'])
  assert.deepEqual(driven.answer(500), ['forget', 'wait 20'])
  const refused = Driven.alive()
  refused.timer(460)
  assert.deepEqual(refused.answer(403), ['forget', 'send fresh 600'])
  assert.deepEqual(refused.answer(403), ['forget', 'wait 1800'])
})

test('terminated, reason by reason', () => {
  const cases: readonly (readonly [SubscriptionStateHeader['reason'], number | undefined, readonly string[]])[] = [
    ['deactivated', undefined, ['forget', 'send fresh 600']],
    ['timeout', undefined, ['forget', 'send fresh 600']],
    ['timeout', 90, ['forget', 'send fresh 600']],
    ['probation', undefined, ['forget', 'wait 20']],
    ['probation', 90, ['forget', 'wait 90']],
    ['giveup', undefined, ['forget', 'wait 20']],
    ['giveup', 7, ['forget', 'wait 7']],
    ['rejected', undefined, ['forget']],
    ['noresource', 10, ['forget']],
    ['invariant', undefined, ['forget']],
    [undefined, undefined, ['forget', 'send fresh 600']],
    ['nobody-knows', 60, ['forget', 'wait 60']],
    ['nobody-knows', 10 ** 9, ['forget', 'wait 86400']],
  ]
  for (const [reason, retryAfterSeconds, expected] of cases) {
    const more = {
      ...(reason !== undefined && { reason }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    }
    const driven = Driven.alive()
    assert.deepEqual(driven.notify('terminated', more), expected, reason ?? 'none')
    if (reason === 'rejected') assert.deepEqual(driven.state.shown, { state: 'failed', reason: 'rejected' })
    if (reason === 'invariant') assert.equal(driven.state.shown.state, 'active')
    assert.deepEqual(
      driven.tell({ kind: 'wake' }),
      expected.some((one) => one.startsWith('wait')) ? ['send fresh 600'] : [],
    )
  }
})

test('a notifier that lets go at once again and again is asked ever more rarely', () => {
  const driven = new Driven()
  const wanted: string[] = []
  for (let round = 0; round < 5; round++) {
    driven.answer(200, { grantedSeconds: 600 })
    driven.notify('active')
    wanted.push(driven.notify('terminated', { reason: 'deactivated' }).at(-1) ?? '')
    driven.timer(0)
  }
  assert.deepEqual(wanted, ['send fresh 600', 'wait 20', 'wait 40', 'wait 80', 'wait 160'])
})

test('taken back: SUBSCRIBE with 0, then the last NOTIFY', () => {
  const driven = Driven.alive()
  assert.deepEqual(driven.tell({ kind: 'stop' }), ['send 0'])
  assert.deepEqual(driven.answer(200, { grantedSeconds: 0 }), ['wait 32', 'settled'])
  assert.deepEqual(driven.notify('terminated', { reason: 'timeout' }), ['forget', 'settled'])
  assert.equal(driven.state.phase, 'off')
  const silent = Driven.alive()
  silent.tell({ kind: 'stop' })
  silent.answer(200)
  assert.deepEqual(silent.timer(32), ['forget', 'settled'])
  const gone = Driven.alive()
  gone.tell({ kind: 'stop' })
  assert.deepEqual(gone.answer(481), ['forget', 'settled'])
})

test('taken back before there is a dialog', () => {
  const driven = new Driven()
  assert.deepEqual(driven.tell({ kind: 'stop' }), [])
  assert.deepEqual(driven.answer(200, { grantedSeconds: 600 }), ['send 0'])
  const refused = new Driven()
  refused.tell({ kind: 'stop' })
  assert.deepEqual(refused.answer(403), ['forget', 'settled'])
  const waiting = new Driven()
  waiting.answer(500)
  assert.deepEqual(waiting.tell({ kind: 'stop' }), ['forget', 'settled'])
  const refreshing = Driven.alive()
  refreshing.timer(460)
  assert.deepEqual(refreshing.tell({ kind: 'stop' }), [])
  assert.deepEqual(refreshing.answer(200), ['send 0'])
})

test('waking refreshes what lives and tries again what waits', () => {
  const driven = Driven.alive()
  assert.deepEqual(driven.tell({ kind: 'wake' }), ['send 600'])
  assert.deepEqual(driven.tell({ kind: 'wake' }), [])
  const waiting = new Driven()
  waiting.answer(500)
  assert.deepEqual(waiting.tell({ kind: 'wake' }), ['send fresh 600'])
})

test('asking for everything anew is not done all the time', () => {
  const driven = Driven.alive()
  assert.deepEqual(driven.tell({ kind: 'refetch' }), ['send 600'])
  driven.answer(200, { grantedSeconds: 600 })
  assert.deepEqual(driven.tell({ kind: 'refetch' }), [])
  driven.now += 31_000
  assert.deepEqual(driven.tell({ kind: 'refetch' }), ['send 600'])
})

test('whatever comes in whatever order, it ends in order', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const chance = seeded(seed)
    const pick = <T>(of: readonly T[]): T => of[Math.floor(chance() * of.length)] as T
    const driven = new Driven()
    for (let round = 0; round < 60; round++) {
      driven.now += Math.floor(chance() * 60_000)
      switch (pick(['answer', 'notify', 'timer', 'wake', 'stop', 'start', 'refetch'])) {
        case 'answer':
          if (driven.state.inFlight)
            driven.answer(pick([200, 202, 423, 481, 489, 500, 408]), { minExpiresSeconds: 900 })
          break
        case 'notify':
          driven.notify(pick(['active', 'pending', 'terminated']), {
            reason: pick(['timeout', 'giveup', 'rejected', 'x']),
          })
          break
        case 'start':
          driven.tell({ kind: 'start', seconds: 600 })
          break
        default:
          driven.tell({ kind: pick(['timer', 'wake', 'stop', 'refetch']) })
      }
      // A SUBSCRIBE goes out only where none is under way: never two at once.
      const { phase, inFlight } = driven.state
      if (phase === 'asking') assert.equal(inFlight, true, `seed ${seed}`)
      if (phase === 'off' || phase === 'waiting' || phase === 'refused') assert.equal(inFlight, false, `seed ${seed}`)
    }
    driven.tell({ kind: 'stop' })
    for (let round = 0; round < 6; round++) if (driven.state.inFlight) driven.answer(200, { grantedSeconds: 0 })
    driven.timer(32)
    assert.equal(driven.state.phase, 'off', `seed ${seed}`)
  }
})
