import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cause } from '../../electron/phone/shapes.ts'
import { explain, verdicts } from '../../renderer/explain/explain.ts'
import { remedies } from '../../renderer/explain/remedies.ts'
import { readTranslations } from '../support/translations.ts'

const causes: Cause[] = [
  'normal',
  'busy',
  'declined',
  'no-answer',
  'cancelled',
  'not-found',
  'unavailable',
  'unauthorized',
  'not-acceptable',
  'timeout',
  'unreachable',
  'network-lost',
  'answered-elsewhere',
  'local-busy',
  'internal',
]
const translations = readTranslations()

test('every ending has words in every language, whatever code and cause come together', () => {
  for (const cause of causes)
    for (const direction of ['incoming', 'outgoing'] as const)
      for (const answered of [true, false])
        for (let code = 0; code <= 699; code++) {
          const { verdict } = explain({ cause, code, direction, answered })
          for (const [language, texts] of Object.entries(translations))
            for (const part of ['short', 'sentence'])
              assert.ok(texts.has(`explain.${verdict}.${part}`), `${language}: ${verdict}.${part}`)
        }
})

test('every remedy has words, and there are at most three', () => {
  for (const verdict of verdicts) {
    const tries = remedies[verdict] ?? []
    assert.ok(tries.length <= 3)
    for (const { name, action } of tries)
      for (const texts of Object.values(translations)) {
        assert.ok(texts.has(`remedy.${name}`), name)
        if (action !== undefined) assert.ok(texts.has(`remedyAction.${action}`), action)
      }
  }
})

test('what failed has something to try', () => {
  for (let code = 400; code <= 699; code++) {
    const { verdict, tone } = explain({ cause: 'unavailable', code, direction: 'outgoing', answered: false })
    assert.equal(tone, 'failed')
    assert.ok((remedies[verdict] ?? []).length > 0, `${code} ${verdict}`)
  }
})

const known: [ending: Parameters<typeof explain>[0], verdict: string, code: number][] = [
  [{ cause: 'busy', code: 486, direction: 'outgoing', answered: false }, 'busy', 486],
  [{ cause: 'unavailable', code: 480, direction: 'outgoing', answered: false }, 'notRegistered', 480],
  [{ cause: 'not-acceptable', code: 488, direction: 'outgoing', answered: false }, 'noCodec', 488],
  [{ cause: 'unauthorized', code: 407, direction: 'outgoing', answered: false }, 'proxyPassword', 407],
  [{ cause: 'timeout', code: 408, direction: 'outgoing', answered: false }, 'timeout', 0],
  [{ cause: 'no-answer', code: 408, direction: 'outgoing', answered: false }, 'noAnswer', 0],
  [{ cause: 'unreachable', code: 503, direction: 'outgoing', answered: false }, 'unreachable', 0],
  [{ cause: 'cancelled', code: 487, direction: 'outgoing', answered: false, by: 'local' }, 'cancelledByUs', 0],
  [{ cause: 'cancelled', code: 487, direction: 'outgoing', answered: false, by: 'remote' }, 'cancelled', 487],
  [{ cause: 'cancelled', code: 487, direction: 'incoming', answered: false }, 'missed', 0],
  [{ cause: 'answered-elsewhere', code: 487, direction: 'incoming', answered: false }, 'elsewhere', 0],
  [{ cause: 'declined', code: 486, direction: 'incoming', answered: false }, 'declinedByUs', 0],
  [{ cause: 'declined', code: 302, direction: 'incoming', answered: false }, 'forwarded', 0],
  [{ cause: 'local-busy', code: 480, direction: 'incoming', answered: false }, 'doNotDisturb', 480],
  [{ cause: 'normal', code: 200, direction: 'outgoing', answered: true, by: 'remote' }, 'normalRemote', 0],
  [{ cause: 'network-lost', code: 0, direction: 'outgoing', answered: true }, 'networkLost', 0],
  [{ cause: 'unavailable', code: 599, direction: 'outgoing', answered: false }, 'serverError', 599],
  [{ cause: 'unavailable', code: 699, direction: 'outgoing', answered: false }, 'refused', 699],
]
for (const [ending, verdict, code] of known)
  test(`${ending.cause} ${ending.code} ${ending.direction} is ${verdict}`, () => {
    const found = explain(ending)
    assert.deepEqual([found.verdict, found.code], [verdict, code])
  })
