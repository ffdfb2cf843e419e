import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openStore } from '../../electron/store/store.ts'
import { lengthOf, parseWav, wavHeader } from '../../native/audio/wav.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

test('recordings that a crash cut short can be played at the next start; whole ones and others’ files stay as they are', async (t) => {
  const dataFolder = await temporaryFolder(scopeOf(t))
  const folder = join(dataFolder, 'recordings')
  mkdirSync(folder)
  const sound = Buffer.alloc(4 * 8000, 7)
  const write = (name: string, ...parts: Uint8Array[]) => writeFileSync(join(folder, name), Buffer.concat(parts))
  write('whole.wav', wavHeader(8000, 2, sound.length), sound)
  // The last second was written, its header was not; and half a frame of the next.
  write('cut.wav', wavHeader(8000, 2, 0), sound, Buffer.alloc(3))
  // The header promises more than there is: the disk was full.
  write('short.wav', wavHeader(8000, 1, 999_999), sound)
  write('empty.wav')
  write('other.wav', Buffer.from('RIFF, but somebody else wrote this file, and it is longer than a header'))
  write('tiny.wav', Buffer.from('RIFF'))
  writeFileSync(join(folder, 'notes.txt'), '')
  const before = new Map(['whole.wav', 'other.wav', 'tiny.wav'].map((name) => [name, readFileSync(join(folder, name))]))

  const first = openStore({ dataFolder })
  assert.equal(first.problems.length, 3, first.problems.join('\n'))
  first.close()
  for (const [name, bytes] of before) assert.deepEqual(readFileSync(join(folder, name)), bytes, name)
  assert.deepEqual(readdirSync(folder).sort(), [
    'cut.wav',
    'notes.txt',
    'other.wav',
    'short.wav',
    'tiny.wav',
    'whole.wav',
  ])
  for (const [name, channels] of [
    ['cut.wav', 2],
    ['short.wav', 1],
  ] as const) {
    const file = readFileSync(join(folder, name))
    const wav = parseWav(file)
    assert.deepEqual([wav.channels, lengthOf(wav)], [channels, sound.length / 2 / channels], name)
    assert.equal(file.readUInt32LE(4), 36 + sound.length)
  }
  const second = openStore({ dataFolder })
  assert.deepEqual(second.problems, [], 'once is enough')
  second.close()
})
