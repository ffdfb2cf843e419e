import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type CommandName, commands, options, optionsOf } from '../../electron/cli/options.ts'
import { missing } from '../support/needs.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

/** Completion and manual page as shells and troff take them. That they are up to date: generated.test.ts. */

const file = (name: string) => fileURLToPath(new URL(`../../assets/shell/${name}`, import.meta.url))
const names = Object.keys(commands) as CommandName[]

function run(program: string, args: readonly string[], cwd?: string): string[] {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000, cwd })
  assert.deepEqual([status, stderr], [0, ''], `${program} ${args.join(' ')}`)
  return stdout.split('\n').filter((line) => line !== '')
}

/** What bash offers for the last of the words. */
function bash(words: readonly string[], cwd?: string): string[] {
  const script = `compopt() { :; }; source '${file('dialtone.bash')}'; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_dialtone; printf '%s\\n' "\${COMPREPLY[@]}"`
  return run('bash', ['-c', script, 'bash', 'dialtone', ...words], cwd)
}

test('bash: commands, the options of each, and their values', async (t) => {
  assert.deepEqual(bash(['']), [...names, '--help', '--version'])
  assert.deepEqual(bash(['se']), ['serve'])
  for (const name of names)
    assert.deepEqual(
      bash([name, '--']),
      optionsOf(name).map((option) => `--${option}`),
    )
  assert.deepEqual(bash(['call', 'x', '--trans']), ['--transport'])
  assert.deepEqual(bash(['call', 'x', '--transport', 't']), ['tcp', 'tls'])
  assert.deepEqual(bash(['answer', '--log', '']), ['off', 'error', 'warn', 'info', 'debug'])
  assert.deepEqual(bash(['answer', '--user', '']), [], 'a name is nobody else’s business')
  const folder = await temporaryFolder(scopeOf(t))
  mkdirSync(join(folder, 'sounds'))
  writeFileSync(join(folder, 'song.wav'), '')
  assert.deepEqual(bash(['call', 'x', '--play', 'so'], folder).sort(), ['song.wav', 'sounds'])
  assert.deepEqual(bash(['rpc', '--data', 'so'], folder), ['sounds'])
})

test('fish: the same', { skip: missing('fish') }, () => {
  const fish = (line: string) =>
    run('fish', ['--no-config', '-c', `source '${file('dialtone.fish')}'; complete -C '${line}'`]).map(
      (one) => one.split('\t')[0],
    )
  assert.deepEqual(fish('dialtone ').sort(), [...names].sort())
  assert.deepEqual(fish('dialtone call x --transport t').sort(), ['tcp', 'tls'])
  for (const name of names)
    assert.deepEqual(
      fish(`dialtone ${name} --`).sort(),
      optionsOf(name)
        .map((option) => `--${option}`)
        .sort(),
    )
})

test('zsh: the same, as far as its own functions are told', { skip: missing('zsh') }, () => {
  run('zsh', ['-f', '-n', file('_dialtone')])
  const told = (state: string, word: string) =>
    run('zsh', [
      '-f',
      '-c',
      `_arguments() { [[ $1 == -C ]] && state=${state} && return; print -rl -- "$@" }
_describe() { print -rl -- $commands }
words=('${word}'); source '${file('_dialtone')}'`,
    ])
  assert.deepEqual(
    told('command', '').map((line) => line.split(':')[0]),
    names,
  )
  for (const name of names) {
    const lines = told('argument', name).filter((line) => line.includes('['))
    const offered = lines.map((line) => /^\*?--([a-z-]+)\[/.exec(line)?.[1])
    assert.deepEqual(offered, optionsOf(name))
  }
})

test(
  'the manual page: every command and option is in it, and troff has nothing to say against it',
  {
    skip: missing('groff'),
  },
  () => {
    const text = run('groff', ['-man', '-ww', '-Tascii', '-P-c', '-P-b', '-P-u', file('dialtone.1')]).join('\n')
    for (const name of names) assert.match(text, new RegExp(`^ +dialtone ${name}\\b`, 'm'))
    for (const name of Object.keys(options)) assert.ok(text.includes(` --${name}`), name)
    for (const name of names) for (const example of commands[name].examples) assert.ok(text.includes(example), example)
    assert.doesNotMatch(text, /\\[a-z(]/, 'nothing is left unformatted')
  },
)
