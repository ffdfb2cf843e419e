/** Keeps time: it compares sound that was sent and recorded in real time. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { missing } from '../support/needs.ts'
import { Baresip } from '../support/peers/baresip.ts'
import { RpcPhone } from '../support/rpc-phone.ts'
import { descendants } from '../support/running-process.ts'
import { scopeOf } from '../support/scope.ts'
import { level } from '../support/sound.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { pause, until } from '../support/until.ts'
import { readSound, toneSound, writeSound } from '../support/wav.ts'

const rate = 8000
const tones = { us: 2300, left: 700, right: 1500 }

/** Whose tones are in these two seconds, the loud ones. */
function voices(samples: Int16Array): string[] {
  const levels = Object.entries(tones).map(([name, hz]) => [name, level(samples, hz)] as const)
  const loudest = Math.max(...levels.map(([, dbfs]) => dbfs))
  return levels.filter(([, dbfs]) => dbfs > loudest - 20).map(([name]) => name)
}

describe('a conference of three', { skip: missing('baresip') }, () => {
  test('a baresip hears the other one and us, not itself, after the media process died; who is left hears us alone', async (t) => {
    const scope = scopeOf(t)
    const folder = await temporaryFolder(scope)
    const tone = async (name: keyof typeof tones) => {
      const path = join(folder, `${name}.wav`)
      await writeSound(path, toneSound(tones[name], 90))
      return path
    }
    const [left, right] = await Promise.all([
      Baresip.start(scope, { play: await tone('left'), user: 'left' }),
      Baresip.start(scope, { play: await tone('right'), user: 'right' }),
    ])
    const phone = await RpcPhone.start(scope, ['--audio', `file:${await tone('us')}`])
    const dial = async ({ target }: Baresip) => {
      const { callId } = await phone.request('call.dial', { target })
      await phone.state(callId, 'confirmed')
      return callId
    }
    const first = await dial(left)
    const ids = [first, await dial(right)]
    await pause(1500)
    await phone.request('call.conference', { callIds: ids })
    await phone.notification('phone.snapshot', ({ calls }) => calls.every(({ conference }) => conference))
    await pause(1500)
    const media = descendants(phone.program.pid).find(({ command }) => command.includes('media-process'))
    process.kill(media!.pid, 'SIGKILL')
    const before = phone.all('call.quality').length
    await until('the next media process tells its figures', () => phone.all('call.quality').length > before + 2)
    await pause(2500)
    await phone.request('call.hangup', { callId: ids[0]! })
    await phone.notification('phone.snapshot', ({ calls }) => calls.length === 1 && !calls[0]!.conference)
    await pause(2500)
    await phone.request('call.hangup', { callId: ids[1]! })
    // baresip's files are whole when its calls have ended, but that of a call that was held ends with the hold.
    const heard = async (peer: Baresip, from: number, to: number) => {
      const { samples } = await readSound(await peer.recording('dec'))
      return voices(samples.subarray(from * rate, to * rate))
    }
    assert.deepEqual(await heard(right, -4.4, -3.1), ['us', 'left'])
    assert.deepEqual(await heard(right, -2, -0.5), ['us'])
  })
})
