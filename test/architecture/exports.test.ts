import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'

/**
 * An export is a promise to other files: one that no file takes up is none, and hides what is dead. The linter sees one
 * file at a time, so this looks at all of them.
 */

const project = resolve(import.meta.dirname, '../..')

/** What tools of others read by name; nobody here imports it. */
const readByTools = new Set(['electron.vite.config.ts', 'oxlint.config.ts', 'electron-builder.config.ts'])

type Tree = ReadonlyMap<string, string>

/** `a, type b as c` -> the names on the left, as the other file has them. */
const namesIn = (list: string) =>
  list
    .split(',')
    .map((entry) => entry.trim().replace(/^type /, ''))
    .filter((entry) => entry !== '')
    .map((entry) => /^\w+/.exec(entry)?.[0] ?? entry)

function exportsOf(text: string): string[] {
  const declared = text.matchAll(
    /^export (?:declare )?(?:default )?(?:async )?(?:abstract )?(?:function\*?|class|interface|type|const|let|enum) (\w+)/gm,
  )
  const listed = text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)
  const taken = text.matchAll(/^export const [{[]([^}\]=]*)[}\]]/gm)
  return [
    ...[...declared].map(([, name = '']) => name),
    ...[...listed].flatMap(([, names = '']) => namesIn(names.replace(/\w+ as /g, ''))),
    ...[...taken].flatMap(([, names = '']) => namesIn(names.replace(/\w+: /g, ''))),
  ]
}

/** File -> the names that others import of it; `*` is all. */
function importsIn(tree: Tree): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>()
  for (const [file, text] of tree) {
    const take = (from: string, names: readonly string[]) => {
      const of = join(dirname(file), from)
      const known = wanted.get(of) ?? new Set<string>()
      for (const name of names) known.add(name)
      wanted.set(of, known)
    }
    for (const [, names = '', from = ''] of text.matchAll(
      /^(?:import|export) (?:type )?(?:\w+, )?\{([^}]*)\} from '(\.[^']+)'/gm,
    ))
      take(from, namesIn(names))
    for (const [, from = ''] of text.matchAll(/^(?:import|export) (?:type )?\*(?: as \w+)? from '(\.[^']+)'/gm))
      take(from, ['*'])
    for (const [, from = ''] of text.matchAll(/^import (?:type )?\w+(?:, \{[^}]*\})? from '(\.[^']+)'/gm))
      take(from, ['default'])
    // `const { a } = await import(...)`, and `import(...)` whose value goes elsewhere.
    for (const [, names, from = ''] of text.matchAll(/(?:\{([^{}]*)\} = await )?\bimport\('(\.[^']+)'\)/g))
      take(from, names === undefined ? ['*'] : namesIn(names))
  }
  return wanted
}

function needless(tree: Tree): string[] {
  const wanted = importsIn(tree)
  return [...tree].flatMap(([file, text]) => {
    const names = wanted.get(file)
    if (readByTools.has(file) || names?.has('*') === true) return []
    return exportsOf(text)
      .filter(
        (name) =>
          names?.has(name) !== true &&
          !(names?.has('default') === true && text.includes(`export default function ${name}`)),
      )
      .map((name) => `${file}: ${name}`)
  })
}

test('every export is imported by another file', () => {
  const files = globSync(['*.ts', '{electron,native,renderer,scripts,test}/**/*.{ts,tsx}'], { cwd: project })
  const tree = new Map(files.map((file) => [file, readFileSync(join(project, file), 'utf8')]))
  assert.ok(exportsOf(tree.get('native/protocol.ts') ?? '').length > 10)
  assert.deepEqual(needless(tree), [], 'drop `export`, or what is behind it')
})

test('an export that nobody imports is found, in whatever way it is written', () => {
  const tree = new Map([
    [
      'a/one.ts',
      [
        'export const used = 1',
        'export const alone = 1',
        "export type { Shape, Other as Lone } from './two.ts'",
        'export async function go() {}',
        'export class Kept {}',
        'export interface Unread {}',
        'export const { x, y: z } = used',
      ].join('\n'),
    ],
    ['a/two.ts', 'export interface Shape {}\nexport interface Other {}\nexport type Never = 1'],
    [
      'b/three.ts',
      "import { used, type Shape as S, x } from '../a/one.ts'\nconst { go } = await import('../a/one.ts')",
    ],
    ['b/four.ts', "import type { Kept } from '../a/one.ts'\nexport const all = 1"],
    ['b/five.ts', "import * as four from './four.ts'"],
  ])
  assert.deepEqual(needless(tree), [
    'a/one.ts: alone',
    'a/one.ts: Unread',
    'a/one.ts: Lone',
    'a/one.ts: z',
    'a/two.ts: Never',
  ])
})
