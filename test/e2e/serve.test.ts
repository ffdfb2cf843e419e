import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserMissing, TestBrowser } from '../support/browser.ts'
import { Answerer } from '../support/dialtone.ts'
import { scopeOf } from '../support/scope.ts'
import { ServedPhone } from '../support/served-phone.ts'
import { level } from '../support/sound.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { readWavFile } from '../../native/audio/wav-file.ts'

/** The phone as somebody without Electron uses it: the command, a browser, another phone. */

test(
  'opened by its file, the page calls, is heard, and hangs up',
  { skip: browserMissing, timeout: 120_000 },
  async (t) => {
    const scope = scopeOf(t)
    const folder = await temporaryFolder(scope)
    const bob = await Answerer.start(scope, ['--audio', 'tone', '--record', `${folder}/heard.wav`])
    const phone = await ServedPhone.start(scope, ['--audio', 'tone'])
    const browser = await TestBrowser.start(scope)
    const { page, faults } = await browser.open(phone.url)

    await page.getByRole('combobox').fill(bob.target)
    await page.getByRole('combobox').press('Enter')
    await page
      .getByRole('timer')
      .getByText(/^00:(0[2-9]|[1-5]\d)$/)
      .waitFor()
    await page.getByRole('button', { name: 'Hang up' }).click()
    const result = await bob.result()
    assert.deepEqual([result.answered, result.cause], [true, 'normal'])
    // Bob heard the tone that the page's phone sends.
    const { samples: heard } = await readWavFile(`${folder}/heard.wav`)
    assert.ok(Math.abs(level(heard.subarray(-12_000, -4000), 1000) - -20) < 1)
    assert.deepEqual(faults, [])
  },
)
