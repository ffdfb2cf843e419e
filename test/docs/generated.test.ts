import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as v from 'valibot'
import { methods } from '../../electron/ipc/contract.ts'
import { generatedFiles } from '../../scripts/docs/generated-files.ts'
import { schemaText } from '../../scripts/docs/schema-text.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

for (const [path, text] of generatedFiles())
  test(`${path} is what the sources say (npm run docs writes it)`, () => assert.equal(read(path), text))

test('the reference has every method, and declares every shape it speaks of', () => {
  const text = read('docs/contract.md')
  for (const name of Object.keys(methods)) assert.ok(text.includes(`**\`${name}\`**`), name)
  const declared = new Set(
    [...text.matchAll(/^(?:interface |type )?(\w+)(?= (?:=|\{|extends))/gm)].map(([, name]) => name),
  )
  const builtIn = ['Omit', 'Readonly', 'Record', 'Account', 'JSON', 'ISO', 'UTC']
  const code = text.replaceAll(/\/\*\*[\s\S]*?\*\//g, '').replaceAll(/\/\^.*?\$\//g, '')
  const results = [...code.matchAll(/(?:→ |\*\* )`([^`]*)`(?! →)/g)].map(([, type]) => type ?? '')
  const blocks = [...code.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block ?? '')
  for (const piece of [...results, ...blocks])
    for (const [name] of piece.replaceAll(/(['"]).*?\1/g, '').matchAll(/\b[A-Z]\w+/g))
      assert.ok(declared.has(name) || builtIn.includes(name), `${name} is nowhere explained`)
})

test('a schema is written with its bounds, and an unknown kind is no silent gap', () => {
  const schema = v.strictObject({
    name: v.pipe(v.string(), v.minLength(1), v.maxLength(8)),
    codes: v.optional(v.array(v.picklist(['a', 'b']))),
    port: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
  })
  assert.equal(schemaText(schema), '{ name: string(1..8), codes?: ("a" | "b")[], port: integer(0..) | null }')
  assert.throws(() => schemaText(v.date()), /type date/)
})
