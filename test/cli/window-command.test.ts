import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from '../../electron/cli/usage-error.ts'
import { parseWindowCommand } from '../../electron/cli/window-command.ts'

test('our options are read, whatever else stands on the command line', () => {
  const command = parseWindowCommand([
    '--no-sandbox',
    '--inspect=0',
    'out/main/main.js',
    '--profile=work',
    '--sip-port',
    '5070',
    '--set',
    'audio.codecs=PCMA',
    'sip:bob@example.org',
    '--enable-features=A,B',
  ])
  assert.deepEqual([command.profile, command.data], ['work', undefined])
  assert.deepEqual(command.settings, { network: { sipPort: 5070 }, audio: { codecs: ['PCMA'] } })
  assert.deepEqual(command.rest, ['out/main/main.js', 'sip:bob@example.org'])
})

test('wrong values of our options are wrong usage', () => {
  for (const argv of [
    ['--sip-port', 'x'],
    ['--profile', 'a', '--data', 'b'],
    ['--log', 'loud'],
  ])
    assert.throws(() => parseWindowCommand(argv), UsageError)
})
