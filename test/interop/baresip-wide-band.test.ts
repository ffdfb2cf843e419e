/** Keeps time: it compares sound that was sent and recorded in real time. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Conversion } from '../../native/audio/conversion.ts'
import { compareSound, decimate } from '../support/audio-compare.ts'
import { Answerer, runCall } from '../support/dialtone.ts'
import { missing } from '../support/needs.ts'
import { Baresip } from '../support/peers/baresip.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { pause } from '../support/until.ts'
import { padded, readSound, type Sound, speechFiles, writeSound } from '../support/wav.ts'

/**
 * G.722 with baresip, whose codec is SpanDSP's, and Opus, whose is Debian's libopus: one voice below 4 kHz, another above, and
 * both must arrive.
 */

const rate = 16_000
const seconds = 5

/** What lies at f comes to 8 kHz - f. */
const turned = (samples: Int16Array) => samples.map((sample, i) => (i % 2 === 0 ? sample : -sample))

const voice = async (name: keyof typeof speechFiles) =>
  (await readSound(speechFiles[name])).samples.subarray(0, seconds * 8000)

async function twoVoices(): Promise<Sound> {
  const [below, above] = [await voice('alice'), await voice('bob')]
  const lower = new Conversion().convert(below, 8000, rate)
  const upper = turned(new Conversion().convert(above, 8000, rate))
  return { rate, samples: lower.map((sample, i) => Math.round(0.5 * sample + 0.4 * (upper[i] ?? 0))) }
}

/** What is left of each voice: a waveform in G.722, in Opus mostly its strength over time above. */
const likeness = { G722: [0.95, 0.85], Opus: [0.85, 0.3] } as const

const baresipNames = { G722: 'G722', Opus: 'opus' } as const

async function assertBoth(recorded: Sound, codec: keyof typeof likeness): Promise<void> {
  // baresip writes Opus as it decodes it, at 48 kHz.
  const times = recorded.rate / rate
  assert.ok(times === 1 || (codec === 'Opus' && times === 3))
  const samples = times === 1 ? recorded.samples : decimate(recorded.samples, times)
  const [lower, upper] = likeness[codec]
  const below = compareSound(await voice('alice'), decimate(samples, 2), { rate: 8000 })
  const above = compareSound(await voice('bob'), decimate(turned(samples), 2), { rate: 8000 })
  assert.ok(below.windows >= 8 && below.median > lower, `below 4 kHz ${JSON.stringify(below)}`)
  assert.ok(above.windows >= 8 && above.median > upper, `above 4 kHz ${JSON.stringify(above)}`)
}

describe('wide-band sound through files', { skip: missing('baresip'), concurrency: 2 }, () => {
  for (const codec of ['G722', 'Opus'] as const) {
    test(`we call, and baresip answers ${codec}`, async (t) => {
      const scope = scopeOf(t)
      const folder = await temporaryFolder(scope)
      const [said, record] = [join(folder, 'said.wav'), join(folder, 'heard.wav')]
      await writeSound(said, padded(await twoVoices(), 0.2, 40))
      const baresip = await Baresip.start(scope, { play: said, codecs: [baresipNames[codec]] })
      const call = await runCall(scope, baresip.target, ['--play', said, '--record', record, '--duration', '6'])
      assert.deepEqual([call.code, call.result.cause], [0, 'normal'], call.stderr)
      assert.deepEqual([call.result.quality?.sent.codec, call.result.quality?.received.codec], [codec, codec])
      await baresip.event('CALL_CLOSED')
      await assertBoth(await readSound(await baresip.recording('dec')), codec)
      await assertBoth(await readSound(record), codec)
    })

    test(`baresip calls and prefers ${codec}`, async (t) => {
      const scope = scopeOf(t)
      const folder = await temporaryFolder(scope)
      const [said, record] = [join(folder, 'said.wav'), join(folder, 'heard.wav')]
      await writeSound(said, padded(await twoVoices(), 0.2, 40))
      const answerer = await Answerer.start(scope, ['--once', '--play', said, '--record', record])
      const baresip = await Baresip.start(scope, { play: said, codecs: [baresipNames[codec]] })
      await baresip.dial(answerer.target)
      await baresip.event('CALL_ESTABLISHED')
      await pause(6000)
      await baresip.hangup()
      const result = await answerer.result()
      assert.deepEqual([result.answered, result.cause, result.quality?.received.codec], [true, 'normal', codec])
      assert.equal((await answerer.program.finished(5000)).code, 0)
      await assertBoth(await readSound(record), codec)
      await assertBoth(await readSound(await baresip.recording('dec')), codec)
    })
  }
})
