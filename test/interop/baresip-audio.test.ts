/** Keeps time: it compares sound that was sent and recorded in real time. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { compareSound, toneShare } from '../support/audio-compare.ts'
import { Answerer, runCall } from '../support/dialtone.ts'
import { missing } from '../support/needs.ts'
import { Baresip } from '../support/peers/baresip.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { pause } from '../support/until.ts'
import { padded, readSound, speechFiles, toneSound, writeSound } from '../support/wav.ts'

/** What is said on one side is heard on the other, through baresip, a phone that nobody here wrote. */

const rate = 8000
const toneHz = 1000

/** Five seconds of speech with silence behind it, and a tone that outlasts every call: baresip hangs up at a file's end. */
async function prepare(folder: string) {
  const { samples } = await readSound(speechFiles.alice)
  const speech = { rate, samples: samples.subarray(0, 5 * rate) }
  const [speechFile, toneFile] = [join(folder, 'speech.wav'), join(folder, 'tone.wav')]
  await writeSound(speechFile, padded(speech, 0.2, 40))
  await writeSound(toneFile, toneSound(toneHz, 60))
  return { speech: speech.samples, speechFile, toneFile }
}

function assertSpeech(sent: Int16Array, heard: Int16Array): void {
  const found = compareSound(sent, heard, { rate })
  assert.ok(found.windows >= 8, `only ${found.windows} windows to compare`)
  assert.ok(found.median > 0.95, `heard ${JSON.stringify(found)}`)
}

describe('sound through files', { skip: missing('baresip'), concurrency: 2 }, () => {
  for (const codec of ['PCMU', 'PCMA']) {
    test(`we call, ${codec}`, async (t) => {
      const scope = scopeOf(t)
      const folder = await temporaryFolder(scope)
      const { speech, speechFile, toneFile } = await prepare(folder)
      const record = join(folder, 'heard.wav')
      const baresip = await Baresip.start(scope, { play: toneFile })
      const audio = ['--play', speechFile, '--record', record, '--set', `audio.codecs=${codec}`]
      const call = await runCall(scope, baresip.target, [...audio, '--duration', '6'])
      assert.deepEqual([call.code, call.result.cause], [0, 'normal'], call.stderr)
      assert.equal(call.result.quality?.sent.codec, codec)
      await baresip.event('CALL_CLOSED')
      assertSpeech(speech, (await readSound(await baresip.recording('dec'))).samples)
      const heard = (await readSound(record)).samples
      assert.ok(heard.length > 5 * rate)
      assert.ok(toneShare(heard, rate, toneHz) > 0.99)
    })

    test(`baresip calls, ${codec}`, async (t) => {
      const scope = scopeOf(t)
      const folder = await temporaryFolder(scope)
      const { speech, speechFile, toneFile } = await prepare(folder)
      const record = join(folder, 'heard.wav')
      const answerer = await Answerer.start(scope, ['--once', '--play', toneFile, '--record', record])
      const baresip = await Baresip.start(scope, { play: speechFile, codecs: [codec] })
      await baresip.dial(answerer.target)
      await baresip.event('CALL_ESTABLISHED')
      await pause(6000)
      await baresip.hangup()
      const result = await answerer.result()
      assert.deepEqual([result.answered, result.cause, result.quality?.received.codec], [true, 'normal', codec])
      assert.equal((await answerer.program.finished(5000)).code, 0)
      assertSpeech(speech, (await readSound(record)).samples)
      const heard = (await readSound(await baresip.recording('dec'))).samples
      assert.ok(heard.length > 5 * rate)
      assert.ok(toneShare(heard, rate, toneHz) > 0.99)
    })
  }
})
