import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { parseSync } from 'vite'
import { foreignCharacters } from '../support/chinese-characters.ts'
import { readTranslations } from '../support/translations.ts'

const { en, ...others } = readTranslations()
const renderer = resolve(import.meta.dirname, '../../renderer')
const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted()

for (const [language, texts] of Object.entries(others)) {
  test(`${language} has the same keys as English`, () =>
    assert.deepEqual([...texts.keys()].toSorted(), [...en.keys()].toSorted()))

  test(`${language} has the same placeholders as English`, () => {
    for (const [key, text] of texts) assert.deepEqual(placeholders(text), placeholders(en.get(key) ?? ''), key)
  })

  test(`${language} writes full-width punctuation after Chinese`, () => {
    for (const [key, text] of texts) assert.doesNotMatch(text, /\p{Script=Han}[,;:?!]|\p{Script=Han}\.(?:\s|$)/u, key)
  })
}

test('neither Chinese slips into the other', () => {
  for (const language of ['zh-Hant', 'zh-Hans'] as const)
    for (const [key, text] of others[language])
      if (!key.startsWith('language.')) assert.equal(foreignCharacters(text, language), '', key)
})

test('the words of Taiwan are used', () => {
  const hant = others['zh-Hant']
  const terms = {
    'dial.call': '撥號',
    'control.hangUp': '掛斷',
    'control.hold': '保留',
    'control.mute': '靜音',
    'dial.redial': '重撥',
  }
  for (const [key, term] of Object.entries(terms)) assert.equal(hant.get(key), term)
})

interface Node {
  readonly type: string
  readonly value?: unknown
  readonly name?: Node | string
  readonly start?: number
}

/** Attributes whose text somebody reads or hears. */
const spoken =
  /^(?:title|label|placeholder|alt|hint|children|aria-(?:label|description|valuetext|roledescription|placeholder))$/

/** Every text of a TSX file that would be shown as it stands in the source. */
function literalsOf(file: string): string[] {
  const found: string[] = []
  const isWord = (value: unknown) => typeof value === 'string' && /\p{L}{2,}/u.test(value)
  const visit = (node: unknown, shown: boolean): void => {
    if (Array.isArray(node)) return node.forEach((child) => visit(child, shown))
    if (typeof node !== 'object' || node === null) return
    const { type, value, name } = node as Node
    if (type === 'JSXText' && isWord(value)) found.push(String(value).trim())
    if (type === 'Literal' && shown && isWord(value)) found.push(String(value))
    if (type === 'CallExpression' || type === 'BinaryExpression' || type === 'MemberExpression') shown = false
    if (type === 'Property')
      shown = spoken.test(
        String(
          (node as { key: { name?: string; value?: string } }).key.name ??
            (node as { key: { value?: string } }).key.value,
        ),
      )
    if (type === 'JSXAttribute') shown = spoken.test(String((name as Node & { name: string }).name))
    if (type === 'JSXExpressionContainer' || type === 'JSXElement' || type === 'JSXFragment')
      shown ||= type !== 'JSXExpressionContainer'
    for (const [key, child] of Object.entries(node))
      if (key !== 'name' && key !== 'key' && key !== 'test') visit(child, shown)
  }
  const { program, errors } = parseSync(file, readFileSync(file, 'utf8'), { lang: 'tsx' })
  assert.deepEqual(errors, [])
  // Only what is inside of elements is shown; the rest of the module is code.
  const elements = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(elements)
    if (typeof node !== 'object' || node === null) return
    const { type } = node as Node
    if (type === 'JSXElement' || type === 'JSXFragment') visit(node, true)
    else Object.values(node).forEach(elements)
  }
  elements(program)
  return found
}

/** Keys of the keyboard and examples of addresses are the same in every language. */
const same = new Set(['Esc', '1002@192.168.1.20', '1002@office.lan'])

test('no component holds a text of its own', () => {
  const files = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsx'))
  assert.ok(files.length > 30)
  for (const file of files) {
    const literals = literalsOf(join(renderer, file)).filter((text) => !same.has(text))
    assert.deepEqual(literals, [], file)
  }
})

test('every key that is named in the sources exists, and every text is used', () => {
  const sources = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(join(renderer, file), 'utf8'))
    .join('\n')
  const dynamic =
    /^(?:explain|remedy|remedyAction|errorCode|problem|target|line|quality|keypad|echo|field|label|choice|invalid|pages|accountTest|defaultMeaning|registration|transfer|presence|firstRun|facts|certificate|noAudio)\./
  for (const key of en.keys()) if (!dynamic.test(key)) assert.ok(sources.includes(`'${key}'`), `${key} is used nowhere`)
  for (const [, key = ''] of sources.matchAll(/\bt\(\s*'([\w.-]+)'/g)) assert.ok(en.has(key), `${key} does not exist`)
})
