import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { monoSamples, parseWav } from '../../native/audio/wav.ts'
import { startDialtone } from '../support/dialtone.ts'
import { PlainAnswerer } from '../support/peers/plain-answerer.ts'
import { RpcPhone } from '../support/rpc-phone.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

test('a call that is heard on one side only: its own capture says so, and what was sent can be listened to', async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const deaf = createSocket('udp4').bind(0, '127.0.0.1')
  await once(deaf, 'listening')
  scope.after(() => void deaf.close())
  const bob = await PlainAnswerer.open(scope, deaf.address().port)
  const phone = await RpcPhone.start(scope, ['--audio', 'tone'])
  await phone.request('trace.packets', { depth: 'whole' })
  const { callId } = await phone.request('call.dial', { target: bob.target })
  await phone.state(callId, 'confirmed')
  const [{ sipCallId } = { sipCallId: '' }] = (await phone.request('phone.snapshot', {})).calls
  const stream = await until('two seconds of sound', async () => {
    const { streams } = await phone.request('trace.streams', { sipCallId })
    return streams.find(({ packets }) => packets > 100)
  })
  assert.deepEqual([stream.codec, stream.sound, stream.lost], ['PCMU', 'whole', 0])
  await phone.request('call.hangup', { callId })
  await phone.ended(callId)
  const heard = await phone.request('trace.listen', { sipCallId, ssrc: stream.ssrc })
  const wav = parseWav(Buffer.from('base64' in heard ? heard.base64 : '', 'base64'))
  const sound = monoSamples(wav, 8000, 4000)
  assert.ok(sound.some((sample) => Math.abs(sample) > 1000))

  const path = join(folder, 'one-way.pcap')
  await phone.request('trace.export', { sipCallId, format: 'pcap', path })
  const shown = await startDialtone(scope, ['trace', path, '--explain'])
  assert.equal((await shown.exited).code, 0, shown.stderr)
  assert.match(
    shown.stdout,
    new RegExp(`^x \\d+ packets of sound went from ${stream.from} to ${stream.to}, and not one came back`, 'm'),
  )
})
