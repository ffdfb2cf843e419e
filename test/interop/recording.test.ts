import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { toneShare } from '../support/audio-compare.ts'
import { RpcPhone } from '../support/rpc-phone.ts'
import { descendants } from '../support/running-process.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { toneSound, writeSound } from '../support/wav.ts'

/** Left and right of a stereo file as the recorder writes it. */
function sides(path: string): readonly [left: Int16Array, right: Int16Array] {
  const file = readFileSync(path)
  assert.deepEqual([file.readUInt16LE(22), file.readUInt32LE(24), file.readUInt16LE(34)], [2, 8000, 16])
  assert.equal(file.readUInt32LE(40), file.byteLength - 44, 'the header tells the length')
  const frames = (file.byteLength - 44) / 4
  const side = (offset: number) =>
    Int16Array.from({ length: frames }, (_, at) => file.readInt16LE(44 + at * 4 + offset))
  return [side(0), side(2)]
}

test('a call is recorded: us on the left, them on the right, also after the media process died', async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const said = async (name: string, hz: number) => {
    const path = join(folder, `${name}.wav`)
    await writeSound(path, toneSound(hz, 60))
    return `file:${path}`
  }
  const alice = await RpcPhone.start(scope, ['--audio', await said('alice', 700)])
  const bob = await RpcPhone.start(scope, ['--audio', await said('bob', 1500)])
  const { callId } = await alice.request('call.dial', { target: await bob.target() })
  const incoming = await bob.notification('call.state', ({ state }) => state === 'incoming')
  await assert.rejects(alice.request('call.record', { callId, on: true }), { code: 'bad-state' })
  await bob.request('call.answer', { callId: incoming.callId })
  await alice.state(callId, 'confirmed')

  const { path } = await alice.request('call.record', { callId, on: true })
  assert.equal(statSync(path!).mode & 0o777, 0o600)
  assert.deepEqual(await alice.request('call.record', { callId, on: true }), { path }, 'it goes on')
  await alice.notification('phone.snapshot', ({ calls }) => calls[0]?.recording === true)
  await until('two seconds are written', () => statSync(path!).size > 44 + 2 * 32_000)
  assert.deepEqual(await alice.request('call.record', { callId, on: false }), { path })
  const [left, right] = sides(path!)
  const inside = (side: Int16Array) => side.subarray(4000, 12_000)
  assert.ok(toneShare(inside(left), 8000, 700) > 0.95, 'our own tone is on the left')
  assert.ok(toneShare(inside(right), 8000, 1500) > 0.95, 'their tone is on the right')

  // The next one outlives the process that writes it
  const { path: second } = await alice.request('call.record', { callId, on: true })
  assert.notEqual(second, path)
  await until('a second is written', () => statSync(second!).size > 44 + 32_000)
  const media = descendants(alice.program.pid).find(({ command }) => command.includes('media-process'))
  process.kill(media!.pid, 'SIGKILL')
  const more = second!.replace(/\.wav$/, '-2.wav')
  await until(
    'it goes on in a file beside it',
    () => (statSync(more, { throwIfNoEntry: false })?.size ?? 0) > 44 + 32_000,
  )
  sides(second!)
  await alice.request('call.hangup', { callId })
  await alice.ended(callId)
  assert.ok(toneShare(inside(sides(more)[1]).subarray(0, 3000), 8000, 1500) > 0.9)
})
