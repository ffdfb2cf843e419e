import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Ready } from '../../electron/ipc/contract.ts'
import { toneShare } from '../support/audio-compare.ts'
import { builtOutput } from '../support/build.ts'
import { Program } from '../support/process.ts'
import { descendants } from '../support/running-process.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { readSound, toneSound, writeSound } from '../support/wav.ts'

/** What is shipped is not what is in the checkout: the same command from built code, children and all. */

test('a call between two phones of the built output, under plain Node', { timeout: 180_000 }, async (t) => {
  const scope = scopeOf(t)
  const main = join(await builtOutput(), 'main')
  const folder = await temporaryFolder(scope)
  const [sent, heard] = [join(folder, 'sent.wav'), join(folder, 'heard.wav')]
  await writeSound(sent, toneSound(1000, 30))
  const start = (args: readonly string[]) =>
    Program.start(
      scope,
      process.execPath,
      [join(main, 'headless.js'), ...args, '--listen', '127.0.0.1', '--sip-port', '0'],
      // Nothing of the checkout is found by accident.
      { cwd: folder, patienceMs: 8000 },
    )

  const bob = await start(['answer', '--once', '--json', '--record', heard, '--audio', 'null'])
  const line = await until(`the ready line\n${bob.told}`, () => bob.stdout.includes('\n') && bob.stdout.split('\n')[0])
  const { address, port } = (JSON.parse(line) as Ready).listening[0]!
  const alice = await start(['call', `sip:bob@${address}:${port}`, '--play', sent, '--duration', '2', '--json'])
  await until('a media process of built code', () =>
    descendants(alice.pid).some(({ command }) => command.includes(join(main, 'media-process.js'))),
  )

  assert.equal((await alice.finished(30_000)).code, 0, alice.stderr)
  assert.equal((await bob.finished(10_000)).code, 0, bob.stderr)
  const { samples } = await readSound(heard)
  assert.ok(samples.length > 8000, `only ${samples.length} samples`)
  assert.ok(toneShare(samples.subarray(800), 8000, 1000) > 0.99)
})
