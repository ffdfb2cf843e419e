import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { isValid, mutantsOf, type Mutant } from '../../scripts/mutate/mutants.ts'
import { rooms } from '../../scripts/mutate/rooms.ts'

const changed = (source: string) =>
  mutantsOf('a.ts', source).map(({ start, end, text }) => source.slice(0, start) + text + source.slice(end))

test('a mutant flips a comparison, drops a statement, swaps a constant or fixes a condition', () => {
  assert.deepEqual(changed('const a = b < 5'), ['const a = b <= 5', 'const a = b < (6)'])
  assert.deepEqual(changed("const a = b ?? 'x'"), ["const a = b && 'x'", "const a = b ?? ''"])
  assert.deepEqual(changed('f(a)'), [';'])
  assert.deepEqual(changed('if (!a) { i++ }'), [
    'if (true) { i++ }',
    'if (false) { i++ }',
    'if (a) { i++ }',
    'if (!a) { ; }',
    'if (!a) { i-- }',
  ])
})

test('types, imports and the words of an error are left alone', () => {
  for (const source of [
    "import { a } from './a.ts'",
    "type A = 'a' | 1",
    "interface A { readonly kind: 'a' }",
    'class FaultError extends Error {} throw new FaultError("words", 1)',
    "export { a } from './a.ts'",
  ])
    assert.deepEqual(changed(source), [], source)
  assert.deepEqual(changed('const a = (b as 1) + c'), ['const a = (b as 1) - c'])
})

test('what is no program any more is no mutant', () => {
  const file = 'electron/sip/transaction/timer-values.ts'
  const whole: Mutant = { file, start: 0, end: 0, text: '', line: 1, what: '' }
  assert.equal(isValid(whole), true)
  assert.equal(isValid({ ...whole, text: '(((' }), false)
})

test('every room has sources that can be read, and tests', () => {
  for (const [name, { sources, tests }] of Object.entries(rooms)) {
    for (const glob of [...sources, ...tests]) assert.ok(globSync(glob).length > 0, `${name}: ${glob}`)
    const found = sources
      .flatMap((glob) => globSync(glob))
      .flatMap((file) => mutantsOf(file, readFileSync(file, 'utf8')))
    assert.ok(found.length > 50, name)
  }
})
