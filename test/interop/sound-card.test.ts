/** Runs alone: it measures how soon the sound is back. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { compareSound, decimate, toneShare } from '../support/audio-compare.ts'
import { Answerer, runCall, type FinishedCall } from '../support/dialtone.ts'
import { missing } from '../support/needs.ts'
import { Baresip } from '../support/peers/baresip.ts'
import { PlainCaller } from '../support/peers/plain-caller.ts'
import { RtpEndpoint } from '../support/peers/rtp-endpoint.ts'
import { childNamed } from '../support/running-process.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { pause, until } from '../support/until.ts'
import { VirtualCard, virtualCardMissing } from '../support/virtual-card.ts'
import { padded, readSound, speechFiles, toneSound, writeSound } from '../support/wav.ts'

/** From the microphone to the other phone and from there to the speaker, also when a part of the way breaks. */

const rate = 8000
const toneHz = 1000
const theirHz = 700
const skip = virtualCardMissing || missing('baresip')

async function prepare(t: TestContext) {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const speech = (await readSound(speechFiles.alice)).samples.subarray(0, 5 * rate)
  const [speechFile, toneFile] = [join(folder, 'speech.wav'), join(folder, 'tone.wav')]
  await writeSound(speechFile, padded({ rate, samples: speech }, 0.1, 0.1))
  await writeSound(toneFile, toneSound(toneHz, 60))
  const card = await VirtualCard.start()
  scope.after(() => card.stop())
  return { scope, card, speechFile, toneFile }
}

/**
 * Speaks into the microphone once sound runs, and returns what the card itself took in and gave out meanwhile, at 8 kHz:
 * a player that stutters on a busy machine is not the phone's fault.
 */
async function speakAndListen(card: VirtualCard, speechFile: string) {
  const recording = await card.record()
  await card.speak(speechFile)
  const { microphone, speaker } = await recording.stop()
  const factor = card.rate / rate
  return { microphone: decimate(microphone, factor), speaker: decimate(speaker, factor) }
}

function assertHeard(card: { microphone: Int16Array; speaker: Int16Array }, heard: Int16Array): void {
  // When the machine stumbles, the queues of the card grow by what they missed; the sound stays the same.
  const found = compareSound(card.microphone, heard, { rate, mostDelayMs: 8000, wanderMs: 300 })
  assert.ok(found.windows >= 8, `only ${found.windows} windows to compare`)
  assert.ok(found.median > 0.95, `the microphone arrived as ${JSON.stringify(found)}`)
  const share = toneShare(card.speaker, rate, toneHz)
  assert.ok(share > 0.99, `the tone's share at the speaker is ${share}`)
}

describe('through the sound card', { skip }, () => {
  test('we call baresip', async (t) => {
    const { scope, card, speechFile, toneFile } = await prepare(t)
    const baresip = await Baresip.start(scope, { play: toneFile })
    const calling: Promise<FinishedCall> = runCall(scope, baresip.target, ['--duration', '8'], { env: card.env })
    await baresip.event('CALL_ESTABLISHED')
    // The device is opened for the call.
    await pause(1000)
    const sound = await speakAndListen(card, speechFile)
    const call = await calling
    assert.deepEqual([call.code, call.result.cause], [0, 'normal'], call.stderr)
    assertHeard(sound, (await readSound(await baresip.recording('dec'))).samples)
  })

  test('baresip calls us', async (t) => {
    const { scope, card, speechFile, toneFile } = await prepare(t)
    const answerer = await Answerer.start(scope, ['--once'], card.env)
    const baresip = await Baresip.start(scope, { play: toneFile })
    await baresip.dial(answerer.target)
    await baresip.event('CALL_ESTABLISHED')
    await pause(1000)
    const sound = await speakAndListen(card, speechFile)
    await baresip.hangup()
    assert.equal((await answerer.result()).cause, 'normal')
    assertHeard(sound, (await readSound(await baresip.recording('dec'))).samples)
  })
})

test('wide band through the sound card', { skip }, async (t) => {
  const { scope, card, speechFile, toneFile } = await prepare(t)
  const answerer = await Answerer.start(scope, ['--once'], card.env)
  const baresip = await Baresip.start(scope, { play: toneFile, codecs: ['G722', 'PCMU'] })
  await baresip.dial(answerer.target)
  await baresip.event('CALL_ESTABLISHED')
  await pause(1000)
  const sound = await speakAndListen(card, speechFile)
  await baresip.hangup()
  assert.equal((await answerer.result()).quality?.received.codec, 'G722')
  const heard = await readSound(await baresip.recording('dec'))
  assert.equal(heard.rate, 16_000)
  assertHeard(sound, decimate(heard.samples, 2))
})

describe('a call through the sound card survives', { skip: virtualCardMissing }, () => {
  const cases = [
    { what: 'the death of the audio host', victim: 'audio-host', rtpGoesOn: true },
    { what: 'the death of the media process', victim: 'media-process', rtpGoesOn: false },
    { what: 'the death of the sound server', victim: 'server', rtpGoesOn: true },
  ] as const
  for (const { what, victim, rtpGoesOn } of cases) {
    test(what, async (t) => {
      const { scope, card, toneFile } = await prepare(t)
      // Steady tones are what echo and noise look like.
      const plain = ['echoCancellation', 'noiseSuppression', 'gainControl'].flatMap((key) => [
        '--set',
        `audio.${key}=false`,
      ])
      const answerer = await Answerer.start(scope, ['--once', ...plain], card.env)
      const [caller, rtp] = [await PlainCaller.open(scope), await RtpEndpoint.open(scope)]
      const call = await caller.invite(answerer, rtp.port)
      // Not the microphone's own tone: what the speaker plays is taken out of what the microphone hears.
      rtp.speak(toneSound(theirHz, 1).samples, call.remoteRtpPort)
      card.speak(toneFile).catch(() => {})
      const talking = (since: number) => () =>
        toneShare(rtp.heardSince(since), rate, toneHz) > 0.9 && rtp.received.length > 0
      await until('the microphone is heard', talking(performance.now()))
      // Where the stream stands is reported once a second; who dies before that is followed by a new stream.
      await pause(1500)
      const ssrc = rtp.received.at(-1)!.ssrc

      const struck = performance.now()
      if (victim === 'server') {
        await card.killServer()
        await pause(1500)
        await card.startServer()
        card.speak(toneFile).catch(() => {})
      } else process.kill(await childNamed(answerer.program.pid, victim), 'SIGKILL')
      const backFrom = performance.now()
      const recovered = await until('the microphone is heard again', async () => {
        const from = performance.now()
        await pause(200)
        return talking(from)() && from
      })
      assert.ok(recovered - backFrom < 1000, `sound was back only after ${recovered - backFrom} ms`)
      await until('what we send is heard at the speaker again', async () => {
        const recording = await card.record()
        await pause(500)
        return toneShare(decimate((await recording.stop()).speaker, card.rate / rate), rate, theirHz) > 0.9
      })

      t.diagnostic(
        `sound was back ${Math.round(recovered - backFrom)} ms after its cause, the longest gap in RTP ${Math.round(rtp.longestGapMs(struck))} ms`,
      )
      // A packet every 20 ms; a machine that is busy with tests may hold one back for a while.
      if (rtpGoesOn) assert.ok(rtp.longestGapMs(struck) < 500)
      const after = rtp.received.at(-1)!
      assert.deepEqual([after.port, after.ssrc], [call.remoteRtpPort, ssrc])
      assert.equal(await caller.bye(answerer, call), 200)
      const result = await answerer.result()
      assert.deepEqual([result.answered, result.cause], [true, 'normal'])
    })
  }
})
