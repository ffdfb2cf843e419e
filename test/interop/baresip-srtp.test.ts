/** Keeps time: it compares sound that was sent and recorded in real time. */

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Account } from '../../electron/ipc/contract.ts'
import { toneShare } from '../support/audio-compare.ts'
import { missing } from '../support/needs.ts'
import { Baresip } from '../support/peers/baresip.ts'
import { RpcPhone } from '../support/rpc-phone.ts'
import { descendants } from '../support/running-process.ts'
import { type Scope, scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { pause, until } from '../support/until.ts'
import { readSound, toneSound, writeSound } from '../support/wav.ts'

/** Encrypted calls with baresip, whose SRTP is libsrtp's or libre's own: each side hears the other's tone. */

const rate = 8000
const [ourHz, theirHz] = [700, 1500]

async function tones(folder: string) {
  const write = async (hz: number) => {
    const path = join(folder, `${hz}.wav`)
    await writeSound(path, toneSound(hz, 90))
    return path
  }
  return { ours: await write(ourHz), theirs: await write(theirHz) }
}

async function pair(scope: Scope, encryption: 'srtp' | 'srtp-mand' | undefined, srtp: Account['srtp']) {
  const folder = await temporaryFolder(scope)
  const { ours, theirs } = await tones(folder)
  const baresip = await Baresip.start(scope, { play: theirs, encryption })
  const phone = await RpcPhone.start(scope, ['--audio', `file:${ours}`])
  const proxy = `${baresip.profile.address}:${baresip.profile.sipPort}`
  const account = await phone.request('accounts.save', {
    account: { username: 'alice', domain: '127.0.0.1', proxy, register: 'never', srtp },
  })
  return { baresip, phone, accountId: account.id }
}

const isTone = (samples: Int16Array, hz: number) => toneShare(samples.subarray(rate, 3 * rate), rate, hz)
const isLocked = (phone: RpcPhone, srtp: boolean) =>
  phone.notification('phone.snapshot', ({ calls }) => calls[0]?.state === 'confirmed' && calls[0].srtp === srtp)

/** Records what the phone hears for a moment, which is baresip's tone. */
async function assertHears(phone: RpcPhone, callId: string): Promise<void> {
  const { path } = await phone.request('call.record', { callId, on: true })
  await pause(2500)
  await phone.request('call.record', { callId, on: false })
  // 16 bit, they on the right.
  const file = await readFile(path!)
  const right = Int16Array.from({ length: (file.byteLength - 44) / 4 }, (_, at) => file.readInt16LE(46 + at * 4))
  const share = toneShare(right.subarray(rate / 2, 2 * rate), rate, theirHz)
  assert.ok(share > 0.95, `${right.length} samples, ${share} of them their tone`)
}

describe('encrypted calls with baresip', { skip: missing('baresip'), concurrency: 2 }, () => {
  for (const [encryption, srtp] of [
    ['srtp-mand', 'mandatory'],
    ['srtp', 'optional'],
  ] as const) {
    test(`we call, ${srtp}, and it is encrypted both ways, also after the media process died`, async (t) => {
      const { baresip, phone, accountId } = await pair(scopeOf(t), encryption, srtp)
      const { callId } = await phone.request('call.dial', { target: baresip.target, accountId })
      await phone.state(callId, 'confirmed')
      await isLocked(phone, true)
      await assertHears(phone, callId)
      if (srtp === 'mandatory') {
        const media = descendants(phone.program.pid).find(({ command }) => command.includes('media-process'))
        process.kill(media!.pid, 'SIGKILL')
        const before = phone.all('call.quality').length
        await until('the next media process tells its figures', () => phone.all('call.quality').length > before + 1)
        await assertHears(phone, callId)
      }
      // A hold keeps the keys.
      await phone.request('call.hold', { callId })
      await phone.request('call.resume', { callId })
      await assertHears(phone, callId)
      await phone.request('call.hangup', { callId })
      const heard = (await readSound(await baresip.recording('dec'))).samples
      assert.ok(isTone(heard, ourHz) > 0.9, 'baresip heard us')
      assert.ok(toneShare(heard.subarray(-8000, -800), rate, ourHz) > 0.9, 'to the end')
    })
  }

  test('baresip calls, encrypted or not at all', async (t) => {
    const { baresip, phone } = await pair(scopeOf(t), 'srtp-mand', 'off')
    await baresip.dial(await phone.target())
    const { callId } = await phone.notification('call.state', ({ state }) => state === 'incoming')
    await phone.request('call.answer', { callId })
    await isLocked(phone, true)
    await assertHears(phone, callId)
    await phone.request('call.hangup', { callId })
    assert.ok(isTone((await readSound(await baresip.recording('dec'))).samples, ourHz) > 0.9)
  })

  test('a baresip that cannot encrypt: refused where we must, in clear where we may', async (t) => {
    const { baresip, phone, accountId } = await pair(scopeOf(t), undefined, 'mandatory')
    const refused = await phone.request('call.dial', { target: baresip.target, accountId })
    assert.equal((await phone.ended(refused.callId)).cause, 'not-acceptable')
    await phone.request('accounts.save', { account: { id: accountId, srtp: 'optional' } })
    const { callId } = await phone.request('call.dial', { target: baresip.target, accountId })
    await phone.state(callId, 'confirmed')
    await isLocked(phone, false)
    await assertHears(phone, callId)
  })
})
