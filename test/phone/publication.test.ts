import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PublishAnswer } from '../../electron/phone/ports.ts'
import {
  newPublication,
  step,
  type PublicationInput,
  type PublicationOutput,
} from '../../electron/phone/publication.ts'
import { seeded } from '../support/seeded.ts'

/** The machine by hand: what it is told, and what it then wants. */
class Driven {
  state = newPublication

  tell(input: PublicationInput): string[] {
    const [state, outputs] = step(this.state, input)
    this.state = state
    return outputs.filter(({ kind }) => kind !== 'stop-waiting').map(described)
  }

  answer(status: number, more: Partial<PublishAnswer> = {}): string[] {
    return this.tell({ kind: 'answer', answer: { status, reason: 'Whatever', source: 'peer', ...more } })
  }

  static published(): Driven {
    const driven = new Driven()
    driven.tell({ kind: 'set', status: 'online' })
    driven.answer(200, { entityTag: 'a', grantedSeconds: 600 })
    return driven
  }
}

function described(output: PublicationOutput): string {
  if (output.kind === 'wait') return `wait ${output.ms / 1000}`
  if (output.kind !== 'send') return output.kind
  return `send ${output.expiresSeconds} ${output.entityTag ?? '-'} ${output.status ?? '-'}`
}

test('told, refreshed, changed, taken back', () => {
  const driven = new Driven()
  assert.deepEqual(driven.tell({ kind: 'set', status: 'online' }), ['send 3600 - online'])
  assert.deepEqual(driven.answer(200, { entityTag: 'a', grantedSeconds: 600 }), ['wait 560', 'settled'])
  assert.deepEqual(driven.tell({ kind: 'timer' }), ['send 3600 a -'])
  assert.deepEqual(driven.answer(200, { entityTag: 'b', grantedSeconds: 600 }), ['wait 560', 'settled'])
  assert.deepEqual(driven.tell({ kind: 'set', status: 'busy' }), ['send 3600 b busy'])
  assert.deepEqual(driven.answer(200, { entityTag: 'c', grantedSeconds: 600 }), ['wait 560', 'settled'])
  assert.deepEqual(driven.tell({ kind: 'remove' }), ['send 0 c -'])
  assert.deepEqual(driven.answer(200), ['settled'])
  assert.deepEqual(driven.tell({ kind: 'timer' }), [])
  assert.deepEqual(driven.tell({ kind: 'remove' }), ['settled'])
})

test('412: it has forgotten us, and is told all of it; but not for ever', () => {
  const driven = Driven.published()
  assert.deepEqual(driven.tell({ kind: 'wake' }), ['send 3600 a -'])
  assert.deepEqual(driven.answer(412), ['send 3600 - online'])
  assert.deepEqual(driven.answer(412), ['settled'])
  assert.deepEqual(driven.tell({ kind: 'timer' }), [])
  const leaving = Driven.published()
  leaving.tell({ kind: 'set', status: 'offline' })
  assert.deepEqual(leaving.answer(412), ['settled'])
})

test('423 is an offer; a silly one is none', () => {
  const driven = new Driven()
  driven.tell({ kind: 'set', status: 'away' })
  assert.deepEqual(driven.answer(423, { minExpiresSeconds: 7200 }), ['send 7200 - away'])
  assert.deepEqual(driven.answer(423, { minExpiresSeconds: 60 }), ['settled'])
})

test('refused for good, or later again', () => {
  for (const status of [403, 404, 405, 489, 501, 603]) {
    const driven = new Driven()
    driven.tell({ kind: 'set', status: 'away' })
    assert.deepEqual(driven.answer(status), ['settled'], String(status))
    assert.deepEqual(driven.tell({ kind: 'timer' }), [])
    assert.deepEqual(driven.tell({ kind: 'wake' }), [])
  }
  const driven = new Driven()
  driven.tell({ kind: 'set', status: 'away' })
  assert.deepEqual(driven.answer(503, { retryAfterSeconds: 90 }), ['wait 90', 'settled'])
  assert.deepEqual(driven.tell({ kind: 'timer' }), ['send 3600 - away'])
  assert.deepEqual(driven.answer(408, { source: 'timeout' }), ['wait 40', 'settled'])
  assert.deepEqual(driven.tell({ kind: 'wake' }), ['send 3600 - away'])
  assert.deepEqual(driven.answer(503, { source: 'unreachable', retryAfterSeconds: 10 ** 9 }), ['wait 1800', 'settled'])
})

test('never two at once: what is set meanwhile comes after, the last one only', () => {
  const driven = new Driven()
  driven.tell({ kind: 'set', status: 'online' })
  assert.deepEqual(driven.tell({ kind: 'set', status: 'away' }), [])
  assert.deepEqual(driven.tell({ kind: 'set', status: 'dnd' }), [])
  assert.deepEqual(driven.answer(200, { entityTag: 'a', grantedSeconds: 600 }), ['send 3600 a dnd'])
  assert.deepEqual(driven.tell({ kind: 'remove' }), [])
  assert.deepEqual(driven.answer(200, { entityTag: 'b' }), ['send 0 b -'])
  assert.deepEqual(driven.tell({ kind: 'set', status: 'online' }), [])
  assert.deepEqual(driven.answer(200), ['send 3600 - online'])
})

test('whatever comes in whatever order, one request at a time, and it ends', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const chance = seeded(seed)
    const pick = <T>(of: readonly T[]): T => of[Math.floor(chance() * of.length)] as T
    const driven = new Driven()
    let open = 0
    const count = (outputs: readonly string[]) => {
      open += outputs.filter((output) => output.startsWith('send')).length
      assert.ok(open <= 1, `seed ${seed}`)
    }
    const answer = (status: number) => {
      if (open === 0) return
      open--
      count(driven.answer(status, { entityTag: `e${seed}`, minExpiresSeconds: 7200 }))
    }
    for (let round = 0; round < 80; round++) {
      const what = pick(['set', 'remove', 'answer', 'answer', 'timer', 'wake'] as const)
      if (what === 'answer') answer(pick([200, 200, 412, 423, 500, 403]))
      else if (what === 'set') count(driven.tell({ kind: 'set', status: pick(['online', 'away', 'offline']) }))
      else count(driven.tell({ kind: what }))
    }
    count(driven.tell({ kind: 'remove' }))
    for (let round = 0; round < 5; round++) answer(200)
    assert.equal(open, 0, `seed ${seed}`)
    assert.equal(driven.state.entityTag, undefined, `seed ${seed}`)
  }
})
