import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { compareSound, dbfs, decimate, toneShare } from '../support/audio-compare.ts'
import { missing } from '../support/needs.ts'
import { Baresip } from '../support/peers/baresip.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { pause, until } from '../support/until.ts'
import { VirtualCard, virtualCardMissing } from '../support/virtual-card.ts'
import { padded, readSound, speechFiles, toneSound, writeSound } from '../support/wav.ts'
import { browserHost } from '../support/window/browser-host.ts'
import { electronHost } from '../support/window/electron-host.ts'
import { PhoneScreen } from '../support/window/phone-screen.ts'
import type { WindowHost } from '../support/window/phone-window.ts'

/** A person at the window, a phone that nobody here wrote at the other end, and a sound card between them and the test. */

const rate = 8000
/** What the other phone says. */
const theirHz = 1000

const far = { rate, mostDelayMs: 15_000, wanderMs: 300 }

/** Of a recording that still goes on: its header knows no length yet. */
function pcm(wav: Uint8Array): Int16Array {
  const bytes = wav.slice(44)
  return new Int16Array(bytes.buffer, 0, Math.floor(bytes.length / 2))
}

/** What the speaker plays within the next `ms`, at 8 kHz. */
async function listen(card: VirtualCard, ms: number): Promise<Int16Array> {
  const recording = await card.record()
  await pause(ms)
  return decimate((await recording.stop()).speaker, card.rate / rate)
}

const hasTone = (sound: Int16Array) => toneShare(sound, rate, theirHz) > 0.99
const isSilent = (sound: Int16Array) => dbfs(sound) < -60

/** Says it into the microphone; resolves with what the card took in there, at 8 kHz. */
async function say(card: VirtualCard, file: string): Promise<Int16Array> {
  const recording = await card.record()
  await card.speak(file)
  return decimate((await recording.stop()).microphone, card.rate / rate)
}

/** The window opens its device for a call, and a change takes a moment to be heard. */
const heard = (what: string, card: VirtualCard, judge: (sound: Int16Array) => boolean) =>
  until(what, async () => judge(await listen(card, 500)), 15_000)

function scenario(host: WindowHost): void {
  const skip = host.missing || virtualCardMissing || missing('baresip')
  test(`${host.name}: call, be called, quit and start again`, { skip, timeout: 180_000 }, async (t) => {
    const scope = scopeOf(t)
    const folder = await temporaryFolder(scope)
    const data = join(folder, 'data')
    const [theirs, ours] = [join(folder, 'theirs.wav'), join(folder, 'ours.wav')]
    await writeSound(theirs, toneSound(theirHz, 120))
    const speech = (await readSound(speechFiles.alice)).samples.subarray(0, 5 * rate)
    await writeSound(ours, padded({ rate, samples: speech }, 0.1, 0.1))
    let said: Int16Array = new Int16Array()
    const card = await VirtualCard.start()
    scope.after(() => card.stop())
    const bob = await Baresip.start(scope, { play: theirs, user: 'bob' })
    const carol = await Baresip.start(scope, { play: theirs, user: 'carol' })
    const window = await host.open(scope, { data, env: card.env })
    const screen = new PhoneScreen(window.page)
    const address = await screen.ownAddress()

    await t.test('calls, is heard and hears', async () => {
      await screen.dial(bob.target)
      await bob.event('CALL_ESTABLISHED')
      await screen.answered()
      await heard('the tone at the speaker', card, hasTone)
      said = await say(card, ours)
      // When the machine stumbles, the queues of the card grow by what they missed; the sound stays the same.
      const arrived = async () => {
        const samples = pcm(await bob.recording('dec'))
        return samples.length > said.length && compareSound(said, samples, far).median > 0.95
      }
      await until('what was said, at the other phone', arrived, 40_000)
    })

    await t.test('sends the digits of the keypad', async () => {
      await screen.pressDigits('15')
      const digits = [await bob.event('CALL_DTMF_START'), await bob.event('CALL_DTMF_START')]
      assert.deepEqual(
        digits.map(({ param }) => param),
        ['1', '5'],
      )
    })

    await t.test('hangs up', async () => {
      await screen.press('hang-up')
      await bob.event('CALL_CLOSED')
      const { samples } = await readSound(await bob.recording('dec'))
      const found = compareSound(said, samples, far)
      assert.ok(found.windows >= 8, `only ${found.windows} windows to compare`)
      assert.ok(found.median > 0.95, `what was said arrived as ${JSON.stringify(found)}`)
      t.diagnostic(`what was said arrived as ${JSON.stringify(found)}`)
    })

    await t.test('is called, and answers', async () => {
      await carol.dial(address)
      await screen.part('incoming').getByText('carol').first().waitFor()
      await screen.press('answer')
      await carol.event('CALL_ESTABLISHED')
      await heard('the tone at the speaker', card, hasTone)
    })

    await t.test('holds and resumes', async () => {
      await screen.press('hold')
      await screen.lineSays('hold')
      await heard('silence while on hold', card, isSilent)
      await screen.press('hold')
      await screen.lineSays('Talking')
      await heard('the tone again', card, hasTone)
    })

    await t.test('is hung up on', async () => {
      await carol.hangup()
      await screen.part('ended').waitFor()
    })

    const rows = await screen.log()
    assert.equal(rows.length, 2)
    assert.match(rows[0] ?? '', /carol/)
    assert.match(rows[1] ?? '', /bob/)
    assert.deepEqual(window.faults, [])
    assert.equal(await window.quit(), 0)

    const again = await host.open(scope, { data, env: card.env })
    assert.deepEqual(await new PhoneScreen(again.page).log(), rows)
    assert.equal(await again.quit(), 0)
  })
}

describe('the window', () => {
  scenario(electronHost)
  scenario(browserHost)
})
