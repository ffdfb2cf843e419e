import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { findingSections } from '../../electron/dissect/explain/finding.ts'

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
    const foreign =
      language === 'zh-Hans'
        ? /[設碼語話戶輸僅務標級網絡電無擊選刪單開關閉啟請為時間說與對應該總邊還這樣誤問題線靜顯號錄頻權風揚聲質鈴並們卻敗義蓋複順牆撥訊過後個]/u
        : /[设码语话户输仅务标级网络电无击选删单开关闭启请为时间说与对应该总边还这样误问题线静显号录频权风扬声质铃并们却败义复顺墙拨讯过后个]/u
    for (const [key, text] of own) {
      assert.doesNotMatch(text, foreign, key)
      assert.doesNotMatch(text, /\p{Script=Han}[,;:?!]|\p{Script=Han}\.(?:\s|$)/u, key)
      // A code's meaning and remedy may stand elsewhere in the sentence.
      assert.deepEqual(placeholders(text), placeholders(english.get(key) ?? ''), key)
    }
  })
