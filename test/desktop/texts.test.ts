import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readableText } from '../../electron/desktop/readable-text.ts'
import { textsFor } from '../../electron/desktop/texts.ts'

test('menu and notifications speak the language chosen, or the first one of the system that is known', () => {
  const answer = (chosen: Parameters<typeof textsFor>[0], ...preferred: string[]) => textsFor(chosen, preferred).answer
  assert.equal(answer('zh-TW', 'en-US'), '接聽')
  assert.equal(answer('auto', 'de-DE', 'zh-CN', 'en'), '接听')
  assert.equal(answer('auto', 'zh-Hant-HK'), '接聽')
  assert.equal(answer('auto', 'zh-HK'), '接聽')
  assert.equal(answer('auto', 'zh-Hans-TW'), '接听')
  assert.equal(answer('auto', 'zh'), '接听')
  assert.equal(answer('auto', 'fr'), 'Answer')
  assert.equal(answer('auto'), 'Answer')
})

describe('text from outside', () => {
  test('becomes one line without tricks', () => {
    assert.equal(readableText('Alice\r\n\tof  \u0000Accounting '), 'Alice of Accounting')
    assert.equal(readableText('bob\u202Egpj.exe\u2066\u200B'), 'bobgpj.exe')
    assert.equal(readableText('王小明 👩‍👧'), '王小明 👩‍👧')
  })

  test('is short, and never cut within a letter', () => {
    assert.equal([...readableText('😀'.repeat(4096))].length, 120)
    assert.ok(readableText('😀'.repeat(4096)).endsWith('😀…'))
  })
})
