/** Keeps time: it hears itself through the virtual sound card, in real time. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { compareSound, decimate, dbfs } from '../support/audio-compare.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { pause, until } from '../support/until.ts'
import { VirtualCard, virtualCardMissing } from '../support/virtual-card.ts'
import { padded, readSound, speechFiles, writeSound } from '../support/wav.ts'
import { browserHost } from '../support/window/browser-host.ts'
import { electronHost } from '../support/window/electron-host.ts'
import { PhoneScreen } from '../support/window/phone-screen.ts'

/** From the open window to one's own voice. */

const rate = 8000

describe('the echo test', () => {
  for (const host of [electronHost, browserHost])
    test(
      `${host.name}: one click, and what is said comes back a second later`,
      { skip: host.missing || virtualCardMissing, timeout: 120_000 },
      async (t) => {
        const scope = scopeOf(t)
        const folder = await temporaryFolder(scope)
        const file = join(folder, 'speech.wav')
        const speech = (await readSound(speechFiles.alice)).samples.subarray(0, 5 * rate)
        await writeSound(file, padded({ rate, samples: speech }, 0.1, 0.1))
        const card = await VirtualCard.start()
        scope.after(() => card.stop())
        const window = await host.open(scope, { data: join(folder, 'data'), env: card.env })
        const screen = new PhoneScreen(window.page)

        await screen.press('open-echo')
        await screen.part('judgement').waitFor()
        const recording = await card.record()
        await card.speak(file)
        await pause(2500)
        const heard = await recording.stop()
        const [microphone, speaker] = [heard.microphone, heard.speaker].map((all) => decimate(all, card.rate / rate))
        const found = compareSound(microphone!, speaker!, { rate, mostDelayMs: 3000, wanderMs: 300 })
        t.diagnostic(`what came back is ${JSON.stringify(found)}`)
        assert.ok(found.windows >= 8, `only ${found.windows} windows to compare`)
        assert.ok(found.median > 0.95, `what came back is ${JSON.stringify(found)}`)
        // The second, and the way in and out of the device, which grows when the machine stumbles.
        assert.ok(found.delayMs > 950 && found.delayMs < 2000, `it came back after ${found.delayMs} ms`)

        await screen.press('back')
        await until('silence', async () => {
          const recording = await card.record()
          await pause(300)
          const { speaker } = await recording.stop()
          return dbfs(speaker) < -90
        })
        assert.deepEqual(window.faults, [])
        assert.equal(await window.quit(), 0)
      },
    )
})
