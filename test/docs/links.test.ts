import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import manifest from '../../package.json' with { type: 'json' }
import { commands, isCommand, options } from '../../electron/cli/options.ts'

/** What the documents point at is there: files, tests, scripts of npm, commands and their options. */

const root = fileURLToPath(new URL('../../', import.meta.url))
const documents = [...globSync('*.md', { cwd: root }), ...globSync('docs/*.md', { cwd: root })]
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** As GitHub names them in links. */
const headings = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

test('there are documents to look at', () => {
  for (const path of ['README.md', 'CONTRIBUTING.md', 'docs/user-guide.md']) assert.ok(documents.includes(path), path)
})

for (const path of documents) {
  test(`every file that ${path} names exists`, () => {
    const text = read(path)
    const prose = text.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '')
    const linked = [...prose.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)|src="([^":]+)"/g)].map(([, a, b]) =>
      join(dirname(path), a ?? b ?? ''),
    )
    const named = [...text.matchAll(/`((?:test|electron|native|renderer|scripts|docs|assets)\/[\w./-]+)`/g)].map(
      ([, name = '']) => name,
    )
    for (const name of [...linked, ...named]) assert.ok(existsSync(join(root, name)), `${name} is not there`)
    for (const [, file = '', place = ''] of prose.matchAll(/\]\(([^)#:\s]*)#([^)]+)\)/g)) {
      const target = file === '' ? path : join(dirname(path), file)
      assert.ok(headings(read(target)).includes(place), `${target} has no heading for #${place}`)
    }
  })

  test(`every command that ${path} shows is one`, () => {
    const text = read(path)
    for (const [, script = ''] of text.matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g))
      assert.ok(script in manifest.scripts, `npm run ${script}`)
    for (const [line, command = '', rest = ''] of text.matchAll(
      /^\s*(?:[A-Z_]+=\S+ )?(?:npm run -s dialtone --|dialtone) ([a-z]+)([^\n#|>]*)/gm,
    )) {
      assert.ok(isCommand(command), line)
      for (const [, option = ''] of rest.matchAll(/ --([a-z-]+)/g)) {
        const known: readonly string[] = Object.keys(options)
        assert.ok(known.includes(option), `--${option} in: ${line}`)
      }
    }
  })
}

test('every defence of the threat model names the tests that prove it', () => {
  const rows = [...read('docs/threat-model.md').matchAll(/^\|.*\|$/gm)]
    .map(([row]) => row.split('|').slice(1, -1))
    .slice(2)
  assert.ok(rows.length > 15)
  for (const [, attack = '', , proofs = ''] of rows)
    assert.match(proofs, /^ *(`test\/[\w./-]+\.test\.ts`(, )?)+ *$/, attack)
})

test('every command of the command line is in the README', () => {
  for (const name of Object.keys(commands)) assert.match(read('README.md'), new RegExp(`dialtone -- ${name}\\b`))
})
