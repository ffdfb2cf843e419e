import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { findingSections } from '../../electron/dissect/explain/finding.ts'
import { foreignCharacters } from '../support/chinese-characters.ts'

const folder = resolve(import.meta.dirname, '../../assets/findings')
const read = (language: string) => JSON.parse(readFileSync(`${folder}/${language}.json`, 'utf8')) as Texts
interface Texts {
  readonly findings: Readonly<Record<string, readonly string[]>>
  readonly [table: string]: Readonly<Record<string, string | readonly string[]>>
}

const all = { en: read('en'), 'zh-Hant': read('zh-Hant'), 'zh-Hans': read('zh-Hans') }
const flat = (texts: Texts) =>
  Object.entries(texts).flatMap(([table, entries]) =>
    Object.entries(entries).flatMap(([key, text]) =>
      (typeof text === 'string' ? [text] : text).map((one, at) => [`${table}.${key}.${at}`, one] as const),
    ),
  )
const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted()

test('every finding has words in every language, and no words are left over', () => {
  for (const [language, { findings }] of Object.entries(all))
    assert.deepEqual(Object.keys(findings).toSorted(), Object.keys(findingSections).toSorted(), language)
})

for (const language of ['zh-Hant', 'zh-Hans'] as const)
  test(`${language} says the same with the same values, in its own characters and punctuation`, () => {
    const english = new Map(flat(all.en))
    const own = new Map(flat(all[language]))
    assert.deepEqual([...own.keys()], [...english.keys()])
    for (const [key, text] of own) {
      assert.equal(foreignCharacters(text, language), '', key)
      assert.doesNotMatch(text, /\p{Script=Han}[,;:?!]|\p{Script=Han}\.(?:\s|$)/u, key)
      // A code's meaning and remedy may stand elsewhere in the sentence.
      assert.deepEqual(placeholders(text), placeholders(english.get(key) ?? ''), key)
    }
  })
